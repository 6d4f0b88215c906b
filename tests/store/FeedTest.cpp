// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Ask.h"
#include "StoreFixture.h"
#include "TestMain.h"

#include "store/ClientStore.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QSet>

#include <algorithm>
#include <map>
#include <random>
#include <thread>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// The change feed: nothing lost, nothing doubled, nothing shown to whom it does not concern.
class FeedTest : public QObject
{
    Q_OBJECT

private:
    static inline const QString phone = QStringLiteral("+971501112233");

    std::unique_ptr<Database> m_database;
    Connection m_admin;

    struct Talk {
        Company company;
        Company::Person agent;
        ConversationId conversation;
        explicit Talk(const Database &database)
            : company(database)
            , agent(company.addPerson())
        {
            company.receive(phone, QStringLiteral("m1"), QStringLiteral("Hi"), QStringLiteral("Omar"));
            conversation = company.conversationOf(phone);
        }
    };

    /// The tailer of a relay in its smallest form: deliver what is visible, promise what is below the horizon.
    struct Tailer {
        RelayStore store;
        quint64 from;
        std::map<qint64, quint64> seen;
        QList<FeedRow> delivered;

        explicit Tailer(Connection &connection)
            : store(connection)
            , from(MUST(store.feedHorizon()).xid)
        {
        }
        void step(int limit = 1000)
        {
            const quint64 horizon = MUST(store.feedHorizon()).xid;
            QList<qint64> known;
            for (const auto &[seq, xid] : seen)
                known << seq;
            const QList<FeedRow> rows = MUST(store.feedTail(from, known, limit));
            for (const FeedRow &row : rows)
                seen.emplace(row.seq, row.xid);
            delivered += rows;
            if (rows.size() == limit)
                return;
            from = horizon;
            std::erase_if(seen, [&](const auto &entry) { return entry.second < horizon; });
        }
    };

    /// What the transaction that is open on the administrator's connection has put into the feed.
    QString fed(const QByteArray &columns = "kind || ' ' || array_to_string(topics, ',')")
    {
        return column(
            m_admin, "select " + columns + " from conversure.change_feed where xid = pg_current_xact_id() order by seq")
            .join(QStringLiteral("; "));
    }

    QString fedBy(
        const QByteArray &statement, const QByteArray &columns = "kind || ' ' || array_to_string(topics, ',')")
    {
        MUST(m_admin.script("begin"));
        const QString before = text(m_admin, "select count(*) from conversure.change_feed");
        MUST(m_admin.run(statement));
        const QString rows = fed(columns);
        MUST(m_admin.script("rollback"));
        return before == text(m_admin, "select count(*) from conversure.change_feed")
            ? rows
            : QStringLiteral("rows outlived their transaction");
    }

    QByteArray quoted(const QUuid &id) { return m_admin.literal(id.toString(QUuid::WithoutBraces)); }

    void show(const Company &company, const char *visibility)
    {
        MUST(m_admin.run("update conversure.company_settings set visibility = $2 where company_id = $1::uuid",
            {param(company.id.value), param(QString::fromLatin1(visibility))}));
    }

    void assign(ConversationId conversation, const QUuid &assignee)
    {
        MUST(m_admin.run("update conversure.conversations set assignee_id = $2::uuid where conversation_id = $1::uuid",
            {param(conversation.value), param(assignee)}));
    }

    static QStringList kinds(const FeedSlice &slice)
    {
        static const QStringList names{QStringLiteral("conversation"), QStringLiteral("message"),
            QStringLiteral("lead"), QStringLiteral("read"), QStringLiteral("template"), QStringLiteral("gone"),
            QStringLiteral("session")};
        QStringList out;
        for (const feed::Change &change : slice.changes)
            out << names.at(static_cast<qsizetype>(change.index()));
        return out;
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_database = std::make_unique<Database>();
        m_admin = m_database->admin();
    }

