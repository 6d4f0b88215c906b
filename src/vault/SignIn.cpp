// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/SignIn.h"

#include "vault/PasswordKeys.h"

namespace conversure::vault {

Result<SignedIn> signIn(store::Connection &door, const QString &doorUrl, const QString &email, const QString &password,
    const QString &deviceName)
{
    const auto params = door.call(QLatin1StringView("api.sign_in_params"));
    CONVERSURE_TRY(params);
    const auto stretch = StretchParams::fromJson(params->object(0, 0));
    CONVERSURE_TRY(stretch);
    auto keys = stretchPassword(password, email, *stretch);
    CONVERSURE_TRY(keys);

    const auto begun =
        door.call(QLatin1StringView("api.sign_in_begin"), {store::param(email), store::param(keys->proof)});
    CONVERSURE_TRY(begun);
    // The device's password is made here and only its verifier travels.
    const QString deviceSecret = QString::fromLatin1(Secret::random(24).bytes().toHex());
    const auto verifier = door.scramVerifier(QStringLiteral("device"), deviceSecret);
    CONVERSURE_TRY(verifier);
    const auto finished = door.call(QLatin1StringView("api.sign_in_finish"),
        {store::param(begun->object(0, 0)[QStringLiteral("ticket")].toString()), store::param(deviceName),
            store::param(*verifier)});
    CONVERSURE_TRY(finished);

    const QJsonObject pass = finished->object(0, 0);
    return SignedIn{CompanyId::fromText(pass[QStringLiteral("company_id")].toString()),
        UserId::fromText(pass[QStringLiteral("user_id")].toString()), pass[QStringLiteral("name")].toString(),
        pass[QStringLiteral("user_role")].toString(), pass[QStringLiteral("company")].toString(),
        store::Connection::urlWithUser(doorUrl, pass[QStringLiteral("role")].toString(), deviceSecret),
        pass[QStringLiteral("token")].toString(), std::move(keys->wrap)};
}

} // namespace conversure::vault
