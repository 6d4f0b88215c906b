// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/ChangePassword.h"

#include "vault/OpenVault.h"
#include "vault/PasswordKeys.h"
#include "vault/SignInTicket.h"

namespace conversure::vault {

namespace {

constexpr int minLength = 10;

} // namespace

Result<int> changePassword(store::Connection &device, const QByteArray &keysQuery, const QString &email,
    const QString &oldPassword, const QString &newPassword, const QByteArray &deviceSecret)
{
    if (newPassword.toUcs4().size() < minLength)
        return failure(ErrorKind::Invalid, QStringLiteral("password:short"),
            QStringLiteral("the new password is too short"), {{QStringLiteral("min_length"), minLength}});
    const auto params = device.call(QLatin1StringView("api.sign_in_params"));
    CONVERSURE_TRY(params);
    const auto stretch = StretchParams::fromJson(params->object(0, 0));
    CONVERSURE_TRY(stretch);
    const auto before = stretchPassword(oldPassword, email, *stretch);
    CONVERSURE_TRY(before);
    const auto after = stretchPassword(newPassword, email, *stretch);
    CONVERSURE_TRY(after);

    const auto ticket = signInTicket(device, email, before->proof, deviceSecret);
    CONVERSURE_TRY(ticket);
    const auto keys = openMemberKeys(device, keysQuery, before->wrap);
    if (!keys && keys.error().code == QStringLiteral("vault:wrap"))
        return failure(ErrorKind::Refused, QStringLiteral("CV005"), QStringLiteral("the old password is wrong"));
    CONVERSURE_TRY(keys);
    const QByteArray wrapped = wrapKeys(*keys, after->wrap);

    Patience patience;
    for (;;) {
        const auto changed = device.call(QLatin1StringView("api.change_password"),
            {store::param(*ticket), store::param(after->proof), store::bytes(wrapped)});
        if (changed)
            return changed->object(0, 0)[QStringLiteral("ended_sessions")].toInt();
        if (changed.error().code != QStringLiteral("CV007"))
            return tl::unexpected<Error>(changed.error());
        CONVERSURE_TRY(patience.wait(device, changed.error().detail));
    }
}

} // namespace conversure::vault
