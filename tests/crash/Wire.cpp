// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Wire.h"

#include <QTcpSocket>

namespace conversure::crash_test {

namespace {

/// How long the first request in \a bytes is; 0 while it is not complete.
qsizetype requestSize(const QByteArray &bytes)
{
    const qsizetype head = bytes.indexOf("\r\n\r\n");
    if (head < 0)
        return 0;
    const QByteArray lines = bytes.left(head).toLower();
    const qsizetype at = lines.indexOf("\r\ncontent-length:");
    const qsizetype body = at < 0 ? 0 : lines.mid(at + 17).split('\r').first().trimmed().toLongLong();
    return bytes.size() < head + 4 + body ? 0 : head + 4 + body;
}

} // namespace

/// One connection of a sender, and its other half to the sandbox. Ends with the sender's.
class WireLink : public QObject
{
public:
    WireLink(QTcpSocket *sender, Wire &wire)
        : QObject(&wire)
        , m_wire(wire)
        , m_sender(sender)
    {
        sender->setParent(this);
        connect(sender, &QTcpSocket::readyRead, this, &WireLink::takeRequests);
        connect(sender, &QTcpSocket::disconnected, this, &QObject::deleteLater);
        connect(&m_sandbox, &QTcpSocket::readyRead, this, &WireLink::takeAnswer);
        connect(&m_sandbox, &QTcpSocket::bytesWritten, this, &WireLink::onWritten);
        connect(&m_sandbox, &QTcpSocket::disconnected, sender, &QTcpSocket::disconnectFromHost);
        m_sandbox.connectToHost(QHostAddress::LocalHost, wire.m_sandboxPort);
    }

    void letGo()
    {
        m_treatment = Wire::Treatment::Pass;
        m_sender->write(std::exchange(m_kept, {}));
        m_sender->flush(); // now, whatever the test does next
    }

private:
    void takeRequests()
    {
        m_request += m_sender->readAll();
        while (const qsizetype size = requestSize(m_request)) {
            m_treatment = m_wire.m_treatment;
            m_sandbox.write(m_request.left(m_treatment == Wire::Treatment::Half ? size / 2 : size));
            m_request.remove(0, size);
        }
    }

    void onWritten()
    {
        if (m_treatment == Wire::Treatment::Half && m_sandbox.bytesToWrite() == 0)
            ++m_wire.m_caught;
    }

    void takeAnswer()
    {
        const QByteArray answer = m_sandbox.readAll();
        if (m_treatment == Wire::Treatment::Pass) {
            m_sender->write(answer);
            return;
        }
        if (m_kept.isEmpty())
            ++m_wire.m_caught;
        m_kept += answer;
    }

    Wire &m_wire;
    QTcpSocket *m_sender;
    QTcpSocket m_sandbox;
    Wire::Treatment m_treatment = Wire::Treatment::Pass; ///< Of the last request.
    QByteArray m_request;
    QByteArray m_kept;
};

Wire::Wire(quint16 sandboxPort)
    : m_sandboxPort(sandboxPort)
{
    m_server.listen(QHostAddress::LocalHost);
    connect(&m_server, &QTcpServer::newConnection, this, [this] {
        while (QTcpSocket *sender = m_server.nextPendingConnection())
            new WireLink(sender, *this);
    });
}

QString Wire::url() const
{
    return QStringLiteral("http://127.0.0.1:%1").arg(m_server.serverPort());
}

void Wire::treat(Treatment treatment)
{
    m_treatment = treatment;
    m_caught = 0;
}

void Wire::letGo()
{
    treat(Treatment::Pass);
    for (QObject *child : children()) {
        if (auto *link = dynamic_cast<WireLink *>(child))
            link->letGo();
    }
}

} // namespace conversure::crash_test
