// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "CommandLine.h"

#include "store/Migrator.h"

namespace conversure::relayapp {

namespace {

QJsonValue orNull(const std::optional<QString> &text)
{
    return text ? QJsonValue(*text) : QJsonValue(QJsonValue::Null);
}

} // namespace

int migrate(CommandLine &line)
{
    if (!line.parse())
        return line.exitCode();
    if (line.databaseUrl().isEmpty())
        return line.fail({ErrorKind::Invalid, QStringLiteral("usage"),
            QStringLiteral("Which store? Give --database or set DATABASE_URL."), {}});
    auto connection = store::Connection::open(line.databaseUrl(), QStringLiteral("conversure-relay migrate"));
    if (!connection)
        return line.fail(connection.error());
    store::Migrator migrator(*connection, line.library());
    const auto report = migrator.migrate(
        {qEnvironmentVariable("CONVERSURE_DOOR_PASSWORD"), qEnvironmentVariable("CONVERSURE_RELAY_PASSWORD")});
    if (!report)
        return line.fail(report.error());
    return line.succeed(
        {{QStringLiteral("schema"), report->schema}, {QStringLiteral("door_password"), orNull(report->doorPassword)},
            {QStringLiteral("relay_password"), orNull(report->relayPassword)}});
}

} // namespace conversure::relayapp
