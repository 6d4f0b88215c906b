// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "StoreFixture.h"
#include "TestMain.h"

#include <QJsonObject>

#include <atomic>
#include <thread>

using namespace conversure;
using namespace conversure::store;
using conversure::test::Company;
using conversure::test::Database;

/// Who looks after a conversation: claimed, given, given back.
class AssignmentTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<Database> m_database;
    static inline const QString phone = QStringLiteral("+971501112233");

    static Result<Rows> claim(Connection &client, ConversationId conversation)
    {
        return client.call(QLatin1StringView("api.claim"), {param(conversation.value)});
    }

    static Result<Rows> assign(
        Connection &client, ConversationId conversation, UserId person, const QString &remark = {})
    {
        return client.call(
            QLatin1StringView("api.assign"), {param(conversation.value), param(person.value), param(remark)});
    }

    static QString refusal(const Result<Rows> &rows) { return rows ? QStringLiteral("accepted") : rows.error().code; }

    static Result<Rows> handOver(Connection &client, UserId from, UserId to, const QString &remark = {})
    {
        return client.call(QLatin1StringView("api.hand_over"), {param(from.value), param(to.value), param(remark)});
    }

    /// A colleague with three open conversations and a closed one.
    struct Leaver {
        Company::Person person;
        QList<ConversationId> open;
        ConversationId closed;
    };
    Leaver addLeaver(Company &company) const
    {
        Leaver leaver{company.addPerson(), {}, {}};
        Connection admin = m_database->admin();
        for (int i = 0; i < 4; ++i) {
            const QString from = QStringLiteral("+97150222000%1").arg(i);
            company.receive(from, QStringLiteral("wamid.leaver.%1").arg(i), QStringLiteral("Hi"));
            const ConversationId conversation = company.conversationOf(from);
            const char *status = i == 3 ? "CLOSED" : i == 2 ? "SNOOZED" : "OPEN";
            MUST(admin.run("update conversure.conversations set assignee_id = $2::uuid, status = $3 where "
                           "conversation_id = $1::uuid",
                {param(conversation.value), param(leaver.person.id.value), param(QString::fromLatin1(status))}));
            if (i == 3)
                leaver.closed = conversation;
            else
                leaver.open << conversation;
        }
        return leaver;
    }

    UserId assigneeOf(ConversationId conversation) const
    {
        Connection admin = m_database->admin();
        return UserId(
            MUST(admin.run("select assignee_id from conversure.conversations where conversation_id = $1::uuid",
                     {param(conversation.value)}))
                .uuid(0, 0));
    }

    void setVisibility(const Company &company, const QString &visibility) const
    {
        Connection admin = m_database->admin();
        MUST(admin.run("update conversure.company_settings set visibility = $2 where company_id = $1::uuid",
            {param(company.id.value), param(visibility)}));
    }

