// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Ask.h"
#include "Office.h"
#include "StoreFixture.h"
#include "TestMain.h"

#include "store/ClientStore.h"

#include <algorithm>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// Pages and counts of what one sees.
class ListsTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<Database> m_database;
    Connection m_admin;

    static QString call(Connection &client, const char *function, const Params &params)
    {
        return verdict(client.call(QLatin1StringView(function), params));
    }
    static QList<ConversationId> listed(const Page &page)
    {
        QList<ConversationId> out;
        for (const feed::Change &change : page.changes) {
            if (const auto *row = std::get_if<ConversationRow>(&change))
                out << row->id;
        }
        return out;
    }

    /// How many rows of the tables that grow, and entries of their indexes, a statement of this login reads, by the
    /// server's own count.
    qint64 rowsRead(const QString &role, const QByteArray &statement, const Params &params)
    {
        const QByteArray meter =
            "with grows as (select ('conversure.' || "
            "unnest('{conversations,conversation_reads,messages,leads}'::text[]))"
            "::regclass as of), parts as (select of from grows union all select indexrelid from grows join pg_index on "
            "indrelid = of) "
            "select sum(pg_stat_get_xact_tuples_returned(of) + pg_stat_get_xact_tuples_fetched(of)) from parts";
        MUST(m_admin.script("begin"));
        const qint64 before = number(m_admin, meter);
        MUST(m_admin.script("savepoint theirs; set local session authorization " + m_admin.identifier(role)));
        (void)m_admin.run(statement, params); // a refusal has read something as well
        MUST(m_admin.script("rollback to theirs")); // and the login, too
        const qint64 after = number(m_admin, meter);
        MUST(m_admin.script("rollback"));
        return after - before;
    }

    /// So many conversations, each of which somebody else has, or a team.
    void fill(const Office &office, int count, UserId assignee, const QUuid &team)
    {
        MUST(m_admin.script("set session_replication_role = replica"));
        MUST(m_admin.run(
            "with l as (insert into conversure.leads (company_id, lead_id) select $1::uuid, gen_random_uuid() from "
            "generate_series(1, $5::integer) returning lead_id), "
            "g as (select lead_id, row_number() over () as n from l), "
            "d as (select lead_id, n, case when n % 3 > 0 then $3::uuid end as a, case when n % 3 < 2 then $4::uuid "
            "end as t from g) "
            "insert into conversure.conversations (company_id, conversation_id, lead_id, number_id, status, "
            "assignee_id, team_id, topics, inbound_seq, last_message_at) "
            "select $1::uuid, gen_random_uuid(), lead_id, $2::uuid, case when n % 2 = 0 then 'OPEN' else 'CLOSED' end, "
            "a, t, conversure.topics_of(a, t), 1, now() - n * interval '1 minute' from d",
            {param(office.company.id.value), param(office.company.number.value), param(assignee.value), param(team),
                param(qint64(count))}));
        MUST(m_admin.script("set session_replication_role = origin; analyze"));
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_database = std::make_unique<Database>();
        m_admin = m_database->admin();
    }

    void pagesFollowEachOtherWithoutLossOrRepetition()
    {
        Office office(*m_database);
        const auto anna = office.company.addPerson();
        const auto omar = office.company.addPerson();
        const QUuid sales = office.addTeam(QStringLiteral("Sales"), {anna.id});
        const QUuid rent = office.addTeam(QStringLiteral("Rent"), {anna.id});
        QList<ConversationId> expected;
        for (int i = 0; i < 4; ++i) {
            expected << office.addConversation() << office.addConversation(sales, anna.id)
                     << office.addConversation(rent, omar.id) << office.addConversation({}, anna.id);
            office.addConversation({}, omar.id);
        }
        // Many at the same time: then the id decides.
        MUST(m_admin.run(
            "update conversure.conversations set last_message_at = '2026-01-01' where company_id = $1::uuid "
            "and random() < 0.6",
            {param(office.company.id.value)}));
        Connection connection = office.company.connect(office.company.signIn(anna));
        ClientStore client(connection, sql());
        const QString sorted = column(connection,
            "select conversation_id from conversure.conversations order by last_message_at desc, conversation_id desc")
                                   .join(u' ');
        QCOMPARE(sorted.split(u' ').size(), expected.size());
        for (const int limit : {1, 2, 3, 7, 15, 16, 17, 500}) {
            QStringList read;
            Microseconds at = 0;
            ConversationId id;
            for (bool complete = false; !complete;) {
                const Page page = MUST(client.conversations(at, id, limit));
                const QList<ConversationId> rows = listed(page);
                QVERIFY(rows.size() <= limit);
                for (const ConversationId &row : rows)
                    read << row.text();
                if (!rows.isEmpty()) {
                    const auto last = std::find_if(page.changes.begin(), page.changes.end(), [&](const auto &change) {
                        const auto *row = std::get_if<ConversationRow>(&change);
                        return row && row->id == rows.last();
                    });
                    at = std::get<ConversationRow>(*last).lastMessageAt;
                    id = rows.last();
                }
                complete = page.complete;
            }
            QCOMPARE(read.join(u' '), sorted);
        }
        QCOMPARE(listed(MUST(client.conversations(0, {}, 1200))).size(), expected.size());
    }

    void aPageCarriesReadMarksAndTeams()
    {
        Office office(*m_database);
        const auto anna = office.company.addPerson();
        const QUuid sales = office.addTeam(QStringLiteral("Sales"), {anna.id});
        const ConversationId conversation = office.addConversation(sales);
        Connection connection = office.company.connect(office.company.signIn(anna));
        ClientStore client(connection, sql());
        QCOMPARE(MUST(client.conversations(0, {}, 10)).changes.size(), 1);
        MUST(client.markRead(conversation, 1));
        const Page page = MUST(client.conversations(0, {}, 10));
        QCOMPARE(page.changes.size(), 2);
        QCOMPARE(std::get<ConversationRow>(page.changes.first()).teamId.value, sales);
        QCOMPARE(std::get<ReadMarkRow>(page.changes.last()).readSeq, 1);
    }

    void tooMuchAtOnceIsRefused()
    {
        Office office(*m_database);
        const ConversationId conversation = office.addConversation();
        for (const Param &limit : {param(qint64(501)), param(qint64(0)), param(qint64(-1)), Param()}) {
            QCOMPARE(
                call(office.bossClient, "api.conversation_page", {Param(), Param(), limit}), QStringLiteral("CV004"));
            QCOMPARE(call(office.bossClient, "api.message_page", {param(conversation.value), Param(), Param(), limit}),
                QStringLiteral("CV004"));
        }
        QCOMPARE(call(office.bossClient, "api.conversation_page", {Param(), Param(), param(qint64(500))}),
            QStringLiteral("accepted"));
    }

    void messagesOfAnUnseenConversationAreNotThere()
    {
        Office office(*m_database);
        const auto anna = office.company.addPerson();
        const auto omar = office.company.addPerson();
        const ConversationId conversation = office.addConversation({}, omar.id);
        Connection annaConnection = office.company.connect(office.company.signIn(anna));
        Connection omarConnection = office.company.connect(office.company.signIn(omar));
        ClientStore annaClient(annaConnection, sql());
        ClientStore omarClient(omarConnection, sql());
        QCOMPARE(MUST(omarClient.olderMessages(conversation, 0, {}, 10)).changes.size(), 1);
        QCOMPARE(MUST(omarClient.olderMessages(conversation, 1, MessageId(newId()), 10)).changes.size(), 0);
        QCOMPARE(verdict(annaClient.olderMessages(conversation, 0, {}, 10)), QStringLiteral("CV003"));
        QCOMPARE(verdict(annaClient.openConversation(conversation, 10)), QStringLiteral("CV003"));
        QCOMPARE(verdict(annaClient.olderMessages(ConversationId(newId()), 0, {}, 10)), QStringLiteral("CV003"));
    }

    void countsAreOfWhatOneSees()
    {
        Office office(*m_database);
        const auto anna = office.company.addPerson();
        const auto omar = office.company.addPerson();
        const QUuid sales = office.addTeam(QStringLiteral("Sales"), {anna.id});
        const QUuid rent = office.addTeam(QStringLiteral("Rent"));
        office.addConversation();
        const ConversationId read = office.addConversation(sales);
        office.addConversation(sales, omar.id);
        office.addConversation(sales, anna.id);
        office.addConversation({}, anna.id);
        office.addConversation({}, omar.id);
        office.addConversation(rent);
        MUST(m_admin.run("update conversure.conversations set status = 'CLOSED' where conversation_id = $1::uuid",
            {param(office.addConversation({}, anna.id).value)}));
        Connection annaConnection = office.company.connect(office.company.signIn(anna));
        ClientStore annaClient(annaConnection, sql());
        ClientStore bossClient(office.bossClient, sql());
        MUST(annaClient.markRead(read, 1));
        const auto counts = [](ClientStore &client) {
            const InboxCounts found = MUST(client.counts());
            return QStringLiteral("%1 open, %2 mine, %3 unassigned, %4 unread")
                .arg(found.open)
                .arg(found.mine)
                .arg(found.unassigned)
                .arg(found.unread);
        };
        QCOMPARE(counts(annaClient), QStringLiteral("5 open, 2 mine, 2 unassigned, 5 unread"));
        QCOMPARE(counts(bossClient), QStringLiteral("7 open, 0 mine, 3 unassigned, 8 unread"));
        MUST(office.bossClient.call(QLatin1StringView("api.set_visibility"), {param(QStringLiteral("own"))}));
        QCOMPARE(counts(annaClient), QStringLiteral("2 open, 2 mine, 0 unassigned, 3 unread"));
        MUST(office.bossClient.call(QLatin1StringView("api.set_visibility"), {param(QStringLiteral("all"))}));
        QCOMPARE(counts(annaClient), QStringLiteral("7 open, 2 mine, 3 unassigned, 7 unread"));
    }

    void countsStopSomewhere()
    {
        Office office(*m_database);
        const auto anna = office.company.addPerson();
        const QUuid sales = office.addTeam(QStringLiteral("Sales"), {anna.id});
        // 1,250 that nobody has, half of them the team's.
        MUST(m_admin.script("set session_replication_role = replica"));
        MUST(m_admin.run(
            "with l as (insert into conversure.leads (company_id, lead_id) select $1::uuid, gen_random_uuid() from "
            "generate_series(1, 1250) returning lead_id) "
            "insert into conversure.conversations (company_id, conversation_id, lead_id, number_id, team_id, topics, "
            "inbound_seq, last_message_at) "
            "select $1::uuid, gen_random_uuid(), lead_id, $2::uuid, t, conversure.topics_of(null, t), 1, now() from "
            "(select lead_id, case when row_number() over () % 2 = 0 then $3::uuid end as t from l) x",
            {param(office.company.id.value), param(office.company.number.value), param(sales)}));
        MUST(m_admin.script("set session_replication_role = origin"));
        Connection connection = office.company.connect(office.company.signIn(anna));
        ClientStore annaClient(connection, sql());
        ClientStore bossClient(office.bossClient, sql());
        for (ClientStore *client : {&annaClient, &bossClient}) {
            const InboxCounts counts = MUST(client->counts());
            QCOMPARE(counts.most, 1000);
            QCOMPARE(counts.open, counts.most);
            QCOMPARE(counts.unassigned, counts.most);
            QCOMPARE(counts.unread, counts.unreadOf);
            QCOMPARE(counts.mine, 0);
        }
        const Page page = MUST(annaClient.conversations(0, {}, 2000)); // in several goes
        QCOMPARE(listed(page).size(), 1250);
        QVERIFY(page.complete);
    }

    void whoHasNothingReadsFewRowsAmongMany()
    {
        constexpr int many = 50'000;
        constexpr qint64 few = 50;
        Office office(*m_database);
        const auto busy = office.company.addPerson();
        const auto idle = office.company.addPerson();
        const QUuid sales = office.addTeam(QStringLiteral("Sales"), {busy.id});
        fill(office, many, busy.id, sales);
        const QString role = office.company.signIn(idle).role;
        const QString busyRole = office.company.signIn(busy).role;
        const QUuid one =
            MUST(m_admin.run("select conversation_id from conversure.conversations where company_id = $1::uuid limit 1",
                     {param(office.company.id.value)}))
                .uuid(0, 0);
        const QHash<QByteArray, Params> lists{
            {"select * from api.conversation_page(null, null, 200)", {}},
            {"select * from api.conversation_page(conversure.microseconds(now() - interval '9 days'), "
             "gen_random_uuid(), 200)",
                {}},
            {"select api.inbox_counts()", {}},
            {"select * from api.message_page($1::uuid, null, null, 50)", {param(one)}},
        };
        for (const char *visibility : {"team", "own"}) {
            MUST(office.bossClient.call(
                QLatin1StringView("api.set_visibility"), {param(QString::fromLatin1(visibility))}));
            for (auto it = lists.begin(); it != lists.end(); ++it) {
                const qint64 read = rowsRead(role, it.key(), it.value());
                QVERIFY2(read < few,
                    (it.key() + " with visibility " + visibility + " reads " + QByteArray::number(read)).constData());
            }
            // Who has much reads a page, not all.
            QVERIFY(rowsRead(busyRole, "select * from api.conversation_page(null, null, 50)", {}) < many / 50);
            // What the policies filter is counted: without an index they look at each.
            QVERIFY(rowsRead(role, "select count(*) from conversure.conversations", {}) >= many);
        }
    }
};

CONVERSURE_TEST(ListsTest)
#include "ListsTest.moc"
