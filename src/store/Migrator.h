// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "store/Connection.h"
#include "store/SqlLibrary.h"

#include <optional>

namespace conversure::store {

/// Brings a database to the newest schema. Repeating changes nothing.
class Migrator
{
public:
    struct Passwords {
        QString door; ///< Empty: generate one.
        QString relay;
    };

    struct Report {
        int schema = 0;
        std::optional<QString> doorPassword; ///< Set when the role was made now.
        std::optional<QString> relayPassword;
    };

    /// Both must outlive the migrator. The connection needs the rights to make roles.
    Migrator(Connection &connection, const SqlLibrary &library)
        : m_db(connection)
        , m_library(library)
    {
    }

    /// Each migration runs in one transaction with its record; the first failure stops. Codes: "schema:encoding",
    /// "schema:ctype", "schema:edited", "schema:newer", "schema:failed" (all kind Refused), or as Connection::run.
    Result<Report> migrate(const Passwords &passwords);

    /// Gives a login role a new password, where nobody else knows the old one (a private store that lost it).
    Result<QString> renewPassword(const QString &role);

    /// The newest migration that this program knows.
    static int newestSchema(const SqlLibrary &library);
    /// Whether the text functions of this database know letters beyond ASCII; with C or POSIX, search silently finds
    /// nothing in Arabic and Russian.
    Result<void> probeText();

private:
    Result<void> bootstrap(const Passwords &passwords, Report &report);
    Result<std::optional<QString>> makePassword(const QString &role, const QString &wanted);
    Result<void> checkRecorded();
    Result<void> applySchema();
    Result<void> applyMigrations();
    Result<void> applyOne(int version, const SqlLibrary::File &file);
    Result<void> applyFunctions();
    Result<QByteArray> recordedChecksum(int version);
    Result<void> record(int version, const QString &name, const QByteArray &checksum);

    Connection &m_db;
    const SqlLibrary &m_library;
};

} // namespace conversure::store
