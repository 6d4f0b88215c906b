// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "StoreFixture.h"
#include "TestMain.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QSet>

#include <algorithm>
#include <random>
#include <thread>

using namespace conversure;
using namespace conversure::store;
using conversure::test::Company;
using conversure::test::Database;
using conversure::test::newId;

/// The life of an outgoing message, asked of the store as a client would: with raw SQL.
class SendingTest : public QObject
{
    Q_OBJECT

private:
    static constexpr char secret[] = "0123456789abcdef0123";
    static inline const QString phone = QStringLiteral("+971501112233");

    struct Send {
        QUuid message = newId();
        QUuid attempt = newId();
    };

    static Result<Rows> reserve(Connection &client, const Send &send, ConversationId conversation,
        const QString &text = QStringLiteral("Hello"), const QString &leaseSecret = QString::fromLatin1(secret))
    {
        return client.call(QLatin1StringView("api.reserve_send"),
            {param(send.message), param(send.attempt), param(conversation.value), param(leaseSecret),
                json(QJsonObject{{QStringLiteral("type"), QStringLiteral("TEXT")}, {QStringLiteral("text"), text}})});
    }

    static Result<Rows> confirm(Connection &client, const Send &send, const QString &providerId)
    {
        return client.call(QLatin1StringView("api.confirm_send"),
            {param(send.attempt), param(QString::fromLatin1(secret)), param(providerId)});
    }

    static Result<Rows> fail(Connection &client, const Send &send)
    {
        return client.call(QLatin1StringView("api.fail_send"),
            {param(send.attempt), param(QString::fromLatin1(secret)), param(QStringLiteral("meta:131026")),
                json(QJsonObject())});
    }

    static QString statusOf(Connection &admin, const Send &send)
    {
        return MUST(
            admin.run("select status from conversure.messages where message_id = $1::uuid", {param(send.message)}))
            .text(0, 0);
    }

    static qint64 charged(Connection &admin, const Company &company)
    {
        return MUST(admin.run("select coalesce(sum(sent), 0) from conversure.quota_log where company_id = $1::uuid",
                        {param(company.id.value)}))
            .number(0, 0);
    }

    std::unique_ptr<Database> m_database;

private Q_SLOTS:
    void initTestCase() { m_database = std::make_unique<Database>(); }

    void aReplyGoesThroughItsStates()
    {
        Company company(*m_database);
        const auto agent = company.addPerson();
        company.receive(phone, QStringLiteral("wamid.1"), QStringLiteral("Hi"), QStringLiteral("Omar"));
        const ConversationId conversation = company.conversationOf(phone);
        Connection client = company.connect(company.signIn(agent));
        Connection admin = m_database->admin();

        const Send send;
        const QJsonObject order = MUST(reserve(client, send, conversation)).object(0, 0);
        QCOMPARE(order[QStringLiteral("state")].toString(), QStringLiteral("sending"));
        QCOMPARE(order[QStringLiteral("identity")][QStringLiteral("value")].toString(), phone);
        QVERIFY(order[QStringLiteral("lease_ms")].toInt() > 60'000);
        QCOMPARE(charged(admin, company), 1);

        const QJsonObject change = MUST(confirm(client, send, QStringLiteral("wamid.out"))).object(0, 0);
        QCOMPARE(change[QStringLiteral("row")][QStringLiteral("status")].toString(), QStringLiteral("sent"));
        company.status(QStringLiteral("wamid.out"), {}, QStringLiteral("delivered"));
        QCOMPARE(statusOf(admin, send), QStringLiteral("delivered"));
        company.status(QStringLiteral("wamid.out"), {}, QStringLiteral("read"));
        company.status(QStringLiteral("wamid.out"), {}, QStringLiteral("sent"));
        QCOMPARE(statusOf(admin, send), QStringLiteral("read"));
        QCOMPARE(charged(admin, company), 1);
    }

    void aRepeatedReserveIsTheSameReserve()
    {
        Company company(*m_database);
        const auto agent = company.addPerson();
        company.receive(phone, QStringLiteral("wamid.1"), QStringLiteral("Hi"));
        const ConversationId conversation = company.conversationOf(phone);
        Connection client = company.connect(company.signIn(agent));
        Connection admin = m_database->admin();
        const Send send;
        MUST(reserve(client, send, conversation));
        const QJsonObject again = MUST(reserve(client, send, conversation)).object(0, 0);
        QCOMPARE(again[QStringLiteral("attempt_id")].toString(), send.attempt.toString(QUuid::WithoutBraces));
        QCOMPARE(charged(admin, company), 1);

        Send otherAttempt = send;
        otherAttempt.attempt = newId();
        const auto refused = reserve(client, otherAttempt, conversation);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, QStringLiteral("CV019"));
        const auto wrongSecret =
            reserve(client, send, conversation, QStringLiteral("Hello"), QStringLiteral("another secret of 20"));
        QVERIFY(!wrongSecret);
    }

