// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"

#include <QProcess>
#include <QString>

#include <memory>

namespace conversure::store {

/// A PostgreSQL of our own, for trying Conversure out, for one person, and for tests: its data in a folder, reached
/// only over a Unix socket on a short path, SCRAM with a generated password that is kept in a 0600 file.
///
/// PostgreSQL refuses to run as root; started by root, it runs as the user "postgres", to whom the folder is given.
/// Lives on one thread. Destroying it stops the server if this object started it, and leaves it alone if it was running
/// already. If this process is killed, the kernel tells the server to shut down.
class PrivateCluster
{
public:
    struct Settings {
        QString folder; ///< Made if missing. Under root not below /root.
        bool durable = true; ///< False only for tests: no fsync.
        QStringList options; ///< Further "name=value" settings of the server.
    };

    /// Makes the cluster if the folder is empty, starts it, waits until it answers. Codes: "cluster:no-server" (no
    /// initdb found), "cluster:version" (made by another major version), "cluster:failed"; kind Refused or Unavailable.
    static Result<std::unique_ptr<PrivateCluster>> start(const Settings &settings);
    ~PrivateCluster();
    PrivateCluster(const PrivateCluster &) = delete;
    PrivateCluster &operator=(const PrivateCluster &) = delete;

    /// A URL as the cluster's administrator.
    QString adminUrl(const QString &database) const;
    QString socketFolder() const { return m_socketFolder; }

    /// Makes a database (UTF-8, C.UTF-8) if there is none of that name.
    Result<void> ensureDatabase(const QString &name);

    /// Stops the server and starts it again (tests of what a restart does).
    Result<void> restart();
    void stop();
    Result<void> startServer();

private:
    explicit PrivateCluster(Settings settings);
    Result<void> findPrograms();
    Result<void> prepareFolder();
    Result<void> initialise();
    Result<void> waitUntilReady();
    Result<void> runAsServerUser(const QString &program, const QStringList &arguments);
    void setServerUser(QProcess &process, bool endWithUs) const;

    Settings m_settings;
    QString m_programs;
    QString m_socketFolder;
    QString m_password;
    QProcess m_server;
    bool m_ours = false;
};

} // namespace conversure::store
