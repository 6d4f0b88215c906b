// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "CommandLine.h"

namespace conversure::relayapp {

int createCompany(CommandLine &line)
{
    line.require(QStringLiteral("name"), QStringLiteral("NAME"), QStringLiteral("The company's name."));
    line.allow(QStringLiteral("time-zone"), QStringLiteral("ZONE"),
        QStringLiteral("Where its days begin, for example Asia/Dubai."), QStringLiteral("UTC"));
    if (!line.parse())
        return line.exitCode();

    auto db = line.connect();
    if (!db)
        return line.fail(db.error());
    const auto relay = line.relayKey();
    if (!relay)
        return line.fail(relay.error());

    const QUuid company = line.newId();
    const vault::Secret dataKey = vault::Secret::random(32);
    const auto registered = db->call(QLatin1StringView("relay.register_relay"),
        {store::param(relay->id), store::param(QSysInfo::machineHostName()), store::bytes(relay->keys.boxPublic),
            store::bytes(relay->keys.signPublic)});
    if (!registered)
        return line.fail(registered.error());
    const auto created = db->call(QLatin1StringView("relay.create_company"),
        {store::param(company), store::param(line.value(QStringLiteral("name"))),
            store::param(line.value(QStringLiteral("time-zone"))), store::param(relay->id),
            store::bytes(vault::sealDataKey(dataKey, relay->keys.boxPublic))});
    if (!created)
        return line.fail(created.error());
    return line.succeed({{QStringLiteral("company_id"), company.toString(QUuid::WithoutBraces)}});
}

} // namespace conversure::relayapp
