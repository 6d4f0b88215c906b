// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "domain/Result.h"
#include "store/Connection.h"
#include "vault/Secret.h"

#include <QByteArray>
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
/// thread. A wrong e-mail and a wrong password give the same refusal, CV005. After too many attempts: CV007, detail
/// {"retry_after": seconds}. A store that is busy with other sign-ins is waited for, 15 s at most ("store:busy").
///
/// \a deviceSecret: what newDeviceSecret() made for this computer, by which the store knows it again, so that wrong
/// passwords elsewhere do not keep this one waiting. Empty: a computer that stays unknown.
Result<SignedIn> signIn(store::Connection &door, const QString &doorUrl, const QString &email, const QString &password,
    const QString &deviceName, const QByteArray &deviceSecret = {});

/// 32 random bytes as 43 characters of base64url. Kept on this computer, and nowhere else.
QByteArray newDeviceSecret();

} // namespace conversure::vault
