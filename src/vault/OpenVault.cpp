// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/OpenVault.h"

#include "vault/NumberSecrets.h"

#include <QJsonArray>
#include <QJsonObject>

namespace conversure::vault {

namespace {

struct Read {
    QJsonObject document;
    CompanyVault vault;
};

Result<Read> readNow(
    store::Connection &device, const QByteArray &vaultQuery, CompanyId company, const KeyPair &keys, const Pins &pins)
{
    const auto rows = device.run(vaultQuery);
    CONVERSURE_TRY(rows);
    if (rows->isEmpty())
        return failure(ErrorKind::SignedOut, QStringLiteral("CV001"), QStringLiteral("not signed in"));
    const QJsonObject document = rows->object(0, 0);
    const KeyHolder holder{KeyHolder::Kind::User, QUuid::fromString(document[QStringLiteral("user_id")].toString())};
    auto vault = openCompanyVault(company.value, holder, keys, document, pins);
    CONVERSURE_TRY(vault);
    return Read{document, std::move(*vault)};
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

Result<CompanyVault> readVault(
    store::Connection &device, const QByteArray &vaultQuery, CompanyId company, const KeyPair &keys, const Pins &pins)
{
    auto read = readNow(device, vaultQuery, company, keys, pins);
    CONVERSURE_TRY(read);
    return std::move(read->vault);
}

Result<OpenedVault> openVault(
    store::Connection &device, const QByteArray &vaultQuery, CompanyId company, const KeyPair &keys, const Pins &pins)
{
    const auto read = readNow(device, vaultQuery, company, keys, pins);
    CONVERSURE_TRY(read);
    OpenedVault opened{{}, read->vault.pins, read->vault.isWaiting()};
    if (opened.isWaiting)
        return opened;
    const QJsonArray numbers = read->document[QStringLiteral("numbers")].toArray();
    for (const QJsonValue &value : numbers) {
        const auto settings = openSettings(company.value, read->vault.dataKey, value.toObject());
        CONVERSURE_TRY(settings);
        opened.numbers.append({NumberId::fromText(value[QStringLiteral("number_id")].toString()),
            value[QStringLiteral("provider")].toString(), *settings});
    }
    return opened;
}

} // namespace conversure::vault
