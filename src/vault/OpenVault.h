// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "domain/Result.h"
#include "store/Connection.h"
#include "vault/CompanyVault.h"
#include "vault/Keys.h"
#include "vault/Secret.h"

#include <QHash>
#include <QList>
#include <QString>

namespace conversure::vault {

/// One of our numbers, ready to send with.
struct OpenNumber {
    NumberId number;
    QString provider;
    QHash<QString, QString> settings;
};

/// The member who is signed in on \a device gets their own keys, which the store keeps under \a wrapKey.
/// \a keysQuery: `member_keys`. Codes "vault:none" (this member has none), "vault:wrap".
Result<KeyPair> openMemberKeys(store::Connection &device, const QByteArray &keysQuery, const Secret &wrapKey);

/// What a member gets out of the vault.
struct OpenedVault {
    QList<OpenNumber> numbers;
    Pins pins; ///< To be remembered on this computer, for the next time.
    /// Nobody has sealed the company's data key to this member yet (or not the present one): an admin's client has to.
    bool isWaiting = false;
};

/// Opens the company's secrets with the keys of the member who is signed in on \a device, after the checks of
/// openCompanyVault(). \a vaultQuery: `vault_of_user`. \a pins: as remembered; empty the first time.
Result<OpenedVault> openVault(
    store::Connection &device, const QByteArray &vaultQuery, CompanyId company, const KeyPair &keys, const Pins &pins);

/// A member's vault as it is now, for those who change it.
Result<CompanyVault> readVault(
    store::Connection &device, const QByteArray &vaultQuery, CompanyId company, const KeyPair &keys, const Pins &pins);

} // namespace conversure::vault
