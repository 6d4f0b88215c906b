// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Migrator.h"

#include <QCryptographicHash>
#include <QRandomGenerator>
#include <QScopeGuard>

#include <algorithm>

namespace conversure::store {

namespace {

QByteArray checksumOf(const QByteArray &text)
{
    return QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex();
}

int versionOf(const SqlLibrary::File &file)
{
    return file.name.left(4).toInt();
}

QString newPassword()
{
    QByteArray random(24, Qt::Uninitialized);
    for (char &byte : random)
        byte = static_cast<char>(QRandomGenerator::system()->bounded(256));
    return QString::fromLatin1(random.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
}

tl::unexpected<Error> refused(const char *code, const QString &sentence)
{
    return failure(ErrorKind::Refused, QString::fromLatin1(code), sentence);
}

} // namespace

int Migrator::newestSchema(const SqlLibrary &library)
{
    return versionOf(library.files(QStringLiteral("migrations")).constLast());
}

Result<Migrator::Report> Migrator::migrate(const Passwords &passwords)
{
    Report report;
    // Held to the end of the connection: two migrations of one database take turns.
    CONVERSURE_TRY(m_db.run(m_library.query(QStringLiteral("migration_lock"))));
    const auto unlock = qScopeGuard([this] { (void)m_db.run(m_library.query(QStringLiteral("migration_unlock"))); });
    CONVERSURE_TRY(probeText());
    CONVERSURE_TRY(checkRecorded());
    CONVERSURE_TRY(bootstrap(passwords, report));
    CONVERSURE_TRY(applySchema());
    report.schema = newestSchema(m_library);
    return report;
}

Result<void> Migrator::probeText()
{
    const auto encoding = m_db.run(m_library.query(QStringLiteral("probe_encoding")));
    CONVERSURE_TRY(encoding);
    if (encoding->text(0, 0) != QStringLiteral("UTF8")) {
        return refused("schema:encoding",
            QStringLiteral("The database is encoded as %1. Create it with ENCODING 'UTF8' and run migrate again.")
                .arg(encoding->text(0, 0)));
    }
    const auto rows = m_db.run(m_library.query(QStringLiteral("probe_text")));
    CONVERSURE_TRY(rows);
    if (!rows->boolean(0, 0)) {
        return refused("schema:ctype",
            QStringLiteral("The database's LC_CTYPE (%1) does not know letters beyond ASCII, so Arabic and Russian "
                           "search would find nothing. Create it with LC_CTYPE 'C.UTF-8' or another UTF-8 locale.")
                .arg(rows->text(0, 1)));
    }
    return {};
}

Result<void> Migrator::bootstrap(const Passwords &passwords, Report &report)
{
    auto transaction = Transaction::begin(m_db);
    CONVERSURE_TRY(transaction);
    CONVERSURE_TRY(m_db.run(m_library.query(QStringLiteral("cluster_lock"))));
    const auto existing = m_db.run(m_library.query(QStringLiteral("login_roles")));
    CONVERSURE_TRY(existing);
    const bool doorExists = existing->boolean(0, 0);
    const bool relayExists = existing->boolean(0, 1);

    for (const char *step : {"roles", "database", "schemas"}) {
        for (const SqlLibrary::File &file : m_library.files(QStringLiteral("cluster"))) {
            if (file.name == QLatin1StringView(step))
                CONVERSURE_TRY(m_db.script(file.text));
        }
    }
    if (!doorExists) {
        auto made = makePassword(QStringLiteral("conversure_door"), passwords.door);
        CONVERSURE_TRY(made);
        report.doorPassword = *made;
    }
    if (!relayExists) {
        auto made = makePassword(QStringLiteral("conversure_relay"), passwords.relay);
        CONVERSURE_TRY(made);
        report.relayPassword = *made;
    }
    return transaction->commit();
}

Result<std::optional<QString>> Migrator::makePassword(const QString &role, const QString &wanted)
{
    const QString password = wanted.isEmpty() ? newPassword() : wanted;
    const auto verifier = m_db.scramVerifier(role, password);
    if (!verifier)
        return tl::unexpected<Error>(verifier.error());
    CONVERSURE_TRY(m_db.script("alter role " + m_db.identifier(role) + " password " + m_db.literal(*verifier)));
    if (role == QStringLiteral("conversure_door")) // relay.reset_door puts it back when somebody changes it
        CONVERSURE_TRY(
            m_db.script("alter role conversure_relay set conversure.door_verifier = " + m_db.literal(*verifier)));
    return std::optional(password);
}

Result<QString> Migrator::renewPassword(const QString &role)
{
    const auto made = makePassword(role, {});
    CONVERSURE_TRY(made);
    return made->value_or(QString());
}

Result<void> Migrator::checkRecorded()
{
    const auto any = m_db.run(m_library.query(QStringLiteral("has_migrations")));
    CONVERSURE_TRY(any);
    if (!any->boolean(0, 0))
        return {};
    const auto rows = m_db.run(m_library.query(QStringLiteral("recorded_migrations")));
    CONVERSURE_TRY(rows);
    QHash<int, QByteArray> recorded;
    for (int row = 0; row < rows->count(); ++row)
        recorded.insert(static_cast<int>(rows->number(row, 0)), rows->raw(row, 1));

    for (const SqlLibrary::File &file : m_library.files(QStringLiteral("migrations"))) {
        const QByteArray known = recorded.take(versionOf(file));
        if (!known.isEmpty() && known != checksumOf(file.text)) {
            return refused("schema:edited",
                QStringLiteral("Migration %1 was edited after this database applied it. Restore its text and put the "
                               "change into a new migration.")
                    .arg(file.name));
        }
    }
    recorded.remove(0);
    if (!recorded.isEmpty()) {
        return refused("schema:newer",
            QStringLiteral("The database has migration %1, which this version of Conversure does not know. Update "
                           "Conversure first.")
                .arg(*std::max_element(recorded.keyBegin(), recorded.keyEnd())));
    }
    return {};
}

Result<void> Migrator::applySchema()
{
    // All or nothing: clients are at work, and a table of tomorrow with the functions of yesterday serves nobody.
    auto transaction = Transaction::begin(m_db);
    CONVERSURE_TRY(transaction);
    // What changes a table, its triggers or its policies takes its strongest lock, and a client may hold a weak one for
    // long.
    CONVERSURE_TRY(m_db.script("set local lock_timeout = '10s'"));
    CONVERSURE_TRY(applyMigrations());
    CONVERSURE_TRY(applyFunctions());
    return transaction->commit();
}

Result<void> Migrator::applyMigrations()
{
    for (const SqlLibrary::File &file : m_library.files(QStringLiteral("migrations"))) {
        const auto known = recordedChecksum(versionOf(file));
        CONVERSURE_TRY(known);
        if (known->isEmpty())
            CONVERSURE_TRY(applyOne(versionOf(file), file));
    }
    return {};
}

Result<void> Migrator::applyOne(int version, const SqlLibrary::File &file)
{
    CONVERSURE_TRY(m_db.script("set local role conversure_owner"));
    if (auto applied = m_db.script(file.text); !applied) {
        return refused("schema:failed",
            QStringLiteral("Migration %1 failed and was undone: %2").arg(file.name, applied.error().message));
    }
    CONVERSURE_TRY(record(version, file.name, checksumOf(file.text)));
    return m_db.script("reset role");
}

Result<void> Migrator::applyFunctions()
{
    const QList<SqlLibrary::File> files =
        m_library.files(QStringLiteral("functions")) + m_library.files(QStringLiteral("policies"));
    // Rights, policies and statistics are drawn from the catalogue, so a new table or column makes them anew.
    QByteArray all;
    for (const SqlLibrary::File &file : m_library.files(QStringLiteral("migrations")) + files)
        all += file.text;
    const auto known = recordedChecksum(0);
    CONVERSURE_TRY(known);
    if (*known == checksumOf(all))
        return {};

    CONVERSURE_TRY(m_db.run(m_library.query(QStringLiteral("functions_open"))));
    for (const SqlLibrary::File &file : files) {
        if (auto applied = m_db.script(file.text); !applied)
            return refused("schema:failed",
                QStringLiteral("%1 failed and was undone: %2").arg(file.name, applied.error().message));
    }
    CONVERSURE_TRY(m_db.run(m_library.query(QStringLiteral("functions_close"))));
    return record(0, QStringLiteral("functions and policies"), checksumOf(all));
}

Result<QByteArray> Migrator::recordedChecksum(int version)
{
    const auto rows = m_db.run(m_library.query(QStringLiteral("recorded_migrations")));
    if (!rows)
        return tl::unexpected<Error>(rows.error());
    for (int row = 0; row < rows->count(); ++row) {
        if (rows->number(row, 0) == version)
            return rows->raw(row, 1);
    }
    return QByteArray();
}

Result<void> Migrator::record(int version, const QString &name, const QByteArray &checksum)
{
    auto recorded =
        m_db.run(m_library.query(QStringLiteral("record_migration")), {param(qint64(version)), param(name), checksum});
    CONVERSURE_TRY(recorded);
    return {};
}

} // namespace conversure::store
