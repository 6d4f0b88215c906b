// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Clock.h"
#include "domain/Ids.h"
#include "domain/Result.h"
#include "store/Connection.h"
#include "store/SqlLibrary.h"
#include "vault/CompanyPins.h"
#include "vault/CompanyVault.h"
#include "vault/RelayKey.h"

#include <QCommandLineParser>
#include <QJsonObject>
#include <QString>

#include <functional>

namespace conversure::relayapp {

/// How a command ended; scripts rely on the numbers.
enum Exit { Done = 0, Failed = 1, Usage = 2, StoreUnreachable = 3, RefusedByRule = 4, WrongSchema = 5 };

/// One subcommand's view of the command line: common options, the store, the key, and how to answer.
/// Results go to stdout, logs to stderr.
class CommandLine
{
public:
    CommandLine(QString command, const QStringList &arguments, const store::SqlLibrary &library);

    /// Adds an option of this command; those without a default are required. Call before parse().
    void require(const QString &name, const QString &value, const QString &description);
    void allow(const QString &name, const QString &value, const QString &description, const QString &fallback = {});
    void flag(const QString &name, const QString &description);

    /// False: the command line is wrong, or help was asked for; then exitCode() is what to return.
    bool parse();
    int exitCode() const { return m_exitCode; }

    QString value(const QString &name) const { return m_parser.value(name); }
    QStringList values(const QString &name) const { return m_parser.values(name); }
    bool isSet(const QString &name) const { return m_parser.isSet(name); }

    /// --database, else DATABASE_URL; empty when neither is there.
    QString databaseUrl() const;
    /// Connects and checks that the schema is the one this program knows.
    Result<store::Connection> connect() const;
    /// --key-file, else CONVERSURE_RELAY_KEY_FILE, else a file in the state directory.
    QString keyFile() const;
    /// The key of that file; for commands of no use without the key of an earlier one.
    Result<vault::RelayKey> ownKey() const { return vault::RelayKey::load(keyFile()); }
    /// The same, made if it is missing.
    Result<vault::RelayKey> relayKey() const;
    QString stateFolder() const;
    /// What this relay remembers of its companies.
    vault::CompanyPins pins() const { return vault::CompanyPins(stateFolder() + QStringLiteral("/companies.json")); }
    /// stdin up to the first newline.
    static Result<QString> passwordFromStdin();
    /// stdin to its end, without empty lines.
    static Result<QStringList> linesFromStdin();
    /// A UUID option; fails with code "usage".
    Result<QUuid> uuid(const QString &name) const;

    const store::SqlLibrary &library() const { return m_library; }
    QUuid newId() { return m_ids.next(); }

    /// Prints the result, as JSON with --json, else as "key: value" lines.
    int succeed(const QJsonObject &result) const;
    /// Prints the failure and gives the exit code for it.
    int fail(const Error &error) const;

private:
    QString m_command;
    QStringList m_arguments;
    const store::SqlLibrary &m_library;
    QCommandLineParser m_parser;
    QStringList m_required;
    SystemClock m_clock;
    IdSource m_ids{m_clock};
    int m_exitCode = Done;
};

/// A company's vault, opened and checked with this relay's key, and remembered. Codes: "CV003" (no such company),
/// "key:stranger" (the relay was never given the data key), and those of vault::openCompanyVault.
Result<vault::CompanyVault> openVault(
    CommandLine &line, store::Connection &db, const QUuid &company, const vault::RelayKey &relay);
/// Makes this relay's public keys known to the store.
Result<void> registerRelay(store::Connection &db, const vault::RelayKey &relay);

int migrate(CommandLine &line);
int createCompany(CommandLine &line);
int createUser(CommandLine &line);
int addNumber(CommandLine &line);
int signIn(CommandLine &line);
int doctor(CommandLine &line);
int keyInit(CommandLine &line);
int keyShow(CommandLine &line);
int keyAuthorize(CommandLine &line);
int keyForget(CommandLine &line);
int resetPassword(CommandLine &line);
int registration(CommandLine &line);
int serve(CommandLine &line);

} // namespace conversure::relayapp
