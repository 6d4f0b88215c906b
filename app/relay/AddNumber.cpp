// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "CommandLine.h"

#include "domain/PhoneNumber.h"
#include "providers/Registry.h"
#include "vault/NumberSecrets.h"

#include <QJsonArray>

namespace conversure::relayapp {

namespace {

tl::unexpected<Error> usage(const QString &sentence)
{
    return failure(ErrorKind::Invalid, QStringLiteral("usage"), sentence);
}

/// Sorts --set key=value by the provider's description into what is plain and what is secret.
Result<vault::NumberSettings> readSettings(
    const ProviderDescription &description, const QUuid &number, const QStringList &assignments)
{
    QHash<QString, QString> given;
    for (const QString &assignment : assignments) {
        const qsizetype equals = assignment.indexOf(u'=');
        if (equals <= 0)
            return usage(QStringLiteral("A setting is KEY=VALUE."));
        given.insert(assignment.left(equals), assignment.mid(equals + 1));
    }
    vault::NumberSettings settings{number, description.id, {}, {}};
    for (const ProviderSetting &setting : description.settings) {
        const QString value = given.contains(setting.key) ? given.take(setting.key) : setting.defaultValue;
        if (value.isEmpty() && setting.required)
            return usage(QStringLiteral("%1 needs --set %2=…").arg(description.displayName, setting.key));
        if (value.isEmpty())
            continue;
        if (setting.secret)
            settings.secrets.insert(setting.key, value);
        else
            settings.config.insert(setting.key, value);
    }
    if (!given.isEmpty())
        return usage(QStringLiteral("%1 has no setting %2.").arg(description.displayName, given.constBegin().key()));
    return settings;
}

Result<void> insertNumber(
    CommandLine &line, const QUuid &company, const QUuid &number, const ProviderDescription &description)
{
    const auto phone = PhoneNumber::parse(line.value(QStringLiteral("number")));
    if (!phone)
        return usage(QStringLiteral("--number is not a telephone number with its country code."));
    QStringList assignments = line.values(QStringLiteral("set"));
    if (line.isSet(QStringLiteral("set-stdin"))) {
        const auto lines = CommandLine::linesFromStdin();
        CONVERSURE_TRY(lines);
        assignments += *lines;
    }
    const auto settings = readSettings(description, number, assignments);
    CONVERSURE_TRY(settings);
    auto db = line.connect();
    CONVERSURE_TRY(db);
    const auto relay = line.ownKey();
    CONVERSURE_TRY(relay);
    const auto vault = openVault(line, *db, company, *relay);
    CONVERSURE_TRY(vault);
    const QJsonArray secrets =
        vault::sealSettings(company, vault->dataKey, vault->keyVersion(), *settings, [&line] { return line.newId(); });
    const auto manifest = vault::manifestWith(*vault, secrets, relay->keys);
    CONVERSURE_TRY(manifest);
    const auto added = db->call(QLatin1StringView("relay.add_number"),
        {store::param(company), store::param(number), store::param(phone->e164()),
            store::param(line.value(QStringLiteral("label"))), store::param(description.id),
            store::param(settings->config[description.numberIdKey].toString()),
            store::param(settings->config[QStringLiteral("waba_id")].toString()), store::json(settings->config),
            store::json(secrets), store::json(manifest->toJson())});
    CONVERSURE_TRY(added);
    return line.pins().keep(company, {vault->pins.rootKey, manifest->version});
}

} // namespace

int addNumber(CommandLine &line)
{
    line.require(QStringLiteral("company"), QStringLiteral("ID"), QStringLiteral("The company's id."));
    line.require(QStringLiteral("number"), QStringLiteral("PHONE"), QStringLiteral("The number, +9715…"));
    line.require(QStringLiteral("label"), QStringLiteral("TEXT"), QStringLiteral("What agents call it."));
    line.require(QStringLiteral("provider"), QStringLiteral("ID"), QStringLiteral("For example meta."));
    line.allow(QStringLiteral("set"), QStringLiteral("KEY=VALUE"),
        QStringLiteral("A setting of the provider; repeat for each."));
    line.flag(QStringLiteral("set-stdin"),
        QStringLiteral(
            "Read further settings from stdin, one KEY=VALUE a line: for secrets, as everybody on this machine "
            "can read a command's arguments."));
    if (!line.parse())
        return line.exitCode();
    const auto company = line.uuid(QStringLiteral("company"));
    if (!company)
        return line.fail(company.error());
    const providers::Registry registry;
    const providers::Provider *provider = registry.find(line.value(QStringLiteral("provider")));
    if (!provider)
        return line.fail({ErrorKind::Invalid, QStringLiteral("usage"),
            QStringLiteral("There is no provider %1.").arg(line.value(QStringLiteral("provider"))), {}});
    const QUuid number = line.newId();
    if (const auto added = insertNumber(line, *company, number, provider->description()); !added)
        return line.fail(added.error());
    return line.succeed({{QStringLiteral("number_id"), number.toString(QUuid::WithoutBraces)}});
}

} // namespace conversure::relayapp
