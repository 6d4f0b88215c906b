// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QObject>
#include <QTcpServer>

#include <functional>

namespace conversure::sandbox {

/// A webhook receiver as small as it can be: takes POSTs, keeps them, and answers what the test wants.
class Receiver : public QObject
{
    Q_OBJECT

public:
    struct Post {
        QByteArray head; ///< Request line and headers, lower case.
        QByteArray body;
    };

    Receiver();

    bool listen(quint16 port = 0) { return m_server.listen(QHostAddress::LocalHost, port); }
    void close() { m_server.close(); }
    quint16 port() const { return m_server.serverPort(); }

    const QList<Post> &posts() const { return m_posts; }
    /// Those of \a posts whose body holds \a part.
    QList<Post> postsWith(const QByteArray &part) const;

    /// Decides on the HTTP status for a body; 200 unless set.
    std::function<int(const QByteArray &body)> answer = [](const QByteArray &) { return 200; };

private:
    void onReadyRead(QTcpSocket *socket);

    QTcpServer m_server;
    QHash<QTcpSocket *, QByteArray> m_buffers;
    QList<Post> m_posts;
};

} // namespace conversure::sandbox
