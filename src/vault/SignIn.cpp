// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/SignIn.h"

#include "vault/NumberSecrets.h"
#include "vault/PasswordKeys.h"

#include <QJsonArray>
#include <map>

namespace conversure::vault {

namespace {

QByteArray fromBase64(const store::Rows &rows, int column)
{
    return QByteArray::fromBase64(rows.raw(0, column));
}

Result<std::map<int, Secret>> openDataKeys(const QJsonArray &sealedKeys, const KeyPair &keys)
{
    std::map<int, Secret> dataKeys;
    for (const QJsonValue &value : sealedKeys) {
        auto opened = openDataKey(QByteArray::fromBase64(value[QStringLiteral("sealed")].toString().toLatin1()), keys);
        CONVERSURE_TRY(opened);
        dataKeys.emplace(value[QStringLiteral("key_version")].toInt(), std::move(*opened));
    }
    return dataKeys;
}

} // namespace

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

Result<QList<OpenNumber>> openVault(
    store::Connection &device, const QByteArray &vaultQuery, CompanyId company, const Secret &wrapKey)
{
    const auto rows = device.run(vaultQuery);
    CONVERSURE_TRY(rows);
    if (rows->isEmpty())
        return failure(ErrorKind::NotFound, QStringLiteral("vault:none"), QStringLiteral("this member has no keys"));
    const auto keys = unwrapKeys(fromBase64(*rows, 0), fromBase64(*rows, 1), wrapKey);
    CONVERSURE_TRY(keys);
    const auto dataKeys = openDataKeys(QJsonDocument::fromJson(rows->raw(0, 2)).array(), *keys);
    CONVERSURE_TRY(dataKeys);

    QList<OpenNumber> numbers;
    const QJsonArray sealedNumbers = QJsonDocument::fromJson(rows->raw(0, 3)).array();
    for (const QJsonValue &value : sealedNumbers) {
        const QJsonArray secrets = value[QStringLiteral("secrets")].toArray();
        const auto dataKey =
            dataKeys->find(secrets.isEmpty() ? 1 : secrets.first()[QStringLiteral("key_version")].toInt());
        if (dataKey == dataKeys->end())
            continue;
        const auto settings =
            openSettings(company.value, dataKey->second, value[QStringLiteral("config")].toObject(), secrets);
        CONVERSURE_TRY(settings);
        numbers.append({NumberId::fromText(value[QStringLiteral("number_id")].toString()),
            value[QStringLiteral("provider")].toString(), *settings});
    }
    return numbers;
}

} // namespace conversure::vault
