// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/SignIn.h"

#include "vault/PasswordKeys.h"
#include "vault/SignInTicket.h"

namespace conversure::vault {

Result<SignedIn> signIn(store::Connection &door, const QString &doorUrl, const QString &email, const QString &password,
    const QString &deviceName, const QByteArray &deviceSecret)
{
    const auto params = door.call(QLatin1StringView("api.sign_in_params"));
    CONVERSURE_TRY(params);
    const auto stretch = StretchParams::fromJson(params->object(0, 0));
    CONVERSURE_TRY(stretch);
    auto keys = stretchPassword(password, email, *stretch);
    CONVERSURE_TRY(keys);

    const auto ticket = signInTicket(door, email, keys->proof, deviceSecret);
    CONVERSURE_TRY(ticket);
    // The device's password is made here and only its verifier travels.
    const QString devicePassword = QString::fromLatin1(Secret::random(24).bytes().toHex());
    const auto verifier = door.scramVerifier(QStringLiteral("device"), devicePassword);
    CONVERSURE_TRY(verifier);
    const auto finished = door.call(QLatin1StringView("api.sign_in_finish"),
        {store::param(*ticket), store::param(deviceName), store::param(*verifier)});
    CONVERSURE_TRY(finished);

    const QJsonObject pass = finished->object(0, 0);
    return SignedIn{CompanyId::fromText(pass[QStringLiteral("company_id")].toString()),
        UserId::fromText(pass[QStringLiteral("user_id")].toString()), pass[QStringLiteral("name")].toString(),
        pass[QStringLiteral("user_role")].toString(), pass[QStringLiteral("company")].toString(),
        store::Connection::urlWithUser(doorUrl, pass[QStringLiteral("role")].toString(), devicePassword),
        pass[QStringLiteral("token")].toString(), std::move(keys->wrap)};
}

QByteArray newDeviceSecret()
{
    return Secret::random(32).bytes().toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

} // namespace conversure::vault