private Q_SLOTS:
    void initTestCase() { m_database = std::make_unique<Database>(); }

    void ofSixteenClaimsOneWins_data()
    {
        QTest::addColumn<QString>("visibility");
        QTest::newRow("everybody sees all") << QStringLiteral("all");
        QTest::newRow("the winner takes it out of sight") << QStringLiteral("team");
    }

    void ofSixteenClaimsOneWins()
    {
        QFETCH(QString, visibility);
        Company company(*m_database);
        setVisibility(company, visibility);
        company.receive(phone, QStringLiteral("wamid.1"), QStringLiteral("Hi"));
        const ConversationId conversation = company.conversationOf(phone);
        std::vector<Company::Person> people;
        std::vector<Company::Device> devices;
        for (int i = 0; i < 16; ++i) {
            people.push_back(company.addPerson());
            devices.push_back(company.signIn(people.back()));
        }

        std::atomic<int> ready = 0;
        std::atomic<int> won = 0;
        std::atomic<int> told = 0;
        std::atomic<int> unseen = 0;
        std::array<std::atomic<bool>, 16> winner{};
        std::vector<std::thread> threads;
        for (size_t i = 0; i < devices.size(); ++i) {
            threads.emplace_back([&, i] {
                Connection client = company.connect(devices[i]);
                ++ready;
                while (ready < 16)
                    std::this_thread::yield();
                const auto claimed = claim(client, conversation);
                winner[i] = claimed.has_value();
                won += claimed ? 1 : 0;
                told += !claimed && claimed.error().code == QStringLiteral("CV020")
                        && !claimed.error().detail[QStringLiteral("name")].toString().isEmpty()
                    ? 1
                    : 0;
                unseen += !claimed && claimed.error().code == QStringLiteral("CV003") ? 1 : 0;
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(won.load(), 1);
        // Whoever came when it was gone already sees no such conversation.
        QCOMPARE(told.load() + unseen.load(), 15);
        QVERIFY(visibility != QStringLiteral("all") || unseen == 0);
        const auto index = std::distance(winner.begin(), std::find(winner.begin(), winner.end(), true));
        QCOMPARE(assigneeOf(conversation), people.at(static_cast<size_t>(index)).id);
    }

    void oneGivesAwayOnlyWhatIsOnesOwn()
    {
        Company company(*m_database);
        const auto owner = company.addPerson();
        const auto colleague = company.addPerson();
        const auto admin = company.addPerson(QStringLiteral("COMPANY_ADMIN"));
        company.receive(phone, QStringLiteral("wamid.1"), QStringLiteral("Hi"));
        const ConversationId conversation = company.conversationOf(phone);
        Connection ownerClient = company.connect(company.signIn(owner));
        Connection colleagueClient = company.connect(company.signIn(colleague));
        Connection adminClient = company.connect(company.signIn(admin));

        MUST(claim(ownerClient, conversation));
        MUST(claim(ownerClient, conversation)); // one's own again
        const auto taken = assign(colleagueClient, conversation, colleague.id);
        QCOMPARE(refusal(taken), QStringLiteral("CV020"));
        QCOMPARE(taken.error().detail[QStringLiteral("user_id")].toString(), owner.id.text());
        MUST(assign(ownerClient, conversation, colleague.id, QStringLiteral("speaks Russian")));
        QCOMPARE(assigneeOf(conversation), colleague.id);
        MUST(assign(adminClient, conversation, owner.id));
        QCOMPARE(assigneeOf(conversation), owner.id);
        MUST(ownerClient.call(QLatin1StringView("api.release"), {param(conversation.value)}));
        QVERIFY(assigneeOf(conversation).isNull());

        Connection superuser = m_database->admin();
        const auto rows = MUST(superuser.run(
            "select string_agg(action || coalesce(':' || (detail ->> 'remark'), ''), ' ' order by at, audit_id) "
            "from conversure.audit_log where subject_id = $1::uuid",
            {param(conversation.value)}));
        QCOMPARE(rows.text(0, 0),
            QStringLiteral("conversation.claimed conversation.assigned:speaks Russian conversation.assigned "
                           "conversation.released"));
    }

    void nobodyFromOutsideIsGivenOrGivesAnything()
    {
        Company company(*m_database);
        Company other(*m_database, QStringLiteral("Other"));
        const auto agent = company.addPerson();
        const auto stranger = other.addPerson();
        company.receive(phone, QStringLiteral("wamid.1"), QStringLiteral("Hi"));
        const ConversationId conversation = company.conversationOf(phone);
        Connection client = company.connect(company.signIn(agent));
        Connection strangerClient = other.connect(other.signIn(stranger));
        QCOMPARE(refusal(claim(strangerClient, conversation)), QStringLiteral("CV003"));
        QCOMPARE(refusal(assign(strangerClient, conversation, stranger.id)), QStringLiteral("CV003"));
        QCOMPARE(refusal(assign(client, conversation, stranger.id)), QStringLiteral("CV003"));
        MUST(m_database->admin().run("update conversure.users set active = false where user_id = $1::uuid",
            {param(company.addPerson().id.value)}));
        QCOMPARE(refusal(assign(client, conversation, agent.id, QString(2001, u'x'))), QStringLiteral("CV004"));
        QVERIFY(assigneeOf(conversation).isNull());
    }

    void whatIsGivenAwayLeavesOnesSight()
    {
        Company company(*m_database);
        setVisibility(company, QStringLiteral("own"));
        const auto owner = company.addPerson();
        const auto colleague = company.addPerson();
        const auto admin = company.addPerson(QStringLiteral("COMPANY_ADMIN"));
        company.receive(phone, QStringLiteral("wamid.1"), QStringLiteral("Hi"));
        const ConversationId conversation = company.conversationOf(phone);
        Connection ownerClient = company.connect(company.signIn(owner));
        Connection colleagueClient = company.connect(company.signIn(colleague));
        Connection adminClient = company.connect(company.signIn(admin));
        const auto sees = [&](Connection &client) {
            return MUST(client.run("select count(*) from conversure.conversations where conversation_id = $1::uuid",
                            {param(conversation.value)}))
                       .number(0, 0)
                == 1;
        };
        QCOMPARE(refusal(claim(ownerClient, conversation)), QStringLiteral("CV003"));
        MUST(assign(adminClient, conversation, owner.id));
        QVERIFY(sees(ownerClient) && !sees(colleagueClient));
        MUST(assign(ownerClient, conversation, colleague.id));
        QVERIFY(!sees(ownerClient) && sees(colleagueClient));
        QCOMPARE(refusal(assign(ownerClient, conversation, owner.id)), QStringLiteral("CV003"));
    }

    void whatALeaverHadIsHandedOver()
    {
        Company company(*m_database);
        const auto boss = company.addPerson(QStringLiteral("COMPANY_ADMIN"));
        const auto heir = company.addPerson();
        const Leaver leaver = addLeaver(company);
        Connection client = company.connect(company.signIn(boss));
        MUST(client.call(QLatin1StringView("api.deactivate"), {param(leaver.person.id.value)}));
        QCOMPARE(MUST(handOver(client, leaver.person.id, heir.id, QStringLiteral("since she left"))).number(0, 0), 3);
        for (const ConversationId &conversation : leaver.open)
            QCOMPARE(assigneeOf(conversation), heir.id);
        QCOMPARE(assigneeOf(leaver.closed), leaver.person.id); // what is over stays as it was
        QCOMPARE(MUST(handOver(client, leaver.person.id, heir.id)).number(0, 0), 0);

        const QJsonObject note =
            MUST(m_database->admin().run("select detail from conversure.audit_log where subject_id = $1::uuid and "
                                         "action = 'conversations.handed_over' and actor_id = $2::uuid",
                     {param(leaver.person.id.value), param(boss.id.value)}))
                .object(0, 0);
        QCOMPARE(note,
            (QJsonObject{{QStringLiteral("from"), leaver.person.id.text()}, {QStringLiteral("to"), heir.id.text()},
                {QStringLiteral("count"), 3}, {QStringLiteral("remark"), QStringLiteral("since she left")}}));
    }

    void whatALeaverHadIsEverybodysAgain()
    {
        Company company(*m_database);
        setVisibility(company, QStringLiteral("team"));
        const auto boss = company.addPerson(QStringLiteral("COMPANY_ADMIN"));
        Connection colleague = company.connect(company.signIn(company.addPerson()));
        const Leaver leaver = addLeaver(company);
        Connection client = company.connect(company.signIn(boss));
        QCOMPARE(refusal(claim(colleague, leaver.open.first())), QStringLiteral("CV003"));
        QCOMPARE(MUST(handOver(client, leaver.person.id, {})).number(0, 0), 3);
        for (const ConversationId &conversation : leaver.open)
            QVERIFY(assigneeOf(conversation).isNull());
        MUST(claim(colleague, leaver.open.first()));
    }

    void onlyAnAdminHandsOverAndOnlyAmongColleagues()
    {
        Company company(*m_database);
        Company other(*m_database, QStringLiteral("Other"));
        const auto boss = company.addPerson(QStringLiteral("COMPANY_ADMIN"));
        const auto agent = company.addPerson();
        const auto gone = company.addPerson();
        const auto stranger = other.addPerson(QStringLiteral("COMPANY_ADMIN"));
        const Leaver leaver = addLeaver(company);
        Connection client = company.connect(company.signIn(boss));
        Connection agentClient = company.connect(company.signIn(agent));
        Connection leaverClient = company.connect(company.signIn(leaver.person));
        Connection strangerClient = other.connect(other.signIn(stranger));
        MUST(client.call(QLatin1StringView("api.deactivate"), {param(gone.id.value)}));

        QCOMPARE(refusal(handOver(agentClient, leaver.person.id, agent.id)), QStringLiteral("CV002"));
        QCOMPARE(refusal(handOver(leaverClient, leaver.person.id, agent.id)), QStringLiteral("CV002"));
        QCOMPARE(refusal(handOver(strangerClient, leaver.person.id, stranger.id)), QStringLiteral("CV003"));
        QCOMPARE(refusal(handOver(strangerClient, leaver.person.id, {})), QStringLiteral("CV003"));
        QCOMPARE(refusal(handOver(client, leaver.person.id, stranger.id)), QStringLiteral("CV003"));
        QCOMPARE(refusal(handOver(client, leaver.person.id, gone.id)), QStringLiteral("CV003"));
        QCOMPARE(refusal(handOver(client, UserId(test::newId()), agent.id)), QStringLiteral("CV003"));
        QCOMPARE(refusal(handOver(client, leaver.person.id, agent.id, QString(2001, u'x'))), QStringLiteral("CV004"));
        for (const ConversationId &conversation : leaver.open)
            QCOMPARE(assigneeOf(conversation), leaver.person.id);
        QCOMPARE(MUST(m_database->admin().run("select count(*) from conversure.audit_log where action = "
                                              "'conversations.handed_over' and company_id in ($1::uuid, $2::uuid)",
                          {param(company.id.value), param(other.id.value)}))
                     .number(0, 0),
            0);
    }

    /// Two admins at once, and a colleague who gives conversations away meanwhile: everything has one heir, and nobody
    /// waits in a circle.
    void handingOverTakesTurns()
    {
        Company company(*m_database);
        const auto one = company.addPerson(QStringLiteral("COMPANY_ADMIN"));
        const auto two = company.addPerson(QStringLiteral("COMPANY_ADMIN"));
        Connection first = company.connect(company.signIn(one));
        Connection second = company.connect(company.signIn(two));
        const Leaver leaver = addLeaver(company);
        for (int round = 0; round < 10; ++round) {
            for (const ConversationId &conversation : leaver.open)
                MUST(assign(first, conversation, leaver.person.id));
            qint64 byFirst = 0;
            std::thread beside([&] { byFirst = MUST(handOver(first, leaver.person.id, one.id)).number(0, 0); });
            const qint64 bySecond = MUST(handOver(second, leaver.person.id, two.id)).number(0, 0);
            beside.join();
            QCOMPARE(byFirst + bySecond, 3);
        }
    }
};

CONVERSURE_TEST(AssignmentTest)
#include "AssignmentTest.moc"
