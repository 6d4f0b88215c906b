// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "KeyringBus.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>

namespace conversure::test {

namespace {

constexpr int deadlineMs = 10'000;

void stop(std::unique_ptr<QProcess> &process)
{
    if (!process)
        return;
    process->terminate();
    if (!process->waitForFinished(deadlineMs))
        process->kill();
    process->waitForFinished();
    process.reset();
}

} // namespace

KeyringBus::KeyringBus()
    : m_environment(QProcessEnvironment::systemEnvironment())
{
    for (const char *place : {"HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"}) {
        const QString folder = m_folder.filePath(QString::fromLatin1(place));
        QDir().mkpath(folder);
        QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        m_environment.insert(QString::fromLatin1(place), folder);
    }
    m_environment.remove(QStringLiteral("DISPLAY"));
    m_environment.remove(QStringLiteral("WAYLAND_DISPLAY"));
    m_environment.remove(QStringLiteral("DBUS_SESSION_BUS_ADDRESS"));
}

KeyringBus::~KeyringBus()
{
    stop(m_keyring);
    stop(m_daemon);
}

bool KeyringBus::start()
{
    QFile config(m_folder.filePath(QStringLiteral("bus.conf")));
    if (!config.open(QIODevice::WriteOnly))
        return false;
    config.write("<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" "
                 "\"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">"
                 "<busconfig><type>session</type><listen>unix:tmpdir="
        + m_folder.path().toUtf8()
        + "</listen><auth>EXTERNAL</auth><policy context=\"default\">"
          "<allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/><allow own=\"*\"/>"
          "</policy></busconfig>");
    config.close();
    m_daemon = std::make_unique<QProcess>();
    m_daemon->setProcessEnvironment(m_environment);
    m_daemon->start(QStringLiteral("dbus-daemon"),
        {QStringLiteral("--config-file=") + config.fileName(), QStringLiteral("--nofork"),
            QStringLiteral("--print-address=1")});
    if (!m_daemon->waitForReadyRead(deadlineMs))
        return false;
    m_environment.insert(
        QStringLiteral("DBUS_SESSION_BUS_ADDRESS"), QString::fromLatin1(m_daemon->readLine().trimmed()));
    return true;
}

void KeyringBus::pointNowhere()
{
    m_environment.insert(QStringLiteral("DBUS_SESSION_BUS_ADDRESS"), QStringLiteral("unix:path=/nonexistent/bus"));
}

bool KeyringBus::startKeyring(const QByteArray &password)
{
    m_keyring = std::make_unique<QProcess>();
    m_keyring->setProcessEnvironment(m_environment);
    QStringList arguments{QStringLiteral("--foreground"), QStringLiteral("--components=secrets")};
    if (!password.isEmpty())
        arguments << QStringLiteral("--unlock");
    m_keyring->start(QStringLiteral("gnome-keyring-daemon"), arguments);
    if (!m_keyring->waitForStarted(deadlineMs))
        return false;
    if (m_keyring->write(password) > 0 && !m_keyring->waitForBytesWritten(deadlineMs))
        return false;
    m_keyring->closeWriteChannel();
    const QStringList ping{QStringLiteral("--session"), QStringLiteral("--print-reply"),
        QStringLiteral("--dest=org.freedesktop.secrets"), QStringLiteral("/org/freedesktop/secrets"),
        QStringLiteral("org.freedesktop.DBus.Peer.Ping")};
    // It owns its name once it can answer.
    QElapsedTimer since;
    since.start();
    while (since.elapsed() < deadlineMs) {
        if (run(QStringLiteral("dbus-send"), ping).startsWith("method return"))
            return true;
    }
    return false;
}

bool KeyringBus::startDenying(const QString &how)
{
    m_keyring = std::make_unique<QProcess>();
    m_keyring->setProcessEnvironment(m_environment);
    m_keyring->start(QCoreApplication::applicationFilePath(), {QStringLiteral("--secret-service"), how});
    return m_keyring->waitForReadyRead(deadlineMs) && m_keyring->readLine() == "ready\n";
}

void KeyringBus::stopKeyring()
{
    stop(m_keyring);
}

QByteArray KeyringBus::run(const QString &program, const QStringList &arguments) const
{
    QProcess process;
    process.setProcessEnvironment(m_environment);
    process.start(program, arguments);
    if (!process.waitForFinished(deadlineMs)) {
        process.kill();
        process.waitForFinished();
        return "no answer";
    }
    return process.readAllStandardOutput().trimmed();
}

int KeyringBus::entries() const
{
    const QByteArray found = run(QStringLiteral("dbus-send"),
        {QStringLiteral("--session"), QStringLiteral("--print-reply"), QStringLiteral("--dest=org.freedesktop.secrets"),
            QStringLiteral("/org/freedesktop/secrets"), QStringLiteral("org.freedesktop.Secret.Service.SearchItems"),
            QStringLiteral("dict:string:string:server,Conversure")});
    return static_cast<int>(found.count("/org/freedesktop/secrets/collection/"));
}

} // namespace conversure::test
