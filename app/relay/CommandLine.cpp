// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "CommandLine.h"

#include "store/Migrator.h"
#include "store/RelayStore.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QStandardPaths>

#include <cstdio>

namespace conversure::relayapp {

namespace {

int exitOf(const Error &error)
{
    if (error.code == QStringLiteral("usage"))
        return Usage;
    if (error.code.startsWith(QStringLiteral("schema:")))
        return WrongSchema;
    switch (error.kind) {
    case ErrorKind::Unavailable:
        return StoreUnreachable;
    case ErrorKind::Refused:
    case ErrorKind::Invalid:
    case ErrorKind::NotFound:
    case ErrorKind::SignedOut:
        return RefusedByRule;
    case ErrorKind::Ambiguous:
    case ErrorKind::Internal:
        break;
    }
    return Failed;
}

void printLine(const QByteArray &line)
{
    std::fwrite(line.constData(), 1, static_cast<size_t>(line.size()), stdout);
    std::fputc('\n', stdout);
    std::fflush(stdout);
}

} // namespace

CommandLine::CommandLine(QString command, const QStringList &arguments, const store::SqlLibrary &library)
    : m_command(std::move(command))
    , m_arguments(arguments)
    , m_library(library)
{
    m_parser.setApplicationDescription(QStringLiteral("conversure-relay %1").arg(m_command));
    m_parser.addHelpOption();
    allow(QStringLiteral("database"), QStringLiteral("URL"), QStringLiteral("The store; else DATABASE_URL."));
    allow(QStringLiteral("key-file"), QStringLiteral("FILE"),
        QStringLiteral("The relay's private key; else CONVERSURE_RELAY_KEY_FILE."));
    allow(QStringLiteral("state-dir"), QStringLiteral("DIR"), QStringLiteral("Where the relay keeps what is its own."));
    flag(QStringLiteral("json"), QStringLiteral("Answer with one JSON object."));
}

void CommandLine::require(const QString &name, const QString &value, const QString &description)
{
    allow(name, value, description);
    m_required << name;
}

void CommandLine::allow(const QString &name, const QString &value, const QString &description, const QString &fallback)
{
    m_parser.addOption(QCommandLineOption(name, description, value, fallback));
}

void CommandLine::flag(const QString &name, const QString &description)
{
    m_parser.addOption(QCommandLineOption(name, description));
}

bool CommandLine::parse()
{
    const bool parsed = m_parser.parse(QStringList{QStringLiteral("conversure-relay ") + m_command} + m_arguments);
    if (parsed && m_parser.isSet(QStringLiteral("help"))) {
        std::fputs(qPrintable(m_parser.helpText()), stdout);
        return false;
    }
    QString problem = parsed ? QString() : m_parser.errorText();
    if (problem.isEmpty() && !m_parser.positionalArguments().isEmpty())
        problem = QStringLiteral("What is %1?").arg(m_parser.positionalArguments().first());
    for (const QString &name : m_required) {
        if (problem.isEmpty() && m_parser.value(name).isEmpty())
            problem = QStringLiteral("--%1 is needed.").arg(name);
    }
    if (problem.isEmpty())
        return true;
    m_exitCode = fail({ErrorKind::Invalid, QStringLiteral("usage"), problem, {}});
    return false;
}

QString CommandLine::databaseUrl() const
{
    const QString given = m_parser.value(QStringLiteral("database"));
    return given.isEmpty() ? qEnvironmentVariable("DATABASE_URL") : given;
}

Result<store::Connection> CommandLine::connect() const
{
    const QString url = databaseUrl();
    if (url.isEmpty())
        return failure(ErrorKind::Invalid, QStringLiteral("usage"),
            QStringLiteral("Which store? Give --database or set DATABASE_URL."));
    auto connection = store::Connection::open(url, QStringLiteral("conversure-relay ") + m_command);
    CONVERSURE_TRY(connection);
    const auto schema = connection->run(m_library.query(QStringLiteral("schema_version")));
    const int known = store::Migrator::newestSchema(m_library);
    if (!schema && schema.error().kind == ErrorKind::Unavailable)
        return tl::unexpected<Error>(schema.error());
    if (!schema || schema->number(0, 0) < known) {
        return failure(ErrorKind::Refused, QStringLiteral("schema:old"),
            QStringLiteral("The database has no schema of Conversure, or an older one. Run conversure-relay migrate."));
    }
    if (schema->number(0, 0) > known) {
        return failure(ErrorKind::Refused, QStringLiteral("schema:newer"),
            QStringLiteral("The database has schema %1, and this program knows %2. Update it first.")
                .arg(schema->number(0, 0))
                .arg(known));
    }
    return connection;
}

QString CommandLine::stateFolder() const
{
    for (const QString &choice : {m_parser.value(QStringLiteral("state-dir")),
             qEnvironmentVariable("CONVERSURE_STATE_DIR"), qEnvironmentVariable("STATE_DIRECTORY")}) {
        if (!choice.isEmpty())
            return choice;
    }
    const QString base = qEnvironmentVariable("XDG_STATE_HOME", QDir::homePath() + QStringLiteral("/.local/state"));
    return base + QStringLiteral("/conversure-relay");
}

QString CommandLine::keyFile() const
{
    const QString given = m_parser.value(QStringLiteral("key-file"));
    if (!given.isEmpty())
        return given;
    return qEnvironmentVariable("CONVERSURE_RELAY_KEY_FILE", stateFolder() + QStringLiteral("/relay.key"));
}

Result<vault::RelayKey> CommandLine::relayKey() const
{
    return vault::RelayKey::loadOrCreate(keyFile());
}

Result<QString> CommandLine::passwordFromStdin()
{
    QFile input;
    if (!input.open(stdin, QIODevice::ReadOnly))
        return failure(ErrorKind::Invalid, QStringLiteral("usage"), QStringLiteral("stdin cannot be read"));
    QByteArray line = input.readLine();
    if (line.endsWith('\n'))
        line.chop(1);
    if (line.endsWith('\r'))
        line.chop(1);
    if (line.isEmpty())
        return failure(ErrorKind::Invalid, QStringLiteral("usage"), QStringLiteral("No password on stdin."));
    return QString::fromUtf8(line);
}

Result<QStringList> CommandLine::linesFromStdin()
{
    QFile input;
    if (!input.open(stdin, QIODevice::ReadOnly))
        return failure(ErrorKind::Invalid, QStringLiteral("usage"), QStringLiteral("stdin cannot be read"));
    QStringList lines = QString::fromUtf8(input.readAll()).remove(u'\r').split(u'\n');
    lines.removeAll(QString());
    return lines;
}

Result<QUuid> CommandLine::uuid(const QString &name) const
{
    const QUuid id = QUuid::fromString(value(name));
    if (id.isNull())
        return failure(ErrorKind::Invalid, QStringLiteral("usage"), QStringLiteral("--%1 is not an id.").arg(name));
    return id;
}

int CommandLine::succeed(const QJsonObject &result) const
{
    if (isSet(QStringLiteral("json"))) {
        printLine(QJsonDocument(result).toJson(QJsonDocument::Compact));
        return Done;
    }
    for (auto it = result.begin(); it != result.end(); ++it) {
        if (!it.value().isNull())
            printLine(it.key().toUtf8() + ": " + it.value().toVariant().toString().toUtf8());
    }
    return Done;
}

int CommandLine::fail(const Error &error) const
{
    // Read from the arguments as well: a wrong command line must still be answered in the form that was asked for.
    if (m_arguments.contains(QStringLiteral("--json"))) {
        printLine(QJsonDocument(
            QJsonObject{{QStringLiteral("error"),
                QJsonObject{{QStringLiteral("code"), error.code}, {QStringLiteral("message"), error.message},
                    {QStringLiteral("detail"), error.detail}}}})
                      .toJson(QJsonDocument::Compact));
    }
    std::fprintf(stderr, "conversure-relay %s: %s\n", qPrintable(m_command), qPrintable(error.message));
    return exitOf(error);
}

Result<vault::CompanyVault> openVault(
    CommandLine &line, store::Connection &db, const QUuid &company, const vault::RelayKey &relay)
{
    const auto rows =
        db.call(QLatin1StringView("relay.company_vault"), {store::param(company), store::param(relay.id)});
    CONVERSURE_TRY(rows);
    if (rows->isNull(0, 0))
        return failure(ErrorKind::NotFound, QStringLiteral("CV003"), QStringLiteral("There is no such company."));
    auto vault = vault::openCompanyVault(
        company, {vault::KeyHolder::Kind::Relay, relay.id}, relay.keys, rows->object(0, 0), line.pins().of(company));
    if (!vault
        && (vault.error().code == QStringLiteral("vault:pin")
            || vault.error().code == QStringLiteral("vault:rollback"))) {
        Error error = vault.error();
        error.message += QStringLiteral(". Somebody may have tampered with the database. If the company's admin "
                                        "confirms the change, or a backup was restored: key forget.");
        return tl::unexpected<Error>(error);
    }
    CONVERSURE_TRY(vault);
    if (vault->isWaiting()) {
        return failure(ErrorKind::Refused, QStringLiteral("key:stranger"),
            QStringLiteral("This relay's key was never given the company's data key. Use the key that created the "
                           "company, or let an admin or another relay authorize this one."));
    }
    CONVERSURE_TRY(line.pins().keep(company, vault->pins));
    return vault;
}

Result<void> registerRelay(store::Connection &db, const vault::RelayKey &relay)
{
    return store::RelayStore(db).registerRelay(
        relay.id, QSysInfo::machineHostName(), relay.keys.boxPublic, relay.keys.signPublic);
}

} // namespace conversure::relayapp