    void everyChangeGivesItsRowInItsTransaction()
    {
        const Talk talk(*m_database);
        const auto device = talk.company.signIn(talk.agent);
        const QByteArray company = quoted(talk.company.id.value);
        const QByteArray where = " where company_id = " + company;
        const QString me = QStringLiteral("me:") + talk.agent.id.text();
        const QString agent = QStringLiteral("u:") + talk.agent.id.text();
        Connection client = talk.company.connect(device);
        MUST(client.call(QLatin1StringView("api.mark_read"), {param(talk.conversation.value), param(qint64(1))}));

        QCOMPARE(fedBy("update conversure.conversations set status = 'PENDING'" + where),
            QStringLiteral("conversation all,free"));
        QCOMPARE(fedBy("update conversure.conversations set assignee_id = " + quoted(talk.agent.id.value) + where,
                     "kind || ' ' || array_to_string(topics, ',') || ' was ' || array_to_string(was_topics, ',')"),
            QStringLiteral("conversation all,%1 was all,free").arg(agent));
        QCOMPARE(fedBy("update conversure.messages set body = 'x'" + where), QStringLiteral("message all,free"));
        QCOMPARE(fedBy("update conversure.leads set status = 'HOT'" + where), QStringLiteral("lead all,free"));
        QCOMPARE(
            fedBy("update conversure.conversation_reads set read_seq = 0" + where), QStringLiteral("read_mark ") + me);
        QCOMPARE(fedBy("update conversure.sessions set ended_at = now()" + where,
                     "kind || ' ' || array_to_string(topics, ',') || (row ->> 'what')"),
            QStringLiteral("session %1signed_out").arg(me));
        QCOMPARE(fedBy("update conversure.whatsapp_numbers set active = false" + where), QStringLiteral("number "));
        QCOMPARE(fedBy("update conversure.sessions set device_id = device_id" + where), QString());
    }

    void insertsGiveTheirRowsToo()
    {
        const Talk talk(*m_database);
        QCOMPARE(
            text(m_admin,
                "select string_agg(kind || ' ' || rev || ' ' || (xid = (select max(xid::text)::xid8 from "
                "conversure.change_feed g where g.company_id = f.company_id)), ', ' order by seq)"
                " from conversure.change_feed f where company_id = $1::uuid and kind in ('conversation', 'message')",
                {param(talk.company.id.value)}),
            QStringLiteral("conversation 1 true, message 1 true, conversation 2 true"));
        MUST(m_admin.script("begin"));
        MUST(m_admin.run("insert into conversure.conversation_reads (company_id, user_id, conversation_id) values "
                         "($1::uuid, $2::uuid, $3::uuid)",
            {param(talk.company.id.value), param(talk.agent.id.value), param(talk.conversation.value)}));
        QCOMPARE(fed(), QStringLiteral("read_mark me:") + talk.agent.id.text());
        MUST(m_admin.script("rollback"));
    }

    void whoMaySeeOtherThingsNowIsTold()
    {
        Talk talk(*m_database);
        const auto second = talk.company.addPerson();
        const QByteArray where = " where company_id = " + quoted(talk.company.id.value);
        const QByteArray agentOnly = where + " and user_id = " + quoted(talk.agent.id.value);
        const QString me = QStringLiteral("me:") + talk.agent.id.text();
        const QByteArray shown = "kind || ' ' || array_to_string(array(select t from unnest(topics) t order by t), "
                                 "',') || ' ' || (row ->> 'what')";
        QCOMPARE(fedBy("update conversure.users set active = false" + agentOnly, shown),
            QStringLiteral("session %1 signed_out").arg(me));
        QCOMPARE(fedBy("update conversure.users set role = 'COMPANY_ADMIN'" + agentOnly, shown),
            QStringLiteral("session %1 topics").arg(me));
        QCOMPARE(fedBy("update conversure.users set name = 'Other'" + agentOnly, shown), QString());
        QStringList both{me, QStringLiteral("me:") + second.id.text()};
        both.sort();
        QCOMPARE(fedBy("update conversure.company_settings set visibility = 'own'" + where, shown),
            QStringLiteral("session %1 topics").arg(both.join(u',')));
        QCOMPARE(fedBy("update conversure.company_settings set send_via = 'relay'" + where, shown), QString());
    }

