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
};

CONVERSURE_TEST(AssignmentTest)
#include "AssignmentTest.moc"
