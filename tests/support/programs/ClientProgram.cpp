// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ClientProgram.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLocalSocket>
#include <QTest>

#include <algorithm>
#include <csignal>
#include <sys/prctl.h>

namespace conversure::test {

namespace {

constexpr int patienceMs = 30'000;

/// That of a person with a home of their own, and without a keychain.
QProcessEnvironment homeIn(const QString &folder)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("CONVERSURE_KEYCHAIN"), QStringLiteral("off"));
    for (const char *place : {"HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"}) {
        const QString name = QString::fromLatin1(place);
        const QString own = folder + u'/' + name.toLower();
        QDir().mkpath(own);
        QFile::setPermissions(own, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        environment.insert(name, own);
    }
    return environment;
}

} // namespace

ClientProgram::ClientProgram(const QString &folder)
    : ClientProgram(folder, homeIn(folder))
{
}

ClientProgram::ClientProgram(const QString &folder, const QProcessEnvironment &environment)
    : m_folder(folder)
    , m_environment(environment)
{
    QDir().mkpath(folder);
    m_server.listen(folder + QStringLiteral("/hands"));
    m_environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
    m_environment.insert(QStringLiteral("QT_PLUGIN_PATH"), QStringLiteral(CONVERSURE_TEST_PLUGIN_DIR));
    m_environment.insert(
        QStringLiteral("QT_QPA_GENERIC_PLUGINS"), QStringLiteral("conversureremote:") + m_server.fullServerName());
    m_environment.insert(QStringLiteral("CONVERSURE_DATA_DIR"), dataFolder());
    m_environment.insert(QStringLiteral("CONVERSURE_TRACE"), traceFile());
    m_process.setProcessEnvironment(m_environment);
    m_process.setStandardOutputFile(folder + QStringLiteral("/stdout"), QIODevice::Append);
    m_process.setStandardErrorFile(folder + QStringLiteral("/stderr"), QIODevice::Append);
    m_process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
}

ClientProgram::~ClientProgram()
{
    kill();
}

bool ClientProgram::start(const QStringList &arguments)
{
    m_process.start(QStringLiteral(CONVERSURE_BIN_DIR "/conversure"), arguments);
    if (!m_process.waitForStarted(patienceMs) || !m_server.waitForNewConnection(patienceMs))
        return false;
    m_hands = m_server.nextPendingConnection();
    return m_hands != nullptr;
}

void ClientProgram::kill()
{
    if (m_process.state() != QProcess::NotRunning) {
        m_process.kill();
        m_process.waitForFinished();
    }
    delete m_hands;
    m_hands = nullptr;
}

int ClientProgram::close()
{
    order("close", {});
    const bool ended = m_process.waitForFinished(patienceMs) && m_process.exitStatus() == QProcess::NormalExit;
    const int code = ended ? m_process.exitCode() : -1;
    kill();
    return code;
}

QJsonObject ClientProgram::ask(const QJsonObject &what)
{
    if (!m_hands || m_hands->state() != QLocalSocket::ConnectedState)
        return {};
    m_hands->write(QJsonDocument(what).toJson(QJsonDocument::Compact) + '\n');
    const QDeadlineTimer deadline(patienceMs);
    while (!m_hands->canReadLine() && !deadline.hasExpired()) {
        if (!m_hands->waitForReadyRead(static_cast<int>(deadline.remainingTime())))
            break;
    }
    return QJsonDocument::fromJson(m_hands->readLine()).object();
}

QJsonObject ClientProgram::order(const char *what, const QString &name, const QString &text)
{
    return ask({{QStringLiteral("do"), QString::fromLatin1(what)}, {QStringLiteral("name"), name},
        {QStringLiteral("text"), text}});
}

bool ClientProgram::act(const char *what, const QString &name, const QString &text)
{
    return QTest::qWaitFor([&] { return order(what, name, text)[QStringLiteral("done")].toBool(); }, patienceMs);
}

QStringList ClientProgram::texts(const char *what, const QString &name)
{
    QStringList out;
    const QJsonArray array = order(what, name)[QStringLiteral("texts")].toArray();
    for (const QJsonValue &text : array)
        out << text.toString();
    return out;
}

bool ClientProgram::sees(const QString &name)
{
    return order("look", name)[QStringLiteral("found")].toBool();
}

bool ClientProgram::isEnabled(const QString &name)
{
    return order("look", name)[QStringLiteral("enabled")].toBool();
}

QString ClientProgram::text(const QString &name)
{
    return order("look", name)[QStringLiteral("text")].toString();
}

QString ClientProgram::below(const QString &name)
{
    return order("look", name)[QStringLiteral("below")].toString();
}

QStringList ClientProgram::said()
{
    return texts("said", {});
}

bool ClientProgram::says(const QString &words)
{
    const QStringList all = said();
    return std::any_of(all.begin(), all.end(), [&](const QString &text) { return text.contains(words); });
}

QStringList ClientProgram::rows(const QString &list)
{
    return texts("rows", list);
}

QStringList ClientProgram::bubbles()
{
    return texts("parts", QStringLiteral("Messages"));
}

bool ClientProgram::hasBubble(const QString &text, const QString &ending)
{
    const QStringList all = bubbles();
    return std::any_of(all.begin(), all.end(),
        [&](const QString &bubble) { return bubble.contains(text) && bubble.endsWith(ending); });
}

bool ClientProgram::type(const QString &name, const QString &text)
{
    return act("type", name, text);
}

bool ClientProgram::press(const QString &button)
{
    return act("press", button);
}

bool ClientProgram::choose(const QString &entry)
{
    return act("choose", entry);
}

bool ClientProgram::pick(const QString &list, const QString &beginning)
{
    return act("pick", list, beginning);
}

bool ClientProgram::write(const QString &text, bool send)
{
    return act(send ? "send" : "draft", QStringLiteral("Message"), text);
}

QByteArray ClientProgram::printed() const
{
    QByteArray all;
    for (const char *name : {"/stdout", "/stderr"}) {
        QFile file(m_folder + QString::fromLatin1(name));
        if (!file.open(QIODevice::ReadOnly))
            continue;
        while (!file.atEnd()) {
            const QByteArray line = file.readLine();
            if (!line.startsWith("This plugin does not support "))
                all += line;
        }
    }
    return all;
}

} // namespace conversure::test