    void rowsCarryNothingSecretAndNoPhone()
    {
        const Talk talk(*m_database);
        const auto device = talk.company.signIn(talk.agent);
        Connection client = talk.company.connect(device);
        const QUuid attempt = newId();
        const QString secret = QStringLiteral("lease-secret-of-the-test");
        MUST(client.call(QLatin1StringView("api.reserve_send"),
            {param(newId()), param(attempt), param(talk.conversation.value), param(secret),
                json(QJsonObject{{QStringLiteral("type"), QStringLiteral("TEXT")},
                    {QStringLiteral("text"), QStringLiteral("Hello")}})}));
        MUST(client.call(
            QLatin1StringView("api.confirm_send"), {param(attempt), param(secret), param(QStringLiteral("out1"))}));
        talk.company.receive(phone, QStringLiteral("m2"), QStringLiteral("again"), phone);
        MUST(client.call(QLatin1StringView("api.sign_out")));
        const QString all =
            text(m_admin, "select string_agg(f::text, ' ') from conversure.change_feed f where company_id = $1::uuid",
                {param(talk.company.id.value)});
        QVERIFY(all.contains(QStringLiteral("Omar")) && all.contains(QStringLiteral("Hello")));
        for (const QString &hidden : {phone.mid(1), phone.right(7), device.token, device.token.section(u'.', 1),
                 device.role, secret, talk.agent.email, talk.agent.proof})
            QVERIFY2(!all.contains(hidden), qPrintable(hidden));
    }

    void aFeedRowIsTheRowOfThePage()
    {
        const Talk talk(*m_database);
        QCOMPARE(number(m_admin,
                     "select count(*) from conversure.change_feed f join conversure.message_rows v on v.message_id = "
                     "f.row_id and v.rev = f.rev and v.row = f.row where f.company_id = $1::uuid",
                     {param(talk.company.id.value)}),
            1);
        QCOMPARE(number(m_admin,
                     "select count(*) from conversure.change_feed f join conversure.conversation_rows v on "
                     "v.conversation_id = f.row_id and v.rev = f.rev and v.row = f.row where f.company_id = $1::uuid",
                     {param(talk.company.id.value)}),
            1);
    }

