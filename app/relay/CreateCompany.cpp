// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "CommandLine.h"

#include "vault/Founding.h"
#include "vault/Signing.h"

#include <optional>

namespace conversure::relayapp {

int createCompany(CommandLine &line)
{
    line.require(QStringLiteral("name"), QStringLiteral("NAME"), QStringLiteral("The company's name."));
    line.allow(QStringLiteral("time-zone"), QStringLiteral("ZONE"),
        QStringLiteral("Where its days begin, for example Asia/Dubai."), QStringLiteral("UTC"));
    line.flag(QStringLiteral("recovery-code"),
        QStringLiteral("Make a recovery code and print it, once: the way back when all keys are lost."));
    if (!line.parse())
        return line.exitCode();

    auto db = line.connect();
    if (!db)
        return line.fail(db.error());
    const auto relay = line.relayKey();
    if (!relay)
        return line.fail(relay.error());

    if (const auto registered = registerRelay(*db, *relay); !registered)
        return line.fail(registered.error());

    const QUuid company = line.newId();
    std::optional<vault::RecoveryCode> code;
    if (line.isSet(QStringLiteral("recovery-code")))
        code = vault::RecoveryCode::generate();
    const std::optional<vault::KeyPair> recovery = code ? std::optional(code->keys()) : std::nullopt;
    const vault::Founding founding = vault::foundVault(
        company, {{vault::KeyHolder::Kind::Relay, relay->id}, relay->keys}, recovery ? &*recovery : nullptr);
    if (const auto kept = line.pins().keep(company, founding.pins); !kept)
        return line.fail(kept.error());
    const auto created = db->call(QLatin1StringView("relay.create_company"),
        {store::param(company), store::param(line.value(QStringLiteral("name"))),
            store::param(line.value(QStringLiteral("time-zone"))), store::param(relay->id), store::bytes({}),
            store::json(founding.document)});
    if (!created)
        return line.fail(created.error());
    QJsonObject result{{QStringLiteral("company_id"), company.toString(QUuid::WithoutBraces)},
        {QStringLiteral("fingerprint"), vault::fingerprintOf(founding.pins.rootKey)}};
    if (code)
        result.insert(QStringLiteral("recovery_code"), code->text());
    return line.succeed(result);
}

} // namespace conversure::relayapp
