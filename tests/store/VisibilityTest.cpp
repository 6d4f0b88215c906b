// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Ask.h"
#include "StoreFixture.h"
#include "TestMain.h"

#include "store/ClientStore.h"

#include <atomic>
#include <thread>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// Teams, roles, who sees what, and the lists that go by it.
class VisibilityTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<Database> m_database;
    Connection m_admin;

    /// A company whose agents see what is theirs, their teams' and nobody's.
    struct Agency {
        Company company;
        Company::Person boss;
        Connection bossClient;

        explicit Agency(const Database &database, const QString &visibility = QStringLiteral("team"))
            : company(database)
            , boss(company.addPerson(QStringLiteral("COMPANY_ADMIN")))
            , bossClient(company.connect(company.signIn(boss)))
        {
            MUST(bossClient.call(QLatin1StringView("api.set_visibility"), {param(visibility)}));
        }
        QUuid addTeam(const QString &name, const QList<UserId> &members = {})
        {
            const QUuid team = newId();
            MUST(bossClient.call(QLatin1StringView("api.create_team"), {param(team), param(name)}));
            for (const UserId &member : members)
                MUST(bossClient.call(QLatin1StringView("api.add_team_member"), {param(team), param(member.value)}));
            return team;
        }
        ConversationId addConversation(const QUuid &team = {}, UserId assignee = {})
        {
            const QString phone = QStringLiteral("+97150%1").arg(1'000'000 + ++counter);
            company.receive(phone, phone, QStringLiteral("Hi"));
            const ConversationId conversation = company.conversationOf(phone);
            MUST(bossClient.call(QLatin1StringView("api.assign_team"), {param(conversation.value), param(team)}));
            MUST(bossClient.call(QLatin1StringView("api.assign"), {param(conversation.value), param(assignee.value)}));
            return conversation;
        }
        int counter = 0;
    };

    static QString seenBy(Connection &client)
    {
        return text(client,
            "select string_agg(conversation_id::text, ' ' order by conversation_id) from conversure.conversations");
    }
    static QString ids(QList<ConversationId> conversations)
    {
        std::sort(conversations.begin(), conversations.end());
        QStringList texts;
        for (const ConversationId &id : conversations)
            texts << id.text();
        return texts.join(u' ');
    }
    static QString call(Connection &client, const char *function, const Params &params)
    {
        return verdict(client.call(QLatin1StringView(function), params));
    }
    QString audited(const Company &company)
    {
        return text(m_admin,
            "select string_agg(action, ' ' order by at, audit_id) from conversure.audit_log where company_id = "
            "$1::uuid",
            {param(company.id.value)});
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

private Q_SLOTS:
    void initTestCase()
    {
        m_database = std::make_unique<Database>();
        m_admin = m_database->admin();
    }

    void whatATeamWasGivenItsMembersSee()
    {
        Agency agency(*m_database);
        const auto anna = agency.company.addPerson();
        const auto omar = agency.company.addPerson();
        Connection annaClient = agency.company.connect(agency.company.signIn(anna));
        Connection omarClient = agency.company.connect(agency.company.signIn(omar));
        const QUuid sales = agency.addTeam(QStringLiteral("Sales"), {anna.id});
        const QUuid rent = agency.addTeam(QStringLiteral("Rent"), {omar.id});

        const ConversationId nobodys = agency.addConversation();
        const ConversationId theSales = agency.addConversation(sales);
        const ConversationId omarsOfSales = agency.addConversation(sales, omar.id);
        const ConversationId omars = agency.addConversation({}, omar.id);
        const ConversationId theRents = agency.addConversation(rent);
        QCOMPARE(seenBy(annaClient), ids({nobodys, theSales, omarsOfSales}));
        QCOMPARE(seenBy(omarClient), ids({nobodys, omarsOfSales, omars, theRents}));
        QCOMPARE(seenBy(agency.bossClient), ids({nobodys, theSales, omarsOfSales, omars, theRents}));

        MUST(agency.bossClient.call(QLatin1StringView("api.set_visibility"), {param(QStringLiteral("own"))}));
        QCOMPARE(seenBy(annaClient), QString());
        QCOMPARE(seenBy(omarClient), ids({omarsOfSales, omars}));
        QCOMPARE(seenBy(agency.bossClient), ids({nobodys, theSales, omarsOfSales, omars, theRents}));
        MUST(agency.bossClient.call(QLatin1StringView("api.set_visibility"), {param(QStringLiteral("all"))}));
        QCOMPARE(seenBy(annaClient), seenBy(agency.bossClient));
    }

    void aTeamThatGoesLeavesItsConversationsToThoseWhoHaveThem()
    {
        Agency agency(*m_database);
        const auto anna = agency.company.addPerson();
        const auto omar = agency.company.addPerson();
        Connection annaClient = agency.company.connect(agency.company.signIn(anna));
        Connection omarClient = agency.company.connect(agency.company.signIn(omar));
        const QUuid sales = agency.addTeam(QStringLiteral("Sales"), {anna.id});
        const ConversationId theSales = agency.addConversation(sales);
        const ConversationId omarsOfSales = agency.addConversation(sales, omar.id);
        QCOMPARE(seenBy(annaClient), ids({theSales, omarsOfSales}));
        MUST(agency.bossClient.call(QLatin1StringView("api.delete_team"), {param(sales)}));
        QCOMPARE(seenBy(annaClient), ids({theSales}));
        QCOMPARE(seenBy(omarClient), ids({theSales, omarsOfSales}));
        QCOMPARE(number(annaClient, "select count(*) from conversure.teams"), 0);
        QCOMPARE(call(agency.bossClient, "api.delete_team", {param(sales)}), QStringLiteral("CV003"));
    }

    void teamsHaveNamesOfTheirOwn()
    {
        Agency agency(*m_database);
        Connection &boss = agency.bossClient;
        const QUuid sales = agency.addTeam(QStringLiteral(" Sales "));
        const QUuid rent = agency.addTeam(QStringLiteral("Rent"));
        QCOMPARE(text(boss, "select name from conversure.teams where team_id = $1::uuid", {param(sales)}),
            QStringLiteral("Sales"));
        QCOMPARE(
            call(boss, "api.create_team", {param(newId()), param(QStringLiteral("SALES"))}), QStringLiteral("CV006"));
        QCOMPARE(call(boss, "api.create_team", {param(sales), param(QStringLiteral("Sales"))}),
            QStringLiteral("accepted")); // once more, since no answer had come
        QCOMPARE(
            call(boss, "api.create_team", {param(sales), param(QStringLiteral("Other"))}), QStringLiteral("CV006"));
        QCOMPARE(call(boss, "api.rename_team", {param(rent), param(QStringLiteral("sales"))}), QStringLiteral("CV006"));
        QCOMPARE(
            call(boss, "api.rename_team", {param(rent), param(QStringLiteral("RENT"))}), QStringLiteral("accepted"));
        QCOMPARE(call(boss, "api.rename_team", {param(newId()), param(QStringLiteral("X"))}), QStringLiteral("CV003"));
        for (const QString &name : {QString(), QStringLiteral(" \t"), QString(81, u'x')})
            QCOMPARE(call(boss, "api.create_team", {param(newId()), param(name.trimmed())}), QStringLiteral("CV004"));
        QCOMPARE(audited(agency.company),
            QStringLiteral("company.visibility_changed team.created team.created team.renamed"));
    }

    void onlyAdminsDecideAndOnlyInTheirCompany()
    {
        Agency agency(*m_database);
        Agency other(*m_database);
        const auto agent = agency.company.addPerson();
        Connection client = agency.company.connect(agency.company.signIn(agent));
        const QUuid team = agency.addTeam(QStringLiteral("Sales"));
        const QUuid foreign = other.addTeam(QStringLiteral("Sales"));
        const Param me = param(agent.id.value);
        const std::vector<std::pair<const char *, Params>> acts{
            {"api.create_team", {param(newId()), param(QStringLiteral("Mine"))}},
            {"api.rename_team", {param(team), param(QStringLiteral("Mine"))}}, {"api.delete_team", {param(team)}},
            {"api.add_team_member", {param(team), me}}, {"api.remove_team_member", {param(team), me}},
            {"api.set_visibility", {param(QStringLiteral("all"))}},
            {"api.set_role", {me, param(QStringLiteral("COMPANY_ADMIN"))}}};
        for (const auto &[function, params] : acts)
            QVERIFY2(call(client, function, params) == QStringLiteral("CV002"), function);

        Connection &boss = agency.bossClient;
        QCOMPARE(call(boss, "api.rename_team", {param(foreign), param(QStringLiteral("X"))}), QStringLiteral("CV003"));
        QCOMPARE(call(boss, "api.delete_team", {param(foreign)}), QStringLiteral("CV003"));
        QCOMPARE(call(boss, "api.add_team_member", {param(foreign), me}), QStringLiteral("CV003"));
        QCOMPARE(call(boss, "api.add_team_member", {param(team), param(other.boss.id.value)}), QStringLiteral("CV003"));
        QCOMPARE(call(boss, "api.remove_team_member", {param(team), me}), QStringLiteral("CV003"));
        QCOMPARE(call(boss, "api.set_role", {param(other.boss.id.value), param(QStringLiteral("AGENT"))}),
            QStringLiteral("CV003"));
        const ConversationId conversation = agency.addConversation();
        QCOMPARE(call(boss, "api.assign_team", {param(conversation.value), param(foreign)}), QStringLiteral("CV003"));
        QCOMPARE(call(other.bossClient, "api.assign_team", {param(conversation.value), param(foreign)}),
            QStringLiteral("CV003"));
        QCOMPARE(call(boss, "api.set_visibility", {param(QStringLiteral("none"))}), QStringLiteral("CV004"));
        QCOMPARE(call(boss, "api.set_visibility", {Param()}), QStringLiteral("CV004"));
        QCOMPARE(number(client, "select count(*) from conversure.teams"), 1);
    }

    void membershipIsKeptOnceAndRecorded()
    {
        Agency agency(*m_database);
        const auto agent = agency.company.addPerson();
        const QUuid team = agency.addTeam(QStringLiteral("Sales"), {agent.id, agent.id});
        MUST(agency.bossClient.call(QLatin1StringView("api.remove_team_member"), {param(team), param(agent.id.value)}));
        QCOMPARE(audited(agency.company),
            QStringLiteral("company.visibility_changed team.created team.member_added team.member_removed"));
        MUST(m_admin.run(
            "update conversure.users set active = false where user_id = $1::uuid", {param(agent.id.value)}));
        QCOMPARE(call(agency.bossClient, "api.add_team_member", {param(team), param(agent.id.value)}),
            QStringLiteral("CV003"));
    }

    void oneGivesATeamOnlyWhatIsOnesOwn()
    {
        Agency agency(*m_database);
        const auto owner = agency.company.addPerson();
        const auto colleague = agency.company.addPerson();
        Connection ownerClient = agency.company.connect(agency.company.signIn(owner));
        Connection colleagueClient = agency.company.connect(agency.company.signIn(colleague));
        const QUuid team = agency.addTeam(QStringLiteral("Sales"), {colleague.id});
        const ConversationId conversation = agency.addConversation(team, owner.id);
        const auto give = [&](Connection &client, const QUuid &to) {
            return client.call(QLatin1StringView("api.assign_team"), {param(conversation.value), param(to)});
        };
        const auto refused = give(colleagueClient, {});
        QCOMPARE(verdict(refused), QStringLiteral("CV020"));
        QCOMPARE(refused.error().detail[QStringLiteral("user_id")].toString(), owner.id.text());
        QCOMPARE(verdict(give(ownerClient, {})), QStringLiteral("accepted"));
        QCOMPARE(verdict(give(colleagueClient, team)), QStringLiteral("CV003")); // out of sight by now
        QCOMPARE(verdict(give(ownerClient, team)), QStringLiteral("accepted"));
        QCOMPARE(verdict(give(ownerClient, team)), QStringLiteral("accepted"));
        MUST(ownerClient.call(QLatin1StringView("api.release"), {param(conversation.value)}));
        QCOMPARE(verdict(ownerClient.call(QLatin1StringView("api.claim"), {param(conversation.value)})),
            QStringLiteral("CV003")); // the team's
        QCOMPARE(verdict(colleagueClient.call(QLatin1StringView("api.claim"), {param(conversation.value)})),
            QStringLiteral("accepted"));
        QCOMPARE(text(m_admin,
                     "select array_to_string(topics, ',') from conversure.conversations where conversation_id = "
                     "$1::uuid",
                     {param(conversation.value)}),
            QStringLiteral("all,u:%1,t:%2").arg(colleague.id.text(), team.toString(QUuid::WithoutBraces)));
    }

    void theLastAdminStaysOne()
    {
        Agency agency(*m_database);
        const auto agent = agency.company.addPerson();
        const auto super = agency.company.addPerson(QStringLiteral("SUPER_ADMIN"));
        const auto set = [&](Connection &client, const Company::Person &person, const char *role) {
            return call(client, "api.set_role", {param(person.id.value), param(QString::fromLatin1(role))});
        };
        Connection &boss = agency.bossClient;
        QCOMPARE(set(boss, agency.boss, "AGENT"), QStringLiteral("CV002"));
        QCOMPARE(set(boss, super, "AGENT"), QStringLiteral("CV002"));
        QCOMPARE(set(boss, agent, "SUPER_ADMIN"), QStringLiteral("CV004"));
        QCOMPARE(set(boss, agent, "COMPANY_ADMIN"), QStringLiteral("accepted"));
        MUST(m_admin.run(
            "update conversure.users set active = false where user_id = $1::uuid", {param(agent.id.value)}));
        QCOMPARE(set(boss, agency.boss, "AGENT"), QStringLiteral("CV002")); // the other one is not active
        MUST(
            m_admin.run("update conversure.users set active = true where user_id = $1::uuid", {param(agent.id.value)}));
        QCOMPARE(set(boss, agency.boss, "AGENT"), QStringLiteral("accepted"));
        QCOMPARE(set(boss, agent, "AGENT"), QStringLiteral("CV002")); // no longer an admin
        QCOMPARE(
            audited(agency.company), QStringLiteral("company.visibility_changed user.role_changed user.role_changed"));
    }

    void twoAdminsCannotDemoteEachOther()
    {
        for (int round = 0; round < 5; ++round) {
            Agency agency(*m_database);
            const auto second = agency.company.addPerson(QStringLiteral("COMPANY_ADMIN"));
            Connection secondClient = agency.company.connect(agency.company.signIn(second));
            std::atomic<int> ready = 0;
            const auto demote = [&](Connection &client, const Company::Person &person) {
                ++ready;
                while (ready < 2)
                    std::this_thread::yield();
                (void)client.call(
                    QLatin1StringView("api.set_role"), {param(person.id.value), param(QStringLiteral("AGENT"))});
            };
            std::thread one([&] { demote(agency.bossClient, second); });
            demote(secondClient, agency.boss);
            one.join();
            QCOMPARE(number(m_admin,
                         "select count(*) from conversure.users where company_id = $1::uuid and role = "
                         "'COMPANY_ADMIN'",
                         {param(agency.company.id.value)}),
                1);
        }
    }

    void whoseSightChangesHearsOfIt()
    {
        Agency agency(*m_database);
        const auto agent = agency.company.addPerson();
        Connection connection = agency.company.connect(agency.company.signIn(agent));
        ClientStore client(connection, sql());
        Connection &boss = agency.bossClient;
        const Param me = param(agent.id.value);
        const QUuid team = agency.addTeam(QStringLiteral("Sales"));
        const auto readsAgainAfter = [&](const char *function, const Params &params) {
            const feed::Cursor cursor = MUST(client.feedCursor());
            MUST(boss.call(QLatin1StringView(function), params));
            return MUST(client.feedSince(cursor)).resync;
        };
        QVERIFY(!readsAgainAfter("api.rename_team", {param(team), param(QStringLiteral("Rent"))}));
        QVERIFY(readsAgainAfter("api.add_team_member", {param(team), me}));
        QVERIFY(!readsAgainAfter("api.add_team_member", {param(team), me})); // was one already
        QVERIFY(readsAgainAfter("api.remove_team_member", {param(team), me}));
        MUST(boss.call(QLatin1StringView("api.add_team_member"), {param(team), me}));
        QVERIFY(readsAgainAfter("api.delete_team", {param(team)}));
        QVERIFY(readsAgainAfter("api.set_visibility", {param(QStringLiteral("own"))}));
        QVERIFY(readsAgainAfter("api.set_role", {me, param(QStringLiteral("COMPANY_ADMIN"))}));
    }

    /// A row from when a conversation was still one's own, in the feed behind the one by which it went.
    void anOldRowBringsNothingBack()
    {
        Agency agency(*m_database, QStringLiteral("own"));
        const auto anna = agency.company.addPerson();
        const auto omar = agency.company.addPerson();
        const ConversationId conversation = agency.addConversation();
        Connection connection = agency.company.connect(agency.company.signIn(anna));
        ClientStore client(connection, sql());
        Connection early = m_database->admin();
        Connection holder = m_database->admin();
        for (Connection *begun : {&early, &holder})
            MUST(begun->script("begin; select pg_current_xact_id()"));
        const auto assign = [&](Connection &by, UserId to) {
            MUST(by.run("update conversure.conversations set assignee_id = $2::uuid where conversation_id = $1::uuid",
                {param(conversation.value), param(to.value)}));
        };
        assign(m_admin, anna.id);
        assign(early, omar.id);
        MUST(early.script("commit"));

        // Anna comes now: the feed's place lies between the two rows.
        const feed::Cursor cursor = MUST(client.feedCursor());
        const QByteArray rows =
            "select count(*) from conversure.change_feed where row_id = $1::uuid and xid >= $2::xid8";
        QCOMPARE(number(m_admin, rows, {param(conversation.value), param(QString::number(cursor.xid))}), qint64(1));
        const FeedSlice slice = MUST(client.feedSince(cursor));
        QCOMPARE(slice.changes.size(), 1);
        QVERIFY(std::holds_alternative<feed::Gone>(slice.changes.first()));
        Connection relayConnection = m_database->relay();
        RelayStore relay(relayConnection);
        const QString topic = QStringLiteral("u:") + anna.id.text();
        for (const QList<FeedRow> &found :
            {MUST(relay.feedSince(agency.company.id, cursor, 100)), MUST(relay.feedTail(cursor.xid, {}, 100))}) {
            const auto row = std::find_if(
                found.begin(), found.end(), [&](const FeedRow &one) { return one.id == conversation.value; });
            QVERIFY(row != found.end());
            QVERIFY(!row->topics.contains(topic));
            QVERIFY(row->wasTopics.contains(topic));
        }
        MUST(holder.script("commit"));
    }

    void pagesFollowEachOtherWithoutLossOrRepetition()
    {
        Agency agency(*m_database);
        const auto anna = agency.company.addPerson();
        const auto omar = agency.company.addPerson();
        const QUuid sales = agency.addTeam(QStringLiteral("Sales"), {anna.id});
        const QUuid rent = agency.addTeam(QStringLiteral("Rent"), {anna.id});
        QList<ConversationId> expected;
        for (int i = 0; i < 4; ++i) {
            expected << agency.addConversation() << agency.addConversation(sales, anna.id)
                     << agency.addConversation(rent, omar.id) << agency.addConversation({}, anna.id);
            agency.addConversation({}, omar.id);
        }
        // Many at the same time: then the id decides.
        MUST(m_admin.run(
            "update conversure.conversations set last_message_at = '2026-01-01' where company_id = $1::uuid "
            "and random() < 0.6",
            {param(agency.company.id.value)}));
        Connection connection = agency.company.connect(agency.company.signIn(anna));
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
        Agency agency(*m_database);
        const auto anna = agency.company.addPerson();
        const QUuid sales = agency.addTeam(QStringLiteral("Sales"), {anna.id});
        const ConversationId conversation = agency.addConversation(sales);
        Connection connection = agency.company.connect(agency.company.signIn(anna));
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
        Agency agency(*m_database);
        const ConversationId conversation = agency.addConversation();
        for (const Param &limit : {param(qint64(501)), param(qint64(0)), param(qint64(-1)), Param()}) {
            QCOMPARE(
                call(agency.bossClient, "api.conversation_page", {Param(), Param(), limit}), QStringLiteral("CV004"));
            QCOMPARE(call(agency.bossClient, "api.message_page", {param(conversation.value), Param(), Param(), limit}),
                QStringLiteral("CV004"));
        }
        QCOMPARE(call(agency.bossClient, "api.conversation_page", {Param(), Param(), param(qint64(500))}),
            QStringLiteral("accepted"));
    }

    void messagesOfAnUnseenConversationAreNotThere()
    {
        Agency agency(*m_database);
        const auto anna = agency.company.addPerson();
        const auto omar = agency.company.addPerson();
        const ConversationId conversation = agency.addConversation({}, omar.id);
        Connection annaConnection = agency.company.connect(agency.company.signIn(anna));
        Connection omarConnection = agency.company.connect(agency.company.signIn(omar));
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
        Agency agency(*m_database);
        const auto anna = agency.company.addPerson();
        const auto omar = agency.company.addPerson();
        const QUuid sales = agency.addTeam(QStringLiteral("Sales"), {anna.id});
        const QUuid rent = agency.addTeam(QStringLiteral("Rent"));
        agency.addConversation();
        const ConversationId read = agency.addConversation(sales);
        agency.addConversation(sales, omar.id);
        agency.addConversation(sales, anna.id);
        agency.addConversation({}, anna.id);
        agency.addConversation({}, omar.id);
        agency.addConversation(rent);
        MUST(m_admin.run("update conversure.conversations set status = 'CLOSED' where conversation_id = $1::uuid",
            {param(agency.addConversation({}, anna.id).value)}));
        Connection annaConnection = agency.company.connect(agency.company.signIn(anna));
        ClientStore annaClient(annaConnection, sql());
        ClientStore bossClient(agency.bossClient, sql());
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
        MUST(agency.bossClient.call(QLatin1StringView("api.set_visibility"), {param(QStringLiteral("own"))}));
        QCOMPARE(counts(annaClient), QStringLiteral("2 open, 2 mine, 0 unassigned, 3 unread"));
        MUST(agency.bossClient.call(QLatin1StringView("api.set_visibility"), {param(QStringLiteral("all"))}));
        QCOMPARE(counts(annaClient), QStringLiteral("7 open, 2 mine, 3 unassigned, 7 unread"));
    }

    void countsStopSomewhere()
    {
        Agency agency(*m_database);
        const auto anna = agency.company.addPerson();
        const QUuid sales = agency.addTeam(QStringLiteral("Sales"), {anna.id});
        // 1,250 that nobody has, half of them the team's.
        MUST(m_admin.script("set session_replication_role = replica"));
        MUST(m_admin.run(
            "with l as (insert into conversure.leads (company_id, lead_id) select $1::uuid, gen_random_uuid() from "
            "generate_series(1, 1250) returning lead_id) "
            "insert into conversure.conversations (company_id, conversation_id, lead_id, number_id, team_id, topics, "
            "inbound_seq, last_message_at) "
            "select $1::uuid, gen_random_uuid(), lead_id, $2::uuid, t, conversure.topics_of(null, t), 1, now() from "
            "(select lead_id, case when row_number() over () % 2 = 0 then $3::uuid end as t from l) x",
            {param(agency.company.id.value), param(agency.company.number.value), param(sales)}));
        MUST(m_admin.script("set session_replication_role = origin"));
        Connection connection = agency.company.connect(agency.company.signIn(anna));
        ClientStore annaClient(connection, sql());
        ClientStore bossClient(agency.bossClient, sql());
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
};

CONVERSURE_TEST(VisibilityTest)
#include "VisibilityTest.moc"
