// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QLocalServer>
#include <QProcess>
#include <QProcessEnvironment>
#include <QStringList>

#include <memory>

class QLocalSocket;

namespace conversure::test {

/// The desktop client as a program of its own, without a display, worked through the names that a screen reader says
/// (tests/support/remote is loaded into it). It must not outlive the test, however the test ends.
class ClientProgram
{
public:
    /// All that it writes is below \a folder. Without an \a environment of a desktop it uses no keychain.
    explicit ClientProgram(const QString &folder);
    ClientProgram(const QString &folder, const QProcessEnvironment &environment);
    ~ClientProgram();

    bool start(const QStringList &arguments = {});
    void kill();
    /// Closes the window; the exit code, or -1 when it did not end in time.
    int close();

    /// What is to be seen at this moment; false and empty where there is nothing of that name.
    bool sees(const QString &name);
    bool isEnabled(const QString &name);
    QString text(const QString &name); ///< What stands in a line or label, or a screen reader's value.
    QString below(const QString &name); ///< What stands below a line.
    QStringList said(); ///< All that is to be read at this moment.
    bool says(const QString &words); ///< Whether any of it holds \a words.
    QStringList rows(const QString &list = QStringLiteral("Conversations"));
    QStringList bubbles();
    bool hasBubble(const QString &text, const QString &ending);

    /// Each of these acts once, as soon as that is possible; false when it was not in time.
    bool type(const QString &name, const QString &text); ///< Instead of what stands in the line.
    bool press(const QString &button);
    bool choose(const QString &entry); ///< In the menu that is open.
    bool pick(const QString &list, const QString &beginning); ///< The row that begins so.
    bool write(const QString &text, bool send = true); ///< Into the composer.

    QString dataFolder() const { return m_folder + QStringLiteral("/data"); }
    QString traceFile() const { return m_folder + QStringLiteral("/trace.jsonl"); }
    /// What it printed, in all of its lives; but for what the platform without a display complains of.
    QByteArray printed() const;

private:
    QJsonObject ask(const QJsonObject &what);
    QJsonObject order(const char *what, const QString &name, const QString &text = {});
    bool act(const char *what, const QString &name, const QString &text = {});
    QStringList texts(const char *what, const QString &name);

    const QString m_folder;
    QProcessEnvironment m_environment;
    QLocalServer m_server;
    QLocalSocket *m_hands = nullptr; ///< The server's.
    QProcess m_process;
};

} // namespace conversure::test
