// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "CommandLine.h"

#include "store/Migrator.h"

#include <QJsonArray>

namespace conversure::relayapp {

namespace {

/// One finding: what was looked at, whether it is right, and what to do if not.
QJsonObject finding(const QString &name, bool ok, const QString &advice = {})
{
    QJsonObject object{{QStringLiteral("check"), name}, {QStringLiteral("ok"), ok}};
    if (!ok)
        object.insert(QStringLiteral("advice"), advice);
    return object;
}

QJsonArray examine(CommandLine &line, store::Connection &db)
{
    QJsonArray findings;
    store::Migrator migrator(db, line.library());
    const auto text = migrator.probeText();
    findings.append(finding(QStringLiteral("text"), text.has_value(), text ? QString() : text.error().message));
    const auto rows = db.run(line.library().query(QStringLiteral("doctor")));
    for (int row = 0; rows && row < rows->count(); ++row)
        findings.append(finding(rows->text(row, 0), rows->boolean(row, 1), rows->text(row, 2)));
    if (!rows)
        findings.append(finding(QStringLiteral("catalogue"), false, rows.error().message));
    const auto key = line.ownKey();
    findings.append(finding(QStringLiteral("relay key"), key.has_value(), key ? QString() : key.error().message));
    return findings;
}

} // namespace

int doctor(CommandLine &line)
{
    if (!line.parse())
        return line.exitCode();
    auto db = line.connect();
    if (!db)
        return line.fail(db.error());
    const QJsonArray findings = examine(line, *db);
    bool healthy = true;
    for (const QJsonValue &value : findings) {
        healthy = healthy && value[QStringLiteral("ok")].toBool();
        if (!line.isSet(QStringLiteral("json"))) {
            std::printf("%s %s %s\n", value[QStringLiteral("ok")].toBool() ? "ok  " : "FAIL",
                qPrintable(value[QStringLiteral("check")].toString()),
                qPrintable(value[QStringLiteral("advice")].toString()));
        }
    }
    const auto rule = db->call(QLatin1StringView("relay.registration"));
    const QString registration = rule ? rule->text(0, 0) : QString();
    if (line.isSet(QStringLiteral("json"))) {
        line.succeed({{QStringLiteral("healthy"), healthy}, {QStringLiteral("findings"), findings},
            {QStringLiteral("registration"), registration}});
    } else {
        std::printf("     clients may found companies: %s\n", qPrintable(registration));
    }
    return healthy ? Done : Failed;
}

} // namespace conversure::relayapp
