// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "StoreFixture.h"

#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QProcess>
#include <QTemporaryDir>
#include <QUrl>

namespace conversure::test {

/// The relay as a program of its own, serving one database.
class RelayProgram
{
public:
    RelayProgram(const QString &databaseUrl, const QString &stateFolder);
    ~RelayProgram();

    /// Starts it (on the port it had before, if it ran before) and reads its ready line.
    bool start();
    /// SIGKILL.
    void kill();
    /// SIGTERM; the exit code, or -1 if it did not end within five seconds.
    int terminate();
    /// From now on what it and its commands complain of goes into this file, and no longer to the test's own output.
    void keepLog(const QString &file);
    /// conversure-relay COMMAND …; the JSON it printed, with "exit" added.
    QJsonObject command(const QStringList &arguments, const QByteArray &input = {}) const;

    QUrl http(const QString &path) const;
    /// What Meta asks before it delivers; 200 once the relay knows the number.
    QUrl handshake(const QString &verifyToken) const;
    QUrl live() const { return m_live; }
    QJsonObject readyLine() const { return m_ready; }

private:
    QString m_database;
    QString m_state;
    QString m_log;
    QProcess m_process;
    QJsonObject m_ready;
    QUrl m_http;
    QUrl m_live;
};

/// A company with a number at Meta.
struct Agency {
    QUuid company;
    QUuid number;
    QString phoneNumberId;
    QString appSecret;
    QString verifyToken;
    QString accessToken;
    QString email;
    QString password;

    /// Founded by the command line, with an agent.
    Agency(const RelayProgram &relay, const QString &name, const QString &apiBaseUrl = {});
    /// Tokens and names at Meta for a company that others found; it gets the number by addNumber().
    Agency();
    void addNumber(const RelayProgram &relay, const QString &apiBaseUrl);
    /// {"database", "token"} of a new device.
    QJsonObject signIn(const RelayProgram &relay) const;
    QByteArray textDelivery(const QString &from, const QString &id, const QString &text) const;
    QByteArray sign(const QByteArray &body) const;
};

/// The simulated provider as a program of its own, with one number.
class SandboxProgram
{
public:
    /// \a record: where it writes what it was asked. Its port is chosen by start().
    explicit SandboxProgram(const QString &folder);
    ~SandboxProgram();

    /// A number must be known before the sandbox starts, its URL before the number is added: so the port is found
    /// first.
    QString baseUrl() const { return m_baseUrl; }
    bool start(const Agency &agency, const QUrl &deliverTo, const QJsonObject &script = {});
    /// As RelayProgram's, with what it prints; before start().
    void keepLog(const QString &file) { m_log = file; }
    void stop();
    /// A lead writes now; the message's id.
    QString leadWrites(const QString &waId, const QString &name, const QString &text);
    /// Posts to one of its /_sandbox/… places and gives the answer.
    QJsonObject order(const char *place, const QJsonObject &what);
    /// What was accepted, as it was posted and in order.
    QList<QJsonObject> accepted() const;
    QStringList acceptedTexts() const; ///< Of those that are plain text.

private:
    QString m_folder;
    QString m_log;
    QString m_baseUrl;
    QProcess m_process;
    QNetworkAccessManager m_network;
};

/// Posts and gives the HTTP status; 0 when there was no answer.
int post(QNetworkAccessManager &network, const QUrl &url, const QByteArray &body, const QByteArray &signature,
    const QByteArray &contentType = "application/json");
/// GET: status and body.
std::pair<int, QByteArray> get(QNetworkAccessManager &network, const QUrl &url);

} // namespace conversure::test