    void revRisesWithEveryConcurrentChange()
    {
        constexpr int workers = 5;
        constexpr int changes = 20;
        const Talk talk(*m_database);
        const qint64 before =
            number(m_admin, "select rev from conversure.conversations where conversation_id = $1::uuid",
                {param(talk.conversation.value)});
        std::vector<std::thread> threads;
        for (int w = 0; w < workers; ++w) {
            threads.emplace_back([&, w] {
                Connection connection = m_database->admin();
                for (int i = 0; i < changes; ++i)
                    MUST(connection.run(
                        "update conversure.conversations set last_preview = $2 where conversation_id = $1::uuid",
                        {param(talk.conversation.value), param(QStringLiteral("%1/%2").arg(w).arg(i))}));
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(text(m_admin,
                     "select count(*) || ' ' || count(distinct rev) || ' ' || min(rev) || ' ' || max(rev) from "
                     "conversure.change_feed where kind = 'conversation' and row_id = $1::uuid and rev > $2::bigint",
                     {param(talk.conversation.value), param(before)}),
            QStringLiteral("%1 %1 %2 %3").arg(workers * changes).arg(before + 1).arg(before + workers * changes));
        QCOMPARE(text(m_admin,
                     "select c.last_preview = f.row ->> 'last_preview' and c.rev = f.rev from conversure.conversations "
                     "c join conversure.change_feed f on f.row_id = c.conversation_id"
                     " where c.conversation_id = $1::uuid order by f.rev desc limit 1",
                     {param(talk.conversation.value)}),
            QStringLiteral("t"));
    }

    void aLongTransactionDelaysNobodyAndIsNotLost()
    {
        const Talk one(*m_database);
        const Talk two(*m_database);
        Connection relay = m_database->relay();
        Tailer tailer(relay);
        Connection slow = m_database->admin();
        MUST(slow.script("begin"));
        MUST(slow.run("update conversure.conversations set status = 'PENDING' where conversation_id = $1::uuid",
            {param(one.conversation.value)}));
        MUST(m_admin.run("update conversure.conversations set status = 'PENDING' where conversation_id = $1::uuid",
            {param(two.conversation.value)}));
        tailer.step();
        QCOMPARE(tailer.delivered.size(), 1);
        QCOMPARE(tailer.delivered.last().id, two.conversation.value);
        const quint64 promised = MUST(tailer.store.feedHorizon()).xid;
        QVERIFY(promised <= tailer.delivered.last().xid);
        tailer.step();
        QCOMPARE(tailer.delivered.size(), 1);
        MUST(slow.script("commit"));
        tailer.step();
        QCOMPARE(tailer.delivered.size(), 2);
        QCOMPARE(tailer.delivered.last().id, one.conversation.value);
        QVERIFY(tailer.delivered.last().xid >= promised);
        tailer.step();
        QCOMPARE(tailer.delivered.size(), 2);
    }

    void nothingIsLostOrDoubledUnderAnyScheduling()
    {
        constexpr size_t writers = 4;
        std::vector<std::unique_ptr<Talk>> talks;
        std::vector<Connection> connections;
        for (size_t i = 0; i < writers; ++i) {
            talks.push_back(std::make_unique<Talk>(*m_database));
            connections.push_back(m_database->admin());
        }
        Connection relay = m_database->relay();
        Tailer tailer(relay);
        const quint64 start = tailer.from;
        std::array<bool, writers> open{};
        std::mt19937 random(5);
        for (int step = 0; step < 400; ++step) {
            const size_t w = random() % writers;
            switch (random() % 4) {
            case 0:
                MUST(connections[w].script(open[w] ? (random() % 5 ? "commit" : "rollback") : "begin"));
                open[w] = !open[w];
                break;
            case 1:
                tailer.step(random() % 2 ? 1000 : 2);
                break;
            default:
                MUST(connections[w].run(
                    "update conversure.conversations set last_preview = $2 where conversation_id = $1::uuid",
                    {param(talks[w]->conversation.value), param(QString::number(step))}));
            }
        }
        for (size_t w = 0; w < writers; ++w) {
            if (open[w])
                MUST(connections[w].script("commit"));
        }
        for (qsizetype before = -1; before != tailer.delivered.size();) {
            before = tailer.delivered.size();
            tailer.step();
        }
        QSet<qint64> seqs;
        for (const FeedRow &row : tailer.delivered)
            seqs << row.seq;
        QCOMPARE(seqs.size(), tailer.delivered.size());
        QCOMPARE(qint64(seqs.size()),
            number(m_admin, "select count(*) from conversure.change_feed where xid >= $1::xid8",
                {param(QString::number(start))}));
        QVERIFY(seqs.size() > 50);
        QVERIFY(tailer.seen.empty());
    }

    void relaysAreWokenWithoutAWord()
    {
        const Talk talk(*m_database);
        Connection listener = m_database->relay();
        MUST(listener.script("listen conversure_feed"));
        QVERIFY(!listener.waitForNotification(0));
        MUST(m_admin.run("update conversure.conversations set status = 'CLOSED' where conversation_id = $1::uuid",
            {param(talk.conversation.value)}));
        QVERIFY(listener.waitForNotification(10'000));
        QCOMPARE(number(m_admin,
                     "select count(*) from pg_proc where pronamespace = 'conversure'::regnamespace and prosrc ~ "
                     "'pg_notify' and prosrc !~ $$'conversure_feed', ''$$"),
            0);
    }

    void aClientCatchesUpFromItsCursor()
    {
        const Talk talk(*m_database);
        Connection connection = talk.company.connect(talk.company.signIn(talk.agent));
        ClientStore client(connection, sql());
        feed::Cursor cursor = MUST(client.feedCursor());
        FeedSlice slice = MUST(client.feedSince(cursor));
        QVERIFY(!slice.resync && slice.changes.isEmpty());
        talk.company.receive(phone, QStringLiteral("m2"), QStringLiteral("two"), QStringLiteral("Omar"));
        MUST(client.markRead(talk.conversation, 2));
        slice = MUST(client.feedSince(cursor));
        QCOMPARE(kinds(slice).join(u' '), QStringLiteral("message conversation read"));
        QCOMPARE(MUST(client.feedSince(slice.cursor)).changes.size(), 0);
        QCOMPARE(MUST(client.feedSince(cursor)).changes.size(), 3); // a cursor may be used again
    }

    void aCatchUpThatRunsBesideAnOpenTransactionLosesNothing()
    {
        const Talk talk(*m_database);
        Connection connection = talk.company.connect(talk.company.signIn(talk.agent));
        ClientStore client(connection, sql());
        const feed::Cursor cursor = MUST(client.feedCursor());
        Connection slow = m_database->admin();
        MUST(slow.script("begin"));
        MUST(slow.run(
            "update conversure.leads set status = 'HOT' where company_id = $1::uuid", {param(talk.company.id.value)}));
        MUST(m_admin.run("update conversure.conversations set status = 'PENDING' where conversation_id = $1::uuid",
            {param(talk.conversation.value)}));
        const FeedSlice first = MUST(client.feedSince(cursor));
        QCOMPARE(kinds(first).join(u' '), QStringLiteral("conversation"));
        MUST(slow.script("commit"));
        QVERIFY(kinds(MUST(client.feedSince(first.cursor))).contains(QStringLiteral("lead")));
    }

    void aCursorThatCannotBeContinuedSaysResync()
    {
        const Talk talk(*m_database);
        Connection connection = talk.company.connect(talk.company.signIn(talk.agent));
        ClientStore client(connection, sql());
        feed::Cursor cursor = MUST(client.feedCursor());
        feed::Cursor foreign = cursor;
        foreign.epoch = newId().toString(QUuid::WithoutBraces);
        const FeedSlice slice = MUST(client.feedSince(foreign));
        QVERIFY(slice.resync && slice.changes.isEmpty());
        QCOMPARE(slice.cursor.epoch, cursor.epoch);
        for (int i = 0; i < 4; ++i)
            talk.company.receive(phone, QStringLiteral("more%1").arg(i), QStringLiteral("x"), QStringLiteral("Omar"));
        const auto limited = [&](const Param &xid, const Param &limit) {
            return MUST(connection.call(QLatin1StringView("api.feed_since"), {param(cursor.epoch), xid, limit}))
                .object(0, 0);
        };
        const Param xid = QByteArray::number(cursor.xid);
        QVERIFY(limited(xid, param(qint64(7)))[QStringLiteral("resync")].toBool());
        QCOMPARE(limited(xid, param(qint64(8)))[QStringLiteral("changes")].toArray().size(), 8);
        QVERIFY(!limited(xid, Param())[QStringLiteral("resync")].toBool());
        QVERIFY(limited(xid, param(qint64(-1)))[QStringLiteral("resync")].toBool());
        for (const char *nonsense : {"", "-1", "x", "99999999999999999999999999", "1; drop"})
            QVERIFY2(limited(QByteArray(nonsense), param(qint64(10)))[QStringLiteral("resync")].toBool(), nonsense);
        QVERIFY(limited(Param(), param(qint64(10)))[QStringLiteral("resync")].toBool());

        Connection relayConnection = m_database->relay();
        RelayStore relay(relayConnection);
        QCOMPARE(verdict(relay.feedSince(talk.company.id, foreign, 10)), QStringLiteral("feed:resync"));
        QCOMPARE(verdict(relay.feedSince(talk.company.id, cursor, 7)), QStringLiteral("feed:resync"));
        QCOMPARE(MUST(relay.feedSince(talk.company.id, cursor, 8)).size(), 8);
    }

    void pruningKeepsWhatSomebodyMayStillNeed()
    {
        Database database;
        Connection admin = database.admin();
        const Talk talk(database);
        Connection device = talk.company.connect(talk.company.signIn(talk.agent));
        ClientStore client(device, sql());
        const feed::Cursor old = MUST(client.feedCursor());
        // The last of what is old stays: it is the floor, and a cursor that stands on it still goes on.
        for (const char *id : {"m2", "m3"})
            talk.company.receive(phone, QString::fromLatin1(id), QStringLiteral("old"), QStringLiteral("Omar"));
        Connection relayConnection = database.relay();
        RelayStore relay(relayConnection);
        QCOMPARE(MUST(relay.pruneFeed()), 0);

        // A transaction holds the horizon: nothing that came after it may go, however old.
        Connection slow = database.admin();
        MUST(slow.script("begin"));
        MUST(slow.run("select pg_current_xact_id()"));
        talk.company.receive(phone, QStringLiteral("m4"), QStringLiteral("new"), QStringLiteral("Omar"));
        const qint64 above = number(
            admin, "select count(*) from conversure.change_feed where xid >= pg_snapshot_xmin(pg_current_snapshot())");
        QVERIFY(above > 0);
        database.moveClock(QStringLiteral("73 hours"));
        QVERIFY(MUST(relay.pruneFeed()) > 0);
        QCOMPARE(
            number(admin,
                "select count(*) from conversure.change_feed where xid >= pg_snapshot_xmin(pg_current_snapshot())"),
            above);
        QVERIFY(MUST(client.feedSince(old)).resync);
        QCOMPARE(verdict(relay.feedSince(talk.company.id, old, 1000)), QStringLiteral("feed:resync"));
        MUST(slow.script("commit"));
        MUST(relay.pruneFeed());
        QCOMPARE(
            number(admin,
                "select count(*) from conversure.change_feed f, conversure.installation i where f.xid < i.feed_floor"),
            0);
        QVERIFY(!MUST(client.feedSince(MUST(client.feedCursor()))).resync);
    }

    void whoLosesAConversationIsToldThatItIsGone()
    {
        Talk talk(*m_database);
        const auto second = talk.company.addPerson();
        show(talk.company, "own");
        assign(talk.conversation, talk.agent.id.value);
        Connection mine = talk.company.connect(talk.company.signIn(talk.agent));
        Connection theirs = talk.company.connect(talk.company.signIn(second));
        ClientStore losing(mine, sql());
        ClientStore winning(theirs, sql());
        feed::Cursor cursor; // above all that was until now, whatever else the server is in the middle of
        QVERIFY(eventually([&] {
            cursor = MUST(losing.feedCursor());
            const FeedSlice slice = MUST(losing.feedSince(cursor));
            return !slice.resync && slice.changes.isEmpty();
        }));
        talk.company.receive(phone, QStringLiteral("m2"), QStringLiteral("for the first only"), QStringLiteral("Omar"));
        QCOMPARE(MUST(winning.feedSince(cursor)).changes.size(), 0);
        assign(talk.conversation, second.id.value);

        QCOMPARE(kinds(MUST(losing.feedSince(cursor))).last(), QStringLiteral("gone"));
        // By now all of it is theirs, also what was said before.
        QCOMPARE(
            kinds(MUST(winning.feedSince(cursor))).join(u' '), QStringLiteral("message conversation conversation"));
        QCOMPARE(verdict(losing.openConversation(talk.conversation, 10)), QStringLiteral("CV003"));
        QCOMPARE(verdict(winning.openConversation(talk.conversation, 10)), QStringLiteral("accepted"));
        QCOMPARE(verdict(losing.markRead(talk.conversation, 1)), QStringLiteral("CV003"));
    }

    /// Row-level security and topics are one predicate: whoever may read a conversation hears of it, and nobody else.
    void policiesAndTopicsAgree()
    {
        Company company(*m_database);
        std::vector<Company::Person> people{
            company.addPerson(), company.addPerson(), company.addPerson(QStringLiteral("COMPANY_ADMIN"))};
        std::vector<Connection> clients;
        for (const auto &person : people)
            clients.push_back(company.connect(company.signIn(person)));
        QList<ConversationId> conversations;
        for (int i = 0; i < 6; ++i) {
            const QString lead = QStringLiteral("+97150000000%1").arg(i);
            company.receive(lead, QStringLiteral("m%1").arg(i), QStringLiteral("Hi"));
            conversations << company.conversationOf(lead);
        }
        std::mt19937 random(3);
        QSet<QString> views;
        for (const char *visibility : {"all", "team", "own"}) {
            show(company, visibility);
            for (int round = 0; round < 4; ++round) {
                for (const ConversationId conversation : std::as_const(conversations)) {
                    const size_t to = random() % 4;
                    assign(conversation, to < people.size() ? people[to].id.value : QUuid());
                }
                for (size_t i = 0; i < people.size(); ++i) {
                    const QString topics = text(m_admin, "select conversure.topics_for($1::uuid, $2::uuid)",
                        {param(company.id.value), param(people[i].id.value)});
                    const QString expected = text(m_admin,
                        "select string_agg(conversation_id::text, ' ' order by conversation_id) from "
                        "conversure.conversations where company_id = $1::uuid and topics && $2::text[]",
                        {param(company.id.value), param(topics)});
                    QCOMPARE(text(clients[i],
                                 "select string_agg(conversation_id::text, ' ' order by conversation_id) from "
                                 "conversure.conversations"),
                        expected);
                    QCOMPARE(text(clients[i],
                                 "select string_agg(distinct conversation_id::text, ' ' order by "
                                 "conversation_id::text) from conversure.messages"),
                        expected);
                    QCOMPARE(text(clients[i], "select count(*) from conversure.lead_rows").toInt(),
                        static_cast<int>(expected.split(u' ', Qt::SkipEmptyParts).size()));
                    for (const ConversationId conversation : std::as_const(conversations)) {
                        const QString marked = verdict(clients[i].call(
                            QLatin1StringView("api.mark_read"), {param(conversation.value), param(qint64(1))}));
                        QCOMPARE(marked,
                            expected.contains(conversation.text()) ? QStringLiteral("accepted")
                                                                   : QStringLiteral("CV003"));
                    }
                    views << QStringLiteral("%1 %2").arg(i).arg(expected.size() / 36);
                }
            }
        }
        QVERIFY(views.size() > 4); // the assignments did make a difference
    }

    void whoseTopicsChangedReadsAgain()
    {
        Talk talk(*m_database);
        Connection connection = talk.company.connect(talk.company.signIn(talk.agent));
        ClientStore client(connection, sql());
        const feed::Cursor cursor = MUST(client.feedCursor());
        show(talk.company, "own");
        const FeedSlice slice = MUST(client.feedSince(cursor));
        QVERIFY(slice.resync);
        QVERIFY(!MUST(client.feedSince(slice.cursor)).resync);
    }

    /// Under "own" an unassigned conversation would otherwise be seen by nobody at all.
    void adminsSeeAllWhateverTheVisibility()
    {
        Talk talk(*m_database);
        const auto boss = talk.company.addPerson(QStringLiteral("COMPANY_ADMIN"));
        Connection admin = talk.company.connect(talk.company.signIn(boss));
        Connection agent = talk.company.connect(talk.company.signIn(talk.agent));
        show(talk.company, "own");
        QCOMPARE(number(admin, "select count(*) from conversure.conversations"), 1);
        QCOMPARE(number(agent, "select count(*) from conversure.conversations"), 0);
    }
};

CONVERSURE_TEST(FeedTest)
#include "FeedTest.moc"
