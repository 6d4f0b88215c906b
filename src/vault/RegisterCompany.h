// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "store/Connection.h"
#include "vault/CompanyVault.h"

#include <QString>

#include <functional>

namespace conversure::vault {

struct NewCompany {
    QString name;
    QString timeZone; ///< As in the time-zone database, for example Asia/Dubai.
    QString adminName;
    QString email;
    QString password;
};

struct RegisteredCompany {
    CompanyId company;
    UserId admin;
    QString recoveryCode; ///< To be shown and printed once; it is kept nowhere.
    Pins pins; ///< To be remembered: the founder's own key is the root.
};

/// Founds a company over \a door, with its first admin, whose key everything of it is signed with. The admin signs in
/// with e-mail and password afterwards. Stretches the password: never on the GUI thread. Succeeds also where the e-mail
/// has an account already (nobody may ask that of the store): then signing in fails. Codes: "CV002" (this store's
/// companies are not founded by clients), "CV004", "CV007" (busy or too many, {"retry_after"}).
Result<RegisteredCompany> registerCompany(
    store::Connection &door, const NewCompany &company, const std::function<QUuid()> &newId);

} // namespace conversure::vault
