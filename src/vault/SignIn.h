// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "domain/Result.h"
#include "store/Connection.h"
#include "vault/Secret.h"

#include <QString>

namespace conversure::vault {

/// What a sign-in hands out, once. The password itself is gone by then.
struct SignedIn {
    CompanyId company;
    UserId user;
    QString name;
    QString userRole; ///< AGENT, COMPANY_ADMIN or SUPER_ADMIN
    QString companyName;
    QString database; ///< URL of this device's own login role.
    QString token; ///< For the live connection.
    Secret wrapKey;
};

/// Signs in over \a door (a connection of conversure_door, or of any role that may execute the sign-in). \a doorUrl is
/// that connection's URL, whose host and database the device's URL shares. Stretches the password: never on the GUI
/// thread. A wrong e-mail and a wrong password give the same refusal, CV005.
Result<SignedIn> signIn(store::Connection &door, const QString &doorUrl, const QString &email, const QString &password,
    const QString &deviceName);

} // namespace conversure::vault