    void fiftySendersAtALimitOfTwentySendTwenty()
    {
        Company company(*m_database);
        const auto agent = company.addPerson();
        company.setDailyLimit(20);
        company.receive(phone, QStringLiteral("wamid.1"), QStringLiteral("Hi"));
        const ConversationId conversation = company.conversationOf(phone);
        std::vector<Company::Device> devices;
        for (int i = 0; i < 10; ++i)
            devices.push_back(company.signIn(agent));

        std::atomic<int> sent = 0;
        std::atomic<int> refused = 0;
        std::atomic<int> other = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < 50; ++i) {
            threads.emplace_back([&, i] {
                Connection client = company.connect(devices[static_cast<size_t>(i) % devices.size()]);
                const auto reserved = reserve(client, Send(), conversation);
                if (reserved)
                    ++sent;
                else if (reserved.error().code == QStringLiteral("CV010")
                    && reserved.error().detail[QStringLiteral("limit")].toInt() == 20)
                    ++refused;
                else
                    ++other;
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(other.load(), 0);
        QCOMPARE(sent.load(), 20);
        QCOMPARE(refused.load(), 30);
    }

    void anyOrderOfEventsEndsAlike()
    {
        Company company(*m_database);
        const auto agent = company.addPerson();
        company.receive(phone, QStringLiteral("wamid.1"), QStringLiteral("Hi"));
        const ConversationId conversation = company.conversationOf(phone);
        Connection client = company.connect(company.signIn(agent));
        Connection admin = m_database->admin();

        std::mt19937 random(7);
        for (int round = 0; round < 60; ++round) {
            const Send send;
            MUST(reserve(client, send, conversation));
            const qint64 before = charged(admin, company);
            const QString providerId = QStringLiteral("wamid.out.") + send.attempt.toString(QUuid::WithoutBraces);
            const QString attempt = send.attempt.toString(QUuid::WithoutBraces);
            QStringList events{QStringLiteral("confirm"), QStringLiteral("sent"), QStringLiteral("delivered"),
                QStringLiteral("failed"), QStringLiteral("delivered"), QStringLiteral("fail"), QStringLiteral("read")};
            std::shuffle(events.begin(), events.end(), random);
            const QStringList played = events.mid(0, 1 + static_cast<int>(random() % 7));
            for (const QString &event : played) {
                if (event == QStringLiteral("confirm"))
                    MUST(confirm(client, send, providerId));
                else if (event == QStringLiteral("fail"))
                    MUST(fail(client, send));
                else
                    company.status(providerId, random() % 2 ? attempt : QString(), event);
            }
            // A status that carried no attempt id is parked until something names the attempt.
            company.status(providerId, attempt, QStringLiteral("sent"));

            QString expected = QStringLiteral("sent");
            if (played.contains(QStringLiteral("failed")))
                expected = QStringLiteral("failed");
            if (played.contains(QStringLiteral("delivered")))
                expected = QStringLiteral("delivered");
            if (played.contains(QStringLiteral("read")))
                expected = QStringLiteral("read");
            QVERIFY2(statusOf(admin, send) == expected,
                qPrintable(played.join(u' ') + QStringLiteral(" → ") + statusOf(admin, send)));
            QCOMPARE(charged(admin, company), before);
        }
    }

    void aRejectedSendGivesItsPlaceBackOnce()
    {
        Company company(*m_database);
        const auto agent = company.addPerson();
        company.setDailyLimit(1);
        company.receive(phone, QStringLiteral("wamid.1"), QStringLiteral("Hi"));
        const ConversationId conversation = company.conversationOf(phone);
        Connection client = company.connect(company.signIn(agent));
        Connection admin = m_database->admin();

        Send send;
        MUST(reserve(client, send, conversation));
        QVERIFY(!reserve(client, Send(), conversation));
        MUST(fail(client, send));
        MUST(fail(client, send));
        QCOMPARE(charged(admin, company), 0);
        QCOMPARE(statusOf(admin, send), QStringLiteral("failed"));

        const Send first = send;
        send.attempt = newId(); // another try of the same message
        MUST(reserve(client, send, conversation));
        QCOMPARE(statusOf(admin, send), QStringLiteral("sending"));
        QCOMPARE(charged(admin, company), 1);

        // The provider says that the first try went out after all: it is counted, limit or not.
        company.status(
            QStringLiteral("wamid.late"), first.attempt.toString(QUuid::WithoutBraces), QStringLiteral("delivered"));
        QCOMPARE(charged(admin, company), 2);
        QCOMPARE(statusOf(admin, send), QStringLiteral("sending"));
        QCOMPARE(MUST(admin.run("select quota_limit from conversure.quota_log where company_id = $1::uuid",
                          {param(company.id.value)}))
                     .number(0, 0),
            1);
    }

    void aLeaseThatRunsOutLeavesItUnconfirmed()
    {
        Database database;
        Company company(database);
        const auto agent = company.addPerson();
        company.receive(phone, QStringLiteral("wamid.1"), QStringLiteral("Hi"));
        Connection client = company.connect(company.signIn(agent));
        Connection admin = database.admin();
        const Send send;
        MUST(reserve(client, send, company.conversationOf(phone)));
        Connection relay = database.relay();
        RelayStore store(relay);
        QCOMPARE(MUST(store.endLeases()), 0);
        database.moveClock(QStringLiteral("2 minutes"));
        QCOMPARE(MUST(store.endLeases()), 1);
        QCOMPARE(statusOf(admin, send), QStringLiteral("unconfirmed"));
        QCOMPARE(
            client.call(QLatin1StringView("api.renew_lease"), {param(send.attempt), param(QString::fromLatin1(secret))})
                .error()
                .code,
            QStringLiteral("CV019"));
        MUST(confirm(client, send, QStringLiteral("wamid.out")));
        QCOMPARE(statusOf(admin, send), QStringLiteral("sent"));
    }

    void nobodyElseConfirmsOrReadsIt()
    {
        Company company(*m_database);
        Company other(*m_database, QStringLiteral("Other"));
        const auto agent = company.addPerson();
        const auto colleague = company.addPerson();
        const auto stranger = other.addPerson();
        company.receive(phone, QStringLiteral("wamid.1"), QStringLiteral("Hi"));
        const ConversationId conversation = company.conversationOf(phone);
        Connection client = company.connect(company.signIn(agent));
        Connection colleagueClient = company.connect(company.signIn(colleague));
        Connection strangerClient = other.connect(other.signIn(stranger));
        const Send send;
        MUST(reserve(client, send, conversation));
        QCOMPARE(strangerClient
                     .call(QLatin1StringView("api.confirm_send"),
                         {param(send.attempt), param(QString::fromLatin1(secret)), param(QStringLiteral("x"))})
                     .error()
                     .code,
            QStringLiteral("CV002"));
        QCOMPARE(colleagueClient
                     .call(QLatin1StringView("api.confirm_send"),
                         {param(send.attempt), param(QStringLiteral("wrong")), param(QStringLiteral("x"))})
                     .error()
                     .code,
            QStringLiteral("CV002"));
        QCOMPARE(reserve(strangerClient, Send(), conversation).error().code, QStringLiteral("CV003"));
        QCOMPARE(MUST(strangerClient.run("select count(*) from conversure.messages where conversation_id = $1::uuid",
                          {param(conversation.value)}))
                     .number(0, 0),
            0);
        QCOMPARE(MUST(colleagueClient.run("select count(*) from conversure.messages where conversation_id = $1::uuid",
                          {param(conversation.value)}))
                     .number(0, 0),
            2);
    }

    void badContentIsRefusedAndLeavesNothing_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("empty") << QString();
        QTest::newRow("blank") << QStringLiteral(" \n\t ");
        QTest::newRow("too long") << QString(4097, u'x');
    }

    void badContentIsRefusedAndLeavesNothing()
    {
        QFETCH(QString, text);
        Company company(*m_database);
        const auto agent = company.addPerson();
        company.receive(phone, QStringLiteral("wamid.1"), QStringLiteral("Hi"));
        Connection client = company.connect(company.signIn(agent));
        Connection admin = m_database->admin();
        QCOMPARE(reserve(client, Send(), company.conversationOf(phone), text).error().code, QStringLiteral("CV004"));
        QCOMPARE(charged(admin, company), 0);
    }

    void aQuotaThatIsGoneLeavesNoMessage()
    {
        Company company(*m_database);
        const auto agent = company.addPerson();
        company.setDailyLimit(0);
        company.receive(phone, QStringLiteral("wamid.1"), QStringLiteral("Hi"));
        const ConversationId conversation = company.conversationOf(phone);
        Connection client = company.connect(company.signIn(agent));
        const auto refused = reserve(client, Send(), conversation);
        QCOMPARE(refused.error().code, QStringLiteral("CV010"));
        QVERIFY(refused.error().detail[QStringLiteral("frees_at")].toDouble() > 0);
        Connection admin = m_database->admin();
        QCOMPARE(MUST(admin.run("select count(*) from conversure.messages where conversation_id = $1::uuid and "
                                "direction = 'OUTBOUND'",
                          {param(conversation.value)}))
                     .number(0, 0),
            0);
        QCOMPARE(MUST(admin.run("select last_direction from conversure.conversations where conversation_id = $1::uuid",
                          {param(conversation.value)}))
                     .text(0, 0),
            QStringLiteral("INBOUND"));
    }

    void sendingCostsTheSameHoweverMuchWasSent_data()
    {
        QTest::addColumn<bool>("answered");
        QTest::newRow("on their way") << false;
        QTest::newRow("accepted") << true;
    }

    /// Plans are made when a store is new and its tables are empty, and kept: none of them may read a whole table.
    void sendingCostsTheSameHoweverMuchWasSent()
    {
        QFETCH(bool, answered);
        const Database database;
        Company company(database);
        company.setDailyLimit(1000);
        company.receive(phone, QStringLiteral("wamid.1"), QStringLiteral("Hi"));
        const ConversationId conversation = company.conversationOf(phone);
        Connection client = company.connect(company.signIn(company.addPerson()));
        Connection admin = database.admin();
        const auto rowsReadBySending = [&](int count) {
            const auto readSoFar = [&] {
                MUST(client.run("select pg_stat_force_next_flush()"));
                return MUST(admin.run("select sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) from pg_stat_user_tables"))
                    .number(0, 0);
            };
            const qint64 before = readSoFar();
            for (int i = 0; i < count; ++i) {
                const Send send;
                MUST(reserve(client, send, conversation));
                if (answered)
                    MUST(confirm(client, send, QStringLiteral("wamid.") + send.message.toString()));
            }
            return readSoFar() - before;
        };
        rowsReadBySending(10);
        const qint64 early = rowsReadBySending(40);
        const qint64 late = rowsReadBySending(40);
        QVERIFY2(early > 0 && late * 10 <= early * 11,
            qPrintable(QStringLiteral("%1 rows read, then %2").arg(early).arg(late)));
    }
};

CONVERSURE_TEST(SendingTest)
#include "SendingTest.moc"
