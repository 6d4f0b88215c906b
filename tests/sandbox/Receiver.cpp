// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Receiver.h"

#include <QTcpSocket>

namespace conversure::sandbox {

Receiver::Receiver()
{
    connect(&m_server, &QTcpServer::newConnection, this, [this] {
        QTcpSocket *socket = m_server.nextPendingConnection();
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { onReadyRead(socket); });
        connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
            m_buffers.remove(socket);
            socket->deleteLater();
        });
    });
}

void Receiver::onReadyRead(QTcpSocket *socket)
{
    QByteArray &buffer = m_buffers[socket];
    buffer += socket->readAll();
    const qsizetype end = buffer.indexOf("\r\n\r\n");
    if (end < 0)
        return;
    const QByteArray head = buffer.left(end).toLower();
    const qsizetype at = head.indexOf("content-length: ") + 16;
    const qsizetype length = head.mid(at, head.indexOf('\r', at) - at).toLongLong();
    const QByteArray body = buffer.mid(end + 4);
    if (body.size() < length)
        return;
    m_posts << Post{head, body};
    const QByteArray status = QByteArray::number(answer(body));
    socket->write("HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    socket->disconnectFromHost();
}

QList<Receiver::Post> Receiver::postsWith(const QByteArray &part) const
{
    QList<Post> found;
    for (const Post &post : m_posts) {
        if (post.body.contains(part))
            found << post;
    }
    return found;
}

} // namespace conversure::sandbox
