// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "usecases/MemberDesk.h"
#include "vault/CompanyPins.h"
#include "vault/DeviceRecord.h"
#include "vault/VaultDesk.h"

#include <type_traits>

namespace conversure::usecases {

/// Does something at a vault as \a member, over \a db, and remembers on this computer what it showed.
/// \a how: Result<T>(const vault::VaultDesk &), where T is Pins or has `pins`.
template <class How>
std::invoke_result_t<How, const vault::VaultDesk &> workAtVault(
    const MemberDesk &desk, const vault::DeviceRecord &member, store::Connection &db, const How &how)
{
    vault::CompanyPins remembered(desk.pinsFile);
    const QUuid company = member.company.value;
    auto done = how(vault::VaultDesk{db, desk.library, member.company, member.keys, remembered.of(company)});
    CONVERSURE_TRY(done);
    if constexpr (std::is_same_v<std::decay_t<decltype(*done)>, vault::Pins>) {
        CONVERSURE_TRY(remembered.keep(company, *done));
    } else {
        CONVERSURE_TRY(remembered.keep(company, done->pins));
    }
    return done;
}

} // namespace conversure::usecases
