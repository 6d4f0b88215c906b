// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/PrivateCluster.h"

#include "store/Connection.h"

#include <QCryptographicHash>
#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QThread>
#include <QUrl>

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace conversure::store {

namespace {

constexpr char administrator[] = "conversure_admin";
constexpr int readyMs = 30'000;

const passwd *serverUser()
{
    return ::geteuid() == 0 ? ::getpwnam("postgres") : nullptr;
}

tl::unexpected<Error> clusterFailure(const char *code, const QString &sentence, ErrorKind kind = ErrorKind::Refused)
{
    return failure(kind, QString::fromLatin1(code), sentence);
}

QString readFile(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()).trimmed() : QString();
}

/// Gives a path to the server's user, when that is not ourselves.
void giveToServer(const QString &path, mode_t mode)
{
    const QByteArray native = QFile::encodeName(path);
    ::chmod(native.constData(), mode);
    if (const passwd *user = serverUser())
        (void)!::chown(native.constData(), user->pw_uid, user->pw_gid);
}

/// Makes a folder in a place that belongs to everybody, or takes it over if it is ours already. Held by a descriptor,
/// so that nobody can put a link to another place there meanwhile.
Result<void> claimFolder(const QString &path)
{
    const QByteArray native = QFile::encodeName(path);
    const passwd *user = serverUser();
    const bool made = ::mkdir(native.constData(), 0700) == 0 || errno == EEXIST;
    const int folder = made ? ::open(native.constData(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
    struct stat status {
    };
    const bool ours = folder >= 0 && ::fstat(folder, &status) == 0
        && (status.st_uid == ::geteuid() || (user && status.st_uid == user->pw_uid)) && ::fchmod(folder, 0700) == 0
        && (!user || ::fchown(folder, user->pw_uid, user->pw_gid) == 0);
    if (folder >= 0)
        ::close(folder);
    if (ours)
        return {};
    return clusterFailure("cluster:failed",
        QStringLiteral("%1 is not a folder of ours, and the server's socket belongs there. Remove it and try again.")
            .arg(path));
}

/// Whether a server holds the data: one that runs, or one that is still shutting down. The file may have outlived a
/// crash of the machine, and its number may be somebody else's by now.
bool isHeld(const QString &dataFolder)
{
    const QString pid = readFile(dataFolder + QStringLiteral("/postmaster.pid")).section(u'\n', 0, 0);
    return !pid.isEmpty() && readFile(QStringLiteral("/proc/%1/comm").arg(pid)) == QStringLiteral("postgres");
}

} // namespace

PrivateCluster::PrivateCluster(Settings settings)
    : m_settings(std::move(settings))
{
}

PrivateCluster::~PrivateCluster()
{
    const bool ours = m_ours;
    stop();
    if (ours)
        QDir().rmdir(m_socketFolder);
}

Result<std::unique_ptr<PrivateCluster>> PrivateCluster::start(const Settings &settings)
{
    std::unique_ptr<PrivateCluster> cluster(new PrivateCluster(settings));
    CONVERSURE_TRY(cluster->findPrograms());
    CONVERSURE_TRY(cluster->prepareFolder());
    CONVERSURE_TRY(cluster->startServer());
    return cluster;
}

Result<void> PrivateCluster::findPrograms()
{
    // Debian keeps each major version's server programs in a folder of its own; the newest comes first.
    QStringList folders;
    const QDir versions(QStringLiteral("/usr/lib/postgresql"));
    for (const QString &version : versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name | QDir::Reversed))
        folders << versions.filePath(version) + QStringLiteral("/bin");
    QString initdb = QStandardPaths::findExecutable(QStringLiteral("initdb"), folders);
    if (initdb.isEmpty())
        initdb = QStandardPaths::findExecutable(QStringLiteral("initdb"));
    if (initdb.isEmpty()) {
        return clusterFailure("cluster:no-server",
            QStringLiteral("No PostgreSQL server is installed here (initdb was not found). Install postgresql, or use "
                           "a shared database."));
    }
    m_programs = QFileInfo(initdb).path();
    return {};
}

Result<void> PrivateCluster::prepareFolder()
{
    if (!QDir().mkpath(m_settings.folder))
        return clusterFailure("cluster:failed", QStringLiteral("Cannot make the folder ") + m_settings.folder);
    m_settings.folder = QFileInfo(m_settings.folder).canonicalFilePath();
    giveToServer(m_settings.folder, 0700);

    // A socket's path may have 107 characters; the data folder may be anywhere.
    const QByteArray mark =
        QCryptographicHash::hash(m_settings.folder.toUtf8(), QCryptographicHash::Sha256).toHex().left(12);
    m_socketFolder = QStringLiteral("/tmp/conversure-%1-%2").arg(::geteuid()).arg(QString::fromLatin1(mark));
    CONVERSURE_TRY(claimFolder(m_socketFolder));

    const QString version = readFile(m_settings.folder + QStringLiteral("/data/PG_VERSION"));
    if (version.isEmpty())
        return initialise();
    QProcess ask;
    ask.start(m_programs + QStringLiteral("/postgres"), {QStringLiteral("--version")});
    ask.waitForFinished();
    const QString server = QString::fromUtf8(ask.readAllStandardOutput()).section(u' ', 2, 2).section(u'.', 0, 0);
    if (version != server) {
        return clusterFailure("cluster:version",
            QStringLiteral("The data in %1 was made by PostgreSQL %2, and this is PostgreSQL %3. Install version %2, "
                           "or move the data with pg_upgrade.")
                .arg(m_settings.folder, version, server));
    }
    m_password = readFile(m_settings.folder + QStringLiteral("/password"));
    return {};
}

Result<void> PrivateCluster::initialise()
{
    QByteArray random(24, Qt::Uninitialized);
    for (char &byte : random)
        byte = static_cast<char>(QRandomGenerator::system()->bounded(256));
    m_password = QString::fromLatin1(random.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));

    const QString passwordPath = m_settings.folder + QStringLiteral("/password");
    QFile file(passwordPath);
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate))
        return clusterFailure("cluster:failed", QStringLiteral("Cannot write ") + passwordPath);
    giveToServer(passwordPath, 0600);
    file.write(m_password.toUtf8() + '\n');
    file.close();

    QStringList arguments{QStringLiteral("-D"), m_settings.folder + QStringLiteral("/data"), QStringLiteral("-U"),
        QString::fromLatin1(administrator), QStringLiteral("--pwfile"), passwordPath,
        QStringLiteral("--auth=scram-sha-256"), QStringLiteral("--encoding=UTF8"), QStringLiteral("--locale=C.UTF-8")};
    if (!m_settings.durable)
        arguments << QStringLiteral("--no-sync");
    return runAsServerUser(m_programs + QStringLiteral("/initdb"), arguments);
}

