// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "feed/Frames.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkRequest>
#include <QTest>
#include <QWebSocket>
#include <QWebSocketHandshakeOptions>

namespace conversure::test {

/// A client of the live connection. It keeps what a client would: of each row the change with the highest revision, as
/// a frame may come twice, late or out of order.
class Ear : public QObject
{
public:
    explicit Ear(const QUrl &url)
    {
        connect(
            &m_socket, &QWebSocket::textMessageReceived, this, [this](const QString &text) { hear(text.toUtf8()); });
        QWebSocketHandshakeOptions options;
        options.setSubprotocols({QString::fromLatin1(feed::liveSubprotocol)});
        m_socket.open(QNetworkRequest(url), options);
    }

    void hello(const QString &token, const QJsonValue &from = QJsonValue(QJsonValue::Null))
    {
        QTRY_COMPARE(m_socket.state(), QAbstractSocket::ConnectedState);
        say(QJsonDocument(QJsonObject{{QStringLiteral("t"), QStringLiteral("hello")}, {QStringLiteral("token"), token},
                              {QStringLiteral("cursor"), from}})
                .toJson());
    }

    void say(const QByteArray &text) { m_socket.sendTextMessage(QString::fromUtf8(text)); }
    bool isOpen() const { return m_socket.state() == QAbstractSocket::ConnectedState; }

    /// The changes of a kind, one of each row.
    QList<QJsonObject> changes(const QString &kind) const
    {
        QList<QJsonObject> out;
        for (const QJsonObject &change : m_changes) {
            if (change[QStringLiteral("kind")].toString() == kind)
                out << change;
        }
        return out;
    }
    /// How many messages there are with this text.
    int texts(const QString &text) const
    {
        int count = 0;
        for (const QJsonObject &change : changes(QStringLiteral("message")))
            count += change[QStringLiteral("row")][QStringLiteral("text")].toString() == text ? 1 : 0;
        return count;
    }
    bool heardNothing() const { return m_changes.isEmpty(); }
    void forget()
    {
        m_changes.clear();
        kinds.clear();
    }

    QStringList kinds; ///< Of all frames.
    QJsonObject cursor;
    QString reason;
    QByteArray everything; ///< Each frame as it came.

private:
    void hear(const QByteArray &text)
    {
        everything += text + '\n';
        const QJsonObject frame = QJsonDocument::fromJson(text).object();
        kinds << frame[QStringLiteral("t")].toString();
        if (!frame[QStringLiteral("cursor")].isUndefined())
            cursor = frame[QStringLiteral("cursor")].toObject();
        reason = frame[QStringLiteral("reason")].toString(reason);
        const QJsonArray rows = frame[QStringLiteral("changes")].toArray();
        for (const QJsonValue &row : rows)
            keep(row.toObject());
    }

    void keep(const QJsonObject &change)
    {
        const QString place =
            change[QStringLiteral("kind")].toString() + u' ' + change[QStringLiteral("id")].toString();
        const qint64 rev = change[QStringLiteral("rev")].toInteger();
        if (!m_changes.contains(place) || rev > m_changes[place][QStringLiteral("rev")].toInteger())
            m_changes.insert(place, change);
    }

    QWebSocket m_socket;
    QHash<QString, QJsonObject> m_changes;
};

} // namespace conversure::test
