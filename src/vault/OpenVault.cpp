// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/OpenVault.h"

#include "vault/NumberSecrets.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <map>

namespace conversure::vault {

namespace {

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

Result<KeyPair> openMemberKeys(store::Connection &device, const QByteArray &keysQuery, const Secret &wrapKey)
{
    const auto rows = device.run(keysQuery);
    CONVERSURE_TRY(rows);
    if (rows->isEmpty())
        return failure(ErrorKind::NotFound, QStringLiteral("vault:none"), QStringLiteral("this member has no keys"));
    return unwrapKeys(rows->bytes(0, 0), rows->bytes(0, 1), wrapKey);
}

Result<QList<OpenNumber>> openVault(
    store::Connection &device, const QByteArray &vaultQuery, CompanyId company, const KeyPair &keys)
{
    const auto rows = device.run(vaultQuery);
    CONVERSURE_TRY(rows);
    const auto dataKeys = openDataKeys(QJsonDocument::fromJson(rows->raw(0, 0)).array(), keys);
    CONVERSURE_TRY(dataKeys);

    QList<OpenNumber> numbers;
    const QJsonArray sealedNumbers = QJsonDocument::fromJson(rows->raw(0, 1)).array();
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
