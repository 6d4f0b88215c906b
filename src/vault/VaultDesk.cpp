// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/VaultDesk.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace conversure::vault {

Result<QJsonObject> VaultDesk::document() const
{
    const auto rows = device.run(library.query(QStringLiteral("vault_of_user")));
    CONVERSURE_TRY(rows);
    if (rows->isEmpty())
        return failure(ErrorKind::SignedOut, QStringLiteral("CV001"), QStringLiteral("not signed in"));
    return rows->object(0, 0);
}

Result<CompanyVault> VaultDesk::open() const
{
    auto vault = readVault(device, library.query(QStringLiteral("vault_of_user")), company, keys, pins);
    CONVERSURE_TRY(vault);
    if (vault->isWaiting()) {
        return failure(ErrorKind::Refused, QStringLiteral("vault:waiting"),
            QStringLiteral("nobody has given this member the company's data key yet"));
    }
    return vault;
}

Result<VaultDesk::Members> VaultDesk::members(const CompanyVault &vault) const
{
    const auto rows = device.run(library.query(QStringLiteral("vault_members")));
    CONVERSURE_TRY(rows);
    QList<KeyHolder> recipients;
    const QJsonArray present = QJsonDocument::fromJson(rows->raw(0, 1)).array();
    for (const QJsonValue &value : present) {
        recipients.append(
            KeyHolder::fromText(value[QStringLiteral("kind")].toString(), value[QStringLiteral("id")].toString()));
    }
    return Members{
        TrustChain(vault.company, vault.pins.rootKey, QJsonDocument::fromJson(rows->raw(0, 0)).array()), recipients};
}

} // namespace conversure::vault
