// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "StoreFixture.h"

#include "relay/Jobs.h"
#include "sending/StoreCalls.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <deque>

namespace conversure::relay::jobs_test {

using namespace Qt::StringLiterals;

/// A provider on loopback: keeps what it is sent, answers as told, accepts when nobody has said anything.
class Peer : public QTcpServer
{
public:
    struct Request {
        QByteArray path;
        QJsonObject body;
        QString text() const { return body[u"text"_s][u"body"_s].toString(); }
        QString attempt() const { return body[u"biz_opaque_callback_data"_s].toString(); }
    };
    /// The complete answer; empty: accepted.
    using Treat = std::function<QByteArray(const Request &)>;

    Peer()
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *socket = nextPendingConnection())
                serve(socket);
        });
    }

    QList<Request> posts;
    QList<QByteArray> gets;
    Treat treat;
    Treat treatGet; ///< Questions for templates; there are none when nobody has said anything.
    bool holds = false; ///< What is posted waits for answerNext().

    QStringList texts() const
    {
        QStringList out;
        for (const Request &post : posts)
            out << post.text();
        return out;
    }

    /// The oldest that is held gets its answer.
    void answerNext()
    {
        const auto [socket, request] = m_held.front();
        m_held.pop_front();
        answer(socket, request);
    }
    qsizetype held() const { return static_cast<qsizetype>(m_held.size()); }

    static QByteArray reply(const QByteArray &status, const QByteArray &body, const QByteArray &headers = {})
    {
        return "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + QByteArray::number(body.size())
            + "\r\n\r\n" + body;
    }
    static QByteArray rejection(const QByteArray &status, int code, const QByteArray &headers = {})
    {
        return reply(status, R"({"error":{"message":"no","code":)" + QByteArray::number(code) + "}}", headers);
    }

private:
    void serve(QTcpSocket *socket)
    {
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        connect(socket, &QTcpSocket::readyRead, socket, [this, socket, read = QByteArray()]() mutable {
            read += socket->readAll();
            const qsizetype head = read.indexOf("\r\n\r\n");
            if (head < 0 || read.size() < head + 4 + bodySize(read.left(head)))
                return;
            const QByteArray whole = std::exchange(read, {});
            take(socket, whole.left(whole.indexOf("\r\n")), whole.mid(head + 4));
        });
    }

    void take(QTcpSocket *socket, const QByteArray &line, const QByteArray &body)
    {
        const Request request{line.split(' ').value(1), QJsonDocument::fromJson(body).object()};
        if (line.startsWith("GET")) {
            gets << request.path;
            const QByteArray told = treatGet ? treatGet(request) : QByteArray();
            socket->write(told.isEmpty() ? reply("200 OK", R"({"data":[]})") : told);
            return;
        }
        posts << request;
        if (holds)
            m_held.emplace_back(socket, request);
        else
            answer(socket, request);
    }

    void answer(const QPointer<QTcpSocket> &socket, const Request &request)
    {
        const QByteArray told = treat ? treat(request) : QByteArray();
        const QByteArray accepted = R"({"messages":[{"id":"wamid.)" + request.attempt().toLatin1() + R"("}]})";
        if (socket)
            socket->write(told.isEmpty() ? reply("200 OK", accepted) : told);
    }

    static qsizetype bodySize(const QByteArray &head)
    {
        const qsizetype at = head.toLower().indexOf("content-length:");
        return at < 0 ? 0 : head.mid(at + 15, head.indexOf('\r', at) - at - 15).trimmed().toInt();
    }

    std::deque<std::pair<QPointer<QTcpSocket>, Request>> m_held;
};

inline DirectoryNumber numberAt(quint16 port, CompanyId company, NumberId number, const QString &providerNumberId)
{
    return {company, number, u"meta"_s, providerNumberId, u"waba"_s,
        {{u"phone_number_id"_s, providerNumberId}, {u"waba_id"_s, u"1234"_s}, {u"access_token"_s, u"test-token"_s},
            {u"api_base_url"_s, u"http://127.0.0.1:%1"_s.arg(port)}}};
}

/// What relays need that have nothing but jobs to do.
struct Relays {
    explicit Relays(const QString &database)
    {
        settings.database = database;
        settings.limits.jobPollMs = 50;
        timing.backoffFirstMs = 5;
        timing.backoffMaxMs = 20;
    }

    void setNumbers(const QList<DirectoryNumber> &numbers)
    {
        directory.set(std::make_shared<const Directory>(numbers));
    }

