// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "StoreFixture.h"

#include <QDeadlineTimer>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QThread>
#include <QUrl>
#include <QUrlQuery>

#include <csignal>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace conversure::test {

/// A PgBouncer in transaction mode before the tests' server, with one connection to it for each login, so that whoever
/// shares a login shares all that a server keeps of a connection.
class Pooler
{
public:
    /// \a reset: after each transaction, server_reset_query_always.
    explicit Pooler(bool reset = false)
    {
        const QString program = QStandardPaths::findExecutable(
            QStringLiteral("pgbouncer"), {QStringLiteral("/usr/sbin"), QStringLiteral("/usr/bin")});
        if (program.isEmpty())
            qFatal("pgbouncer is not installed (Debian: pgbouncer)");
        // It refuses to run as root, and the server's socket belongs to the server's user.
        const passwd *user = ::geteuid() == 0 ? ::getpwnam("postgres") : nullptr;
        const QUrl admin(cluster().adminUrl(QStringLiteral("postgres")));
        write(QStringLiteral("users.txt"),
            "\"" + admin.userName().toUtf8() + "\" \"" + admin.password().toUtf8() + "\"\n", user);
        write(QStringLiteral("pgbouncer.ini"),
            "[databases]\n* = host=" + cluster().socketFolder().toUtf8()
                + "\n[pgbouncer]\npool_mode = transaction\ndefault_pool_size = 1\nmax_client_conn = 200\n"
                  "auth_type = scram-sha-256\nlisten_addr =\nlisten_port = 6432\nunix_socket_mode = 0700\n"
                  "ignore_startup_parameters = options\nquery_wait_timeout = 20\n"
                  "auth_query = select usename, passwd from pg_catalog.pg_shadow where usename = $1\n"
                  "auth_user = "
                + admin.userName().toUtf8() + "\nauth_file = " + path("users.txt") + "\nunix_socket_dir = "
                + m_folder.path().toUtf8() + "\nserver_reset_query_always = " + (reset ? "1" : "0") + "\n",
            user);
        if (user)
            (void)!::chown(QFile::encodeName(m_folder.path()).constData(), user->pw_uid, user->pw_gid);
        const uid_t uid = user ? user->pw_uid : ::geteuid();
        const gid_t gid = user ? user->pw_gid : ::getegid();
        m_process.setChildProcessModifier([uid, gid, change = user != nullptr] {
            if (change && (::setgroups(0, nullptr) != 0 || ::setgid(gid) != 0 || ::setuid(uid) != 0))
                ::_exit(126);
            ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        });
        m_process.setWorkingDirectory(QStringLiteral("/"));
        m_process.setProcessChannelMode(QProcess::MergedChannels);
        m_process.setStandardOutputFile(m_folder.path() + QStringLiteral("/log"));
        m_process.start(program, {QString::fromUtf8(path("pgbouncer.ini"))});
        const QDeadlineTimer deadline(10'000);
        while (
            !store::Connection::open(through(cluster().adminUrl(QStringLiteral("postgres"))), QStringLiteral("test"))) {
            if (deadline.hasExpired() || m_process.waitForFinished(20))
                qFatal("pgbouncer did not start: %s", log().constData());
        }
    }

    ~Pooler()
    {
        m_process.terminate();
        if (!m_process.waitForFinished(5000))
            m_process.kill();
        m_process.waitForFinished();
    }
    Pooler(const Pooler &) = delete;
    Pooler &operator=(const Pooler &) = delete;

    /// The same place and login as \a url, by way of the pooler.
    QString through(const QString &url) const
    {
        QUrl pooled(url);
        QUrlQuery query(pooled);
        query.removeAllQueryItems(QStringLiteral("host"));
        query.addQueryItem(QStringLiteral("host"), QString::fromLatin1(QUrl::toPercentEncoding(m_folder.path())));
        query.addQueryItem(QStringLiteral("port"), QStringLiteral("6432"));
        pooled.setQuery(query);
        return pooled.toString(QUrl::FullyEncoded);
    }

    QByteArray log() const
    {
        QFile file(m_folder.path() + QStringLiteral("/log"));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

private:
    QByteArray path(const char *name) const { return QFile::encodeName(m_folder.path()) + '/' + name; }

    void write(const QString &name, const QByteArray &content, const passwd *owner) const
    {
        QFile file(m_folder.path() + u'/' + name);
        if (!file.open(QIODevice::WriteOnly))
            qFatal("cannot write %s", qPrintable(file.fileName()));
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
        file.write(content);
        if (owner)
            (void)!::fchown(file.handle(), owner->pw_uid, owner->pw_gid);
    }

    QTemporaryDir m_folder{QStringLiteral("/tmp/cvpool-XXXXXX")};
    QProcess m_process;
};

} // namespace conversure::test