void PrivateCluster::setServerUser(QProcess &process, bool endWithUs) const
{
    const passwd *user = serverUser();
    const uid_t uid = user ? user->pw_uid : ::geteuid();
    const gid_t gid = user ? user->pw_gid : ::getegid();
    process.setWorkingDirectory(QStringLiteral("/"));
    process.setChildProcessModifier([uid, gid, change = user != nullptr, endWithUs] {
        if (change && (::setgroups(0, nullptr) != 0 || ::setgid(gid) != 0 || ::setuid(uid) != 0))
            ::_exit(126);
        if (endWithUs) {
            ::setpgid(0, 0); // Ctrl-C at the terminal is for us; we shut the server down in order
            ::prctl(PR_SET_PDEATHSIG, SIGINT); // SIGINT is PostgreSQL's fast shutdown
        }
    });
}

Result<void> PrivateCluster::runAsServerUser(const QString &program, const QStringList &arguments)
{
    QProcess process;
    setServerUser(process, false);
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(program, arguments);
    process.waitForFinished(60'000);
    if (process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0)
        return {};
    return clusterFailure("cluster:failed",
        QStringLiteral("%1 failed: %2")
            .arg(QFileInfo(program).fileName(), QString::fromUtf8(process.readAll()).trimmed().right(600)));
}

Result<void> PrivateCluster::startServer()
{
    // Somebody else's server on the same data is used, and never stopped. One that is shutting down, because its relay
    // was killed a moment ago, is waited for.
    const QDeadlineTimer deadline(readyMs);
    for (;;) {
        if (Connection::open(adminUrl(QStringLiteral("postgres")), QStringLiteral("conversure")))
            return {};
        if (!isHeld(m_settings.folder + QStringLiteral("/data")) || deadline.hasExpired())
            break;
        QThread::msleep(30);
    }
    QStringList arguments{QStringLiteral("-D"), m_settings.folder + QStringLiteral("/data"), QStringLiteral("-k"),
        m_socketFolder, QStringLiteral("-c"), QStringLiteral("listen_addresses="), QStringLiteral("-c"),
        QStringLiteral("max_connections=200"), QStringLiteral("-c"), QStringLiteral("unix_socket_permissions=0700")};
    if (!m_settings.durable)
        arguments << QStringLiteral("-F");
    for (const QString &option : m_settings.options)
        arguments << QStringLiteral("-c") << option;
    setServerUser(m_server, true);
    m_server.setStandardOutputFile(QProcess::nullDevice());
    m_server.setStandardErrorFile(m_settings.folder + QStringLiteral("/server.log"), QIODevice::Append);
    m_server.start(m_programs + QStringLiteral("/postgres"), arguments);
    m_ours = m_server.waitForStarted();
    return waitUntilReady();
}

Result<void> PrivateCluster::waitUntilReady()
{
    const QDeadlineTimer deadline(readyMs);
    while (!deadline.hasExpired()) {
        if (Connection::open(adminUrl(QStringLiteral("postgres")), QStringLiteral("conversure")))
            return {};
        if (m_server.waitForFinished(30))
            break;
    }
    return clusterFailure("cluster:failed",
        QStringLiteral("PostgreSQL did not start: %1")
            .arg(readFile(m_settings.folder + QStringLiteral("/server.log")).right(600)),
        ErrorKind::Unavailable);
}

void PrivateCluster::stop()
{
    if (!m_ours || m_server.state() == QProcess::NotRunning)
        return;
    ::kill(static_cast<pid_t>(m_server.processId()), SIGINT);
    if (!m_server.waitForFinished(15'000)) {
        ::kill(static_cast<pid_t>(m_server.processId()), SIGQUIT);
        m_server.waitForFinished(5'000);
    }
    m_ours = false;
}

Result<void> PrivateCluster::restart()
{
    stop();
    return startServer();
}

QString PrivateCluster::adminUrl(const QString &database) const
{
    return QStringLiteral("postgresql://%1:%2@/%3?host=%4")
        .arg(QString::fromLatin1(administrator), m_password, database,
            QString::fromLatin1(QUrl::toPercentEncoding(m_socketFolder)));
}

Result<void> PrivateCluster::ensureDatabase(const QString &name)
{
    auto connection = Connection::open(adminUrl(QStringLiteral("postgres")), QStringLiteral("conversure"));
    CONVERSURE_TRY(connection);
    auto made = connection->script(
        "create database " + connection->identifier(name) + " encoding 'UTF8' locale 'C.UTF-8' template template0");
    if (!made && made.error().code != QStringLiteral("42P04"))
        return made;
    return {};
}

} // namespace conversure::store