    std::unique_ptr<Jobs> start(const sending::FaultHook &hook = {})
    {
        auto jobs = std::make_unique<Jobs>(Jobs::World{settings, registry, clock, directory});
        jobs->setTiming(timing);
        jobs->setFaultHook(hook);
        jobs->start();
        return jobs;
    }

    RelaySettings settings;
    sending::Timing timing;
    providers::Registry registry;
    SystemClock clock;
    DirectorySlot directory;
};

/// A company that lets the relay send, an agent of it, and the provider of its number.
struct JobsHouse {
    explicit JobsHouse(const test::Database &database)
        : admin(database.admin())
        , company(database)
        , agent(company.addPerson())
        , client(company.connect(company.signIn(agent)))
        , relays(database.relayUrl())
    {
        MUST(admin.run("update conversure.company_settings set send_via = 'relay' where company_id = $1::uuid",
            {store::param(company.id.value)}));
        conversation = addLead(u"+971501112233"_s);
        relays.setNumbers({numberAt(peer.serverPort(), company.id, company.number, company.providerNumberId)});
    }

    ConversationId addLead(const QString &phone)
    {
        company.receive(phone, u"wamid.in"_s + phone, u"Hi"_s);
        return company.conversationOf(phone);
    }

    /// A client reserves a text and leaves it to the relay.
    sending::JournalSend leave(const QString &text) { return leave(text, conversation); }
    sending::JournalSend leave(const QString &text, ConversationId where)
    {
        const sending::JournalSend send{MessageId(test::newId()), where, AttemptId(test::newId()),
            u"lease-secret-of-a-client"_s, text, 1, sending::JournalState::Typed, {}};
        if (!MUST(sending::reserveSend(client, send)).viaRelay)
            qFatal("the relay was not asked");
        return send;
    }

    void askForTemplates()
    {
        MUST(client.call(QLatin1StringView("api.sync_templates"), {store::param(conversation.value)}));
    }

    QString text(const char *query, const QUuid &id)
    {
        const auto rows = MUST(admin.run(query, {store::param(id)}));
        return rows.isEmpty() ? u"none"_s : rows.text(0, 0);
    }
    QString status(const sending::JournalSend &send)
    {
        return text("select status from conversure.messages where message_id = $1::uuid", send.message.value);
    }
    QString errorCode(const sending::JournalSend &send)
    {
        return text(
            "select coalesce(error_code, '') from conversure.messages where message_id = $1::uuid", send.message.value);
    }
    /// "waiting", "running", "done" or "dead".
    QString job(const sending::JournalSend &send)
    {
        return text(
            "select state from conversure.jobs where kind = 'send' and key = ($1::uuid)::text", send.attempt.value);
    }
    /// A state that comes back by itself (waiting, running) is nothing to wait for: QTRY_COMPARE looks twice.
    QString templatesJob()
    {
        return text("select state from conversure.jobs where kind = 'sync_templates' and company_id = $1::uuid "
                    "order by created_at desc limit 1",
            company.id.value);
    }
    /// Of the newest job, "" while nothing failed; stays while the job is tried again.
    QString templatesError()
    {
        return text("select coalesce(last_error, '') from conversure.jobs where kind = 'sync_templates' "
                    "and company_id = $1::uuid order by created_at desc limit 1",
            company.id.value);
    }
    qint64 charged()
    {
        return MUST(admin.run("select coalesce(sum(sent), 0) from conversure.quota_log where company_id = $1::uuid",
                        {store::param(company.id.value)}))
            .number(0, 0);
    }

    /// All leases of this company are over: those of its jobs and those of its attempts.
    void endLeases()
    {
        MUST(admin.run("update conversure.jobs set lease_until = now() - interval '1 second' "
                       "where company_id = $1::uuid and state = 'running'",
            {store::param(company.id.value)}));
        MUST(admin.run("update conversure.message_delivery_attempts set lease_until = now() - interval '1 second' "
                       "where company_id = $1::uuid and lease_until <> 'infinity'",
            {store::param(company.id.value)}));
    }
    void dueNow()
    {
        MUST(admin.run("update conversure.jobs set not_before = now() - interval '1 second' "
                       "where company_id = $1::uuid and state = 'waiting'",
            {store::param(company.id.value)}));
    }

    store::Connection admin;
    test::Company company;
    test::Company::Person agent;
    store::Connection client;
    ConversationId conversation;
    Peer peer;
    Relays relays;
};

} // namespace conversure::relay::jobs_test
