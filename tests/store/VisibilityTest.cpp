// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Ask.h"
#include "Office.h"
#include "StoreFixture.h"
#include "TestMain.h"

#include "store/ClientStore.h"

#include <atomic>
#include <thread>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// Teams, roles, and who sees what.
class VisibilityTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<Database> m_database;
    Connection m_admin;

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
private Q_SLOTS:
    void initTestCase()
    {
        m_database = std::make_unique<Database>();
        m_admin = m_database->admin();
    }

    void whatATeamWasGivenItsMembersSee()
    {
        Office office(*m_database);
        const auto anna = office.company.addPerson();
        const auto omar = office.company.addPerson();
        Connection annaClient = office.company.connect(office.company.signIn(anna));
        Connection omarClient = office.company.connect(office.company.signIn(omar));
        const QUuid sales = office.addTeam(QStringLiteral("Sales"), {anna.id});
        const QUuid rent = office.addTeam(QStringLiteral("Rent"), {omar.id});

        const ConversationId nobodys = office.addConversation();
        const ConversationId theSales = office.addConversation(sales);
        const ConversationId omarsOfSales = office.addConversation(sales, omar.id);
        const ConversationId omars = office.addConversation({}, omar.id);
        const ConversationId theRents = office.addConversation(rent);
        QCOMPARE(seenBy(annaClient), ids({nobodys, theSales, omarsOfSales}));
        QCOMPARE(seenBy(omarClient), ids({nobodys, omarsOfSales, omars, theRents}));
        QCOMPARE(seenBy(office.bossClient), ids({nobodys, theSales, omarsOfSales, omars, theRents}));

        MUST(office.bossClient.call(QLatin1StringView("api.set_visibility"), {param(QStringLiteral("own"))}));
        QCOMPARE(seenBy(annaClient), QString());
        QCOMPARE(seenBy(omarClient), ids({omarsOfSales, omars}));
        QCOMPARE(seenBy(office.bossClient), ids({nobodys, theSales, omarsOfSales, omars, theRents}));
        MUST(office.bossClient.call(QLatin1StringView("api.set_visibility"), {param(QStringLiteral("all"))}));
        QCOMPARE(seenBy(annaClient), seenBy(office.bossClient));
    }

    void aTeamThatGoesLeavesItsConversationsToThoseWhoHaveThem()
    {
        Office office(*m_database);
        const auto anna = office.company.addPerson();
        const auto omar = office.company.addPerson();
        Connection annaClient = office.company.connect(office.company.signIn(anna));
        Connection omarClient = office.company.connect(office.company.signIn(omar));
        const QUuid sales = office.addTeam(QStringLiteral("Sales"), {anna.id});
        const ConversationId theSales = office.addConversation(sales);
        const ConversationId omarsOfSales = office.addConversation(sales, omar.id);
        QCOMPARE(seenBy(annaClient), ids({theSales, omarsOfSales}));
        MUST(office.bossClient.call(QLatin1StringView("api.delete_team"), {param(sales)}));
        QCOMPARE(seenBy(annaClient), ids({theSales}));
        QCOMPARE(seenBy(omarClient), ids({theSales, omarsOfSales}));
        QCOMPARE(number(annaClient, "select count(*) from conversure.teams"), 0);
        QCOMPARE(call(office.bossClient, "api.delete_team", {param(sales)}), QStringLiteral("CV003"));
    }

    void teamsHaveNamesOfTheirOwn()
    {
        Office office(*m_database);
        Connection &boss = office.bossClient;
        const QUuid sales = office.addTeam(QStringLiteral(" Sales "));
        const QUuid rent = office.addTeam(QStringLiteral("Rent"));
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
        QCOMPARE(audited(office.company),
            QStringLiteral("company.visibility_changed team.created team.created team.renamed"));
    }

    void onlyAdminsDecideAndOnlyInTheirCompany()
    {
        Office office(*m_database);
        Office other(*m_database);
        const auto agent = office.company.addPerson();
        Connection client = office.company.connect(office.company.signIn(agent));
        const QUuid team = office.addTeam(QStringLiteral("Sales"));
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

        Connection &boss = office.bossClient;
        QCOMPARE(call(boss, "api.rename_team", {param(foreign), param(QStringLiteral("X"))}), QStringLiteral("CV003"));
        QCOMPARE(call(boss, "api.delete_team", {param(foreign)}), QStringLiteral("CV003"));
        QCOMPARE(call(boss, "api.add_team_member", {param(foreign), me}), QStringLiteral("CV003"));
        QCOMPARE(call(boss, "api.add_team_member", {param(team), param(other.boss.id.value)}), QStringLiteral("CV003"));
        QCOMPARE(call(boss, "api.remove_team_member", {param(team), me}), QStringLiteral("CV003"));
        QCOMPARE(call(boss, "api.set_role", {param(other.boss.id.value), param(QStringLiteral("AGENT"))}),
            QStringLiteral("CV003"));
        const ConversationId conversation = office.addConversation();
        QCOMPARE(call(boss, "api.assign_team", {param(conversation.value), param(foreign)}), QStringLiteral("CV003"));
        QCOMPARE(call(other.bossClient, "api.assign_team", {param(conversation.value), param(foreign)}),
            QStringLiteral("CV003"));
        QCOMPARE(call(boss, "api.set_visibility", {param(QStringLiteral("none"))}), QStringLiteral("CV004"));
        QCOMPARE(call(boss, "api.set_visibility", {Param()}), QStringLiteral("CV004"));
        QCOMPARE(number(client, "select count(*) from conversure.teams"), 1);
    }

    void membershipIsKeptOnceAndRecorded()
    {
        Office office(*m_database);
        const auto agent = office.company.addPerson();
        const QUuid team = office.addTeam(QStringLiteral("Sales"), {agent.id, agent.id});
        MUST(office.bossClient.call(QLatin1StringView("api.remove_team_member"), {param(team), param(agent.id.value)}));
        QCOMPARE(audited(office.company),
            QStringLiteral("company.visibility_changed team.created team.member_added team.member_removed"));
        MUST(m_admin.run(
            "update conversure.users set active = false where user_id = $1::uuid", {param(agent.id.value)}));
        QCOMPARE(call(office.bossClient, "api.add_team_member", {param(team), param(agent.id.value)}),
            QStringLiteral("CV003"));
    }

    void oneGivesATeamOnlyWhatIsOnesOwn()
    {
        Office office(*m_database);
        const auto owner = office.company.addPerson();
        const auto colleague = office.company.addPerson();
        Connection ownerClient = office.company.connect(office.company.signIn(owner));
        Connection colleagueClient = office.company.connect(office.company.signIn(colleague));
        const QUuid team = office.addTeam(QStringLiteral("Sales"), {colleague.id});
        const ConversationId conversation = office.addConversation(team, owner.id);
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
        Office office(*m_database);
        const auto agent = office.company.addPerson();
        const auto super = office.company.addPerson(QStringLiteral("SUPER_ADMIN"));
        const auto set = [&](Connection &client, const Company::Person &person, const char *role) {
            return call(client, "api.set_role", {param(person.id.value), param(QString::fromLatin1(role))});
        };
        Connection &boss = office.bossClient;
        QCOMPARE(set(boss, office.boss, "AGENT"), QStringLiteral("CV002"));
        QCOMPARE(set(boss, super, "AGENT"), QStringLiteral("CV002"));
        QCOMPARE(set(boss, agent, "SUPER_ADMIN"), QStringLiteral("CV004"));
        QCOMPARE(set(boss, agent, "COMPANY_ADMIN"), QStringLiteral("accepted"));
        MUST(m_admin.run(
            "update conversure.users set active = false where user_id = $1::uuid", {param(agent.id.value)}));
        QCOMPARE(set(boss, office.boss, "AGENT"), QStringLiteral("CV002")); // the other one is not active
        MUST(
            m_admin.run("update conversure.users set active = true where user_id = $1::uuid", {param(agent.id.value)}));
        QCOMPARE(set(boss, office.boss, "AGENT"), QStringLiteral("accepted"));
        QCOMPARE(set(boss, agent, "AGENT"), QStringLiteral("CV002")); // no longer an admin
        QCOMPARE(
            audited(office.company), QStringLiteral("company.visibility_changed user.role_changed user.role_changed"));
    }

    void twoAdminsCannotDemoteEachOther()
    {
        for (int round = 0; round < 5; ++round) {
            Office office(*m_database);
            const auto second = office.company.addPerson(QStringLiteral("COMPANY_ADMIN"));
            Connection secondClient = office.company.connect(office.company.signIn(second));
            std::atomic<int> ready = 0;
            const auto demote = [&](Connection &client, const Company::Person &person) {
                ++ready;
                while (ready < 2)
                    std::this_thread::yield();
                (void)client.call(
                    QLatin1StringView("api.set_role"), {param(person.id.value), param(QStringLiteral("AGENT"))});
            };
            std::thread one([&] { demote(office.bossClient, second); });
            demote(secondClient, office.boss);
            one.join();
            QCOMPARE(number(m_admin,
                         "select count(*) from conversure.users where company_id = $1::uuid and role = "
                         "'COMPANY_ADMIN'",
                         {param(office.company.id.value)}),
                1);
        }
    }

    void whoseSightChangesHearsOfIt()
    {
        Office office(*m_database);
        const auto agent = office.company.addPerson();
        Connection connection = office.company.connect(office.company.signIn(agent));
        ClientStore client(connection, sql());
        Connection &boss = office.bossClient;
        const Param me = param(agent.id.value);
        const QUuid team = office.addTeam(QStringLiteral("Sales"));
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
        Office office(*m_database, QStringLiteral("own"));
        const auto anna = office.company.addPerson();
        const auto omar = office.company.addPerson();
        const ConversationId conversation = office.addConversation();
        Connection connection = office.company.connect(office.company.signIn(anna));
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
            {MUST(relay.feedSince(office.company.id, cursor, 100)), MUST(relay.feedTail(cursor.xid, {}, 100))}) {
            const auto row = std::find_if(
                found.begin(), found.end(), [&](const FeedRow &one) { return one.id == conversation.value; });
            QVERIFY(row != found.end());
            QVERIFY(!row->topics.contains(topic));
            QVERIFY(row->wasTopics.contains(topic));
        }
        MUST(holder.script("commit"));
    }
};

CONVERSURE_TEST(VisibilityTest)
#include "VisibilityTest.moc"
