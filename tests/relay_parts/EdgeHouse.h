// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "feed/Frames.h"
#include "relay/Edge.h"
#include "wire/Signature.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTcpSocket>
#include <QTest>

#include <mutex>

/// An edge on loopback, with everything behind it made up, and a client that says exactly what it is told to.
namespace conversure::relay::edge_test {

using namespace Qt::StringLiterals;

inline constexpr int patience = 10'000;
inline const CompanyId company = CompanyId::fromText(u"0190a000-0000-7000-8000-00000000000a");
inline const UserId me = UserId::fromText(u"0190a000-0000-7000-8000-0000000000ee");

/// A sink that does what the test says. offer() runs on the edge's thread.
class Sink final : public WebhookSink
{
public:
    enum class Mode { Store, Fail, Keep, Full };
    std::atomic<Mode> mode = Mode::Store;
    Edge *edge = nullptr;

    bool offer(Delivery &&delivery) override
    {
        if (mode == Mode::Full)
            return false;
        if (mode == Mode::Keep) {
            const std::lock_guard lock(m_mutex);
            m_kept << delivery.ticket;
        } else {
            edge->answer(QList<DeliveryResult>{{delivery.ticket, mode == Mode::Store}});
        }
        return true;
    }
    qsizetype kept() const
    {
        const std::lock_guard lock(m_mutex);
        return m_kept.size();
    }
    void answerKept()
    {
        QList<DeliveryResult> results;
        {
            const std::lock_guard lock(m_mutex);
            for (const quint64 ticket : std::exchange(m_kept, {}))
                results << DeliveryResult{ticket, true};
        }
        edge->answer(results);
    }

private:
    mutable std::mutex m_mutex;
    QList<quint64> m_kept;
};

/// Knows the token "good".
class Authority final : public LiveAuthority
{
public:
    Edge *edge = nullptr;
    std::atomic<int> caughtUp = 0; ///< Whatever is published after that reaches the connection.

    bool ask(SessionQuestion &&question) override
    {
        SessionAnswer answer{question.kind, question.peer, store::LiveSession{company, me, me.value, {u"all"_s}}, {}};
        const bool signIn = question.kind == SessionQuestion::Kind::SignIn;
        if (signIn && question.tokenHash != QCryptographicHash::hash("good", QCryptographicHash::Sha256))
            answer.session = failure(ErrorKind::SignedOut, u"CV001"_s, {});
        edge->answer(QList<SessionAnswer>{answer});
        caughtUp += signIn ? 0 : 1;
        return true;
    }
};

inline RelaySettings settings(const Limits &limits)
{
    RelaySettings out;
    out.listenHost = u"127.0.0.1"_s;
    out.limits = limits;
    return out;
}

/// An edge on loopback with everything behind it made up.
struct House {
    explicit House(const Limits &limits = {})
        : edge(settings(limits), {handler, directory, health, clock, sink, authority})
    {
        sink.edge = authority.edge = &edge;
        directory.set(std::make_shared<Directory>(QList<DirectoryNumber>{
            {company, NumberId(me.value), u"meta"_s, u"111"_s, u"waba"_s, {{u"app_secret"_s, u"secret"_s}}}}));
        listening = edge.listen().has_value();
        edge.start();
        edge.publish({feed::Cursor{u"e"_s, 10, 0}, {}});
    }

    providers::Registry registry;
    SystemClock clock;
    DirectorySlot directory;
    Health health;
    WebhookHandler handler{registry, {}};
    Sink sink;
    Authority authority;
    Edge edge;
    bool listening = false;
};

inline QByteArray body()
{
    const QJsonObject change{{u"field"_s, u"messages"_s},
        {u"value"_s, QJsonObject{{u"metadata"_s, QJsonObject{{u"phone_number_id"_s, u"111"_s}}}}}};
    const QJsonObject entry{{u"id"_s, u"waba"_s}, {u"changes"_s, QJsonArray{change}}};
    return QJsonDocument(QJsonObject{{u"object"_s, u"whatsapp_business_account"_s}, {u"entry"_s, QJsonArray{entry}}})
        .toJson(QJsonDocument::Compact);
}

inline QByteArray head(const QByteArray &content, const QByteArray &more = {})
{
    return "POST /api/webhooks/whatsapp HTTP/1.1\r\nHost: relay\r\nContent-Type: application/json\r\n"
           "X-Hub-Signature-256: sha256="
        + wire::hmacSha256("secret", content).toHex() + "\r\n" + more;
}

inline QByteArray signedPost(const QByteArray &more = {})
{
    const QByteArray content = body();
    return head(content, more) + "Content-Length: " + QByteArray::number(content.size()) + "\r\n\r\n" + content;
}

/// A client that says exactly the bytes it is told to.
class Client
{
public:
    explicit Client(const House &house)
    {
        m_socket.connectToHost(u"127.0.0.1"_s, house.edge.port());
        m_socket.waitForConnected(patience);
    }

    void send(const QByteArray &bytes)
    {
        m_socket.write(bytes);
        m_socket.flush();
    }

    /// The status line's number of the next answer; 0 when there is none. Its head and body are kept.
    int answer()
    {
        if (!fill([this] { return m_read.contains("\r\n\r\n"); }))
            return 0;
        const qsizetype end = m_read.indexOf("\r\n\r\n") + 4;
        lastHead = m_read.left(end);
        const qsizetype at = lastHead.toLower().indexOf("content-length: ");
        const qsizetype length = at < 0 ? 0 : lastHead.mid(at + 16, lastHead.indexOf('\r', at) - at - 16).toLongLong();
        if (!fill([&] { return m_read.size() >= end + length; }))
            return 0;
        lastBody = m_read.mid(end, length);
        m_read.remove(0, end + length);
        return lastHead.mid(9, 3).toInt();
    }

    bool closed()
    {
        fill([this] { return m_socket.state() == QAbstractSocket::UnconnectedState; });
        return m_socket.state() == QAbstractSocket::UnconnectedState;
    }
    void abort() { m_socket.abort(); }
    QByteArray unread() const { return m_read; }

    QByteArray lastHead;
    QByteArray lastBody;

private:
    bool fill(const std::function<bool()> &enough)
    {
        QDeadlineTimer deadline(patience);
        while (!enough() && !deadline.hasExpired()) {
            const bool more = m_socket.waitForReadyRead(100);
            m_read += m_socket.readAll();
            if (!more && m_socket.state() == QAbstractSocket::UnconnectedState)
                break;
        }
        return enough();
    }

    QTcpSocket m_socket;
    QByteArray m_read;
};

inline QByteArray upgrade(const QByteArray &protocol)
{
    return "GET /live HTTP/1.1\r\nHost: relay\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: "
           "13\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        + (protocol.isEmpty() ? QByteArray() : "Sec-WebSocket-Protocol: " + protocol + "\r\n") + "\r\n";
}

} // namespace conversure::relay::edge_test
