// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Ask.h"
#include "Pooler.h"
#include "SignInCalls.h"
#include "TestMain.h"

#include "store/ClientStore.h"

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// The store behind a pooler in transaction mode, where one connection to the server serves many clients: each with the
/// login of their own device, or all with one login and a token for each transaction.
class PooledTest : public QObject
{
    Q_OBJECT

private:
    static inline const QString phone = QStringLiteral("+971501112233");
    static inline const QString sharedPassword = QStringLiteral("shared by all");

    std::unique_ptr<Database> m_database;
    std::unique_ptr<Pooler> m_pooler;
    std::unique_ptr<Pooler> m_resetting;
    std::unique_ptr<Company> m_company;
    std::unique_ptr<Company> m_other;
    Company::Person m_person;
    Company::Device m_anna;
    Company::Device m_boris; ///< Of the other company.
    Connection m_admin;

    /// A connection of the shared login, and whose it is.
    Connection shared(const Pooler &pooler, const QString &token) const
    {
        const QString url =
            Connection::urlWithUser(m_database->adminUrl(), QStringLiteral("pooled_login"), sharedPassword);
        Connection connection = MUST(Connection::open(pooler.through(url), QStringLiteral("test client")));
        connection.setToken(token);
        return connection;
    }

    static QString caller(Connection &connection) { return text(connection, "select conversure.my_company()::text"); }

    static QByteArray texts(const Page &page)
    {
        QByteArray out;
        for (const feed::Change &change : page.changes) {
            if (const auto *message = std::get_if<MessageRow>(&change))
                out += message->text.toUtf8() + ' ';
        }
        return out;
    }

    /// All that a client asks of the store, from the first page to signing out.
    void useAll(Connection &client, const Company &company)
    {
        ClientStore db(client, sql());
        const ConversationId conversation = company.conversationOf(phone);
        const Page list = MUST(db.conversations(0, {}, 50));
        QVERIFY(std::any_of(list.changes.begin(), list.changes.end(), [&](const feed::Change &change) {
            const auto *row = std::get_if<ConversationRow>(&change);
            return row && row->id == conversation;
        }));
        QVERIFY(texts(MUST(db.openConversation(conversation, 50))).contains("Hi "));
        QCOMPARE(MUST(db.counts()).open, 1);
        const feed::Cursor cursor = MUST(db.feedCursor());

        const QUuid attempt = newId();
        const QString secret = QStringLiteral("a secret of some length");
        MUST(client.call(QLatin1StringView("api.reserve_send"),
            {param(newId()), param(attempt), param(conversation.value), param(secret),
                json(QJsonObject{{QStringLiteral("type"), QStringLiteral("TEXT")},
                    {QStringLiteral("text"), QStringLiteral("Hello")}})}));
        const Rows confirmed = MUST(client.call(QLatin1StringView("api.confirm_send"),
            {param(attempt), param(secret), param(QStringLiteral("provider-") + attempt.toString())}));
        QCOMPARE(
            confirmed.object(0, 0)[QStringLiteral("row")][QStringLiteral("status")].toString(), QStringLiteral("sent"));
        QVERIFY(db.markRead(conversation, 1));
        const FeedSlice slice = MUST(db.feedSince(cursor));
        QVERIFY(slice.changes.size() >= 3);
        QCOMPARE(texts(MUST(db.olderMessages(conversation, 0, {}, 50))).contains("Hello"), true);

        // Several statements in one transaction.
        {
            auto transaction = MUST(Transaction::begin(client));
            QCOMPARE(caller(client), company.id.text());
            QCOMPARE(verdict(client, "select api.claim(gen_random_uuid())"), QStringLiteral("CV003"));
        }
        auto transaction = MUST(Transaction::begin(client));
        MUST(client.call(QLatin1StringView("api.claim"), {param(conversation.value)}));
        MUST(client.call(QLatin1StringView("api.release"), {param(conversation.value)}));
        QVERIFY(transaction.commit());

        QVERIFY(db.signOut());
        const auto after = db.feedCursor();
        QVERIFY(!after);
        QCOMPARE(after.error().code, QStringLiteral("CV001"));
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_database = std::make_unique<Database>();
        m_admin = m_database->admin();
        m_pooler = std::make_unique<Pooler>();
        m_resetting = std::make_unique<Pooler>(true);
        m_company = std::make_unique<Company>(*m_database);
        m_other = std::make_unique<Company>(*m_database, QStringLiteral("Other"));
        for (const Company *company : {m_company.get(), m_other.get()})
            company->receive(phone, QStringLiteral("m1"), QStringLiteral("Hi"), QStringLiteral("Omar"));
        m_person = m_company->addPerson();
        m_anna = m_company->signIn(m_person);
        m_boris = m_other->signIn(m_other->addPerson());
        MUST(m_admin.script("drop role if exists pooled_login; create role pooled_login login password "
            + m_admin.literal(sharedPassword) + " in role conversure_client"));
    }

    void cleanupTestCase()
    {
        m_pooler.reset();
        m_resetting.reset();
    }

    void oneSignsInThroughThePooledDoor()
    {
        Connection door = MUST(Connection::open(m_pooler->through(m_database->doorUrl()), QStringLiteral("test")));
        MUST(door.call(QLatin1StringView("api.sign_in_params")));
        const QJsonObject pass =
            MUST(finish(door, begin(door, m_person.email, m_person.proof, newSecret()))).object(0, 0);
        const QString url = Connection::urlWithUser(
            m_database->adminUrl(), pass[QStringLiteral("role")].toString(), QStringLiteral("a device's secret"));
        // The device's own login: the pooler lets it in with what the server knows of it.
        Connection device = MUST(Connection::open(m_pooler->through(url), QStringLiteral("test client")));
        QCOMPARE(text(device, "select session_user"), pass[QStringLiteral("role")].toString());
        useAll(device, *m_company);
        QVERIFY(!Connection::open(m_pooler->through(Connection::urlWithUser(
                                      url, pass[QStringLiteral("role")].toString(), QStringLiteral("a guess"))),
            QStringLiteral("test")));
        // What the pooler still holds of it is nobody's.
        QCOMPARE(verdict(device, "select api.feed_cursor()"), QStringLiteral("CV001"));
    }

    void oneLoginServesAllWithATokenEach()
    {
        const Company::Device device = m_company->signIn(m_company->addPerson());
        Connection client = shared(*m_pooler, device.token);
        QCOMPARE(text(client, "select session_user"), QStringLiteral("pooled_login"));
        useAll(client, *m_company);
    }

    void eachTransactionIsItsCallersOwn()
    {
        Connection anna = shared(*m_pooler, m_anna.token);
        Connection boris = shared(*m_pooler, m_boris.token);
        Connection nobody = shared(*m_pooler, {});
        const QString annas = m_company->id.text();
        const QString theirs = m_other->id.text();
        const QString pid = text(anna, "select pg_backend_pid()");
        for (int i = 0; i < 20; ++i) {
            QCOMPARE(caller(anna), annas);
            QCOMPARE(caller(nobody), QString());
            QCOMPARE(text(boris,
                         "select string_agg(distinct change -> 'row' ->> 'number_id', ' ') from "
                         "api.conversation_page(null, null, 10)"),
                m_other->number.text());
            // After a refusal, an error, a transaction given up.
            QCOMPARE(verdict(anna, "select api.claim(gen_random_uuid())"), QStringLiteral("CV003"));
            QCOMPARE(verdict(nobody, "select api.feed_cursor()"), QStringLiteral("CV001"));
            QCOMPARE(verdict(boris, "select 1 / 0"), QStringLiteral("22012"));
            QCOMPARE(caller(anna), annas);
            {
                auto transaction = MUST(Transaction::begin(boris));
                QCOMPARE(caller(boris), theirs);
                QCOMPARE(verdict(boris, "no statement"), QStringLiteral("42601"));
            }
            QCOMPARE(caller(nobody), QString());
            QCOMPARE(text(nobody, "select coalesce(current_setting('conversure.token', true), '')"), QString());
        }
        // They were one connection to the server all the time.
        QCOMPARE(text(nobody, "select pg_backend_pid()"), pid);
    }

    void aSharedLoginIsReapedAsAnyClient()
    {
        Connection client = shared(*m_pooler, m_anna.token);
        auto transaction = MUST(Transaction::begin(client));
        QCOMPARE(caller(client), m_company->id.text());
        Connection relay = m_database->relay();
        QVERIFY(number(relay, "select relay.reap('0 s')") >= 1);
        QVERIFY(eventually([&] { return !client.run("select 1"); }));
        Connection again = shared(*m_pooler, m_anna.token);
        QCOMPARE(caller(again), m_company->id.text());
    }

    void aClientThatVanishesLeavesNothing()
    {
        Connection nobody = shared(*m_pooler, {});
        for (int i = 0; i < 5; ++i) {
            {
                Connection anna = shared(*m_pooler, m_anna.token);
                auto transaction = MUST(Transaction::begin(anna));
                QCOMPARE(caller(anna), m_company->id.text());
                anna.close();
            }
            QCOMPARE(caller(nobody), QString());
        }
    }

    void anEndedSessionsTokenIsNobodys()
    {
        const Company::Device device = m_company->signIn(m_company->addPerson());
        Connection client = shared(*m_pooler, device.token);
        QCOMPARE(caller(client), m_company->id.text());
        MUST(m_admin.run("update conversure.sessions set ended_at = conversure.now() where session_id = (select "
                         "session_id from conversure.devices where role_name = $1)",
            {param(device.role)}));
        QCOMPARE(caller(client), QString());
        QCOMPARE(verdict(client, "select api.feed_cursor()"), QStringLiteral("CV001"));
    }

    void aTokenDoesNotMakeADeviceSomebodyElse()
    {
        Connection anna = MUST(Connection::open(m_pooler->through(m_anna.url), QStringLiteral("test")));
        anna.setToken(m_boris.token);
        QCOMPARE(caller(anna), m_company->id.text());
    }

    void startUpOptionsAreDropped()
    {
        const QString url = m_pooler->through(
            Connection::urlWithUser(m_database->adminUrl(), QStringLiteral("pooled_login"), sharedPassword));
        Connection client = MUST(Connection::open(url + QStringLiteral("&options=")
                + QString::fromLatin1(QUrl::toPercentEncoding(QStringLiteral("-c conversure.token=") + m_anna.token)),
            QStringLiteral("test")));
        QCOMPARE(caller(client), QString());
    }

    void whatAHostileClientLeavesBehindReachesNobody_data()
    {
        QTest::addColumn<QByteArray>("statement");
        QTest::addColumn<QByteArray>("trace"); ///< Finds something where it was left behind.
        QTest::newRow("token") << QByteArray("select set_config('conversure.token', $1, false)")
                               << QByteArray("select 1 where current_setting('conversure.token', true) <> ''");
        QTest::newRow("isolation") << QByteArray("set default_transaction_isolation = serializable")
                                   << QByteArray("select 1 where current_setting('transaction_isolation') <> 'read "
                                                 "committed'");
        QTest::newRow("read only") << QByteArray("set default_transaction_read_only = on")
                                   << QByteArray("select 1 where current_setting('transaction_read_only')::boolean");
        QTest::newRow("row security") << QByteArray("set row_security = off")
                                      << QByteArray("select 1 where not current_setting('row_security')::boolean");
        QTest::newRow("path") << QByteArray("set search_path = pg_temp, public")
                              << QByteArray("select 1 where current_setting('search_path') like '%pg_temp%'");
        QTest::newRow("time-out") << QByteArray("set statement_timeout = '7min'")
                                  << QByteArray("select 1 where current_setting('statement_timeout') = '7min'");
        QTest::newRow("plans") << QByteArray("set debug_print_plan = on")
                               << QByteArray("select 1 where current_setting('debug_print_plan')::boolean");
        QTest::newRow("prepared") << QByteArray("prepare theirs as select 1")
                                  << QByteArray("select 1 from pg_prepared_statements");
        QTest::newRow("cursor") << QByteArray("declare theirs cursor with hold for select 1")
                                << QByteArray("select 1 from pg_cursors where name = 'theirs'");
        QTest::newRow("ear") << QByteArray("listen theirs") << QByteArray("select 1 from pg_listening_channels()");
    }

    void whatAHostileClientLeavesBehindReachesNobody()
    {
        QFETCH(QByteArray, statement);
        QFETCH(QByteArray, trace);
        const Params token = statement.contains("$1") ? Params{param(m_anna.token)} : Params();
        // One login for all needs the pooler's reset.
        Connection hostile = shared(*m_resetting, {});
        Connection next = shared(*m_resetting, {});
        const QString pid = text(next, "select pg_backend_pid()");
        MUST(hostile.run(statement, token));
        QCOMPARE(column(next, trace), QStringList());
        QCOMPARE(text(next, "select pg_backend_pid()"), pid);
        // A login for each device does not: another device gets another connection.
        Connection device = MUST(Connection::open(m_pooler->through(m_anna.url), QStringLiteral("test")));
        Connection other = MUST(Connection::open(m_pooler->through(m_boris.url), QStringLiteral("test")));
        MUST(device.run(statement, token));
        QCOMPARE(column(other, trace), QStringList());
        QCOMPARE(caller(other), m_other->id.text());
        // Proof that the traces find something: what the same device left behind itself.
        QCOMPARE(column(device, trace), QStringList{QStringLiteral("1")});
        MUST(device.script("discard all"));
    }

    void whatIsLeftBehindDoesNotChangeWhoCalls()
    {
        // Where an operator forgot the reset: others' settings are a nuisance, but nobody becomes somebody else.
        Connection hostile = shared(*m_pooler, {});
        Connection anna = shared(*m_pooler, m_anna.token);
        MUST(hostile.run("select set_config('conversure.token', $1, false)", {param(m_boris.token)}));
        MUST(hostile.script("set default_transaction_isolation = serializable; set search_path = pg_temp"));
        QCOMPARE(caller(anna), m_company->id.text());
        MUST(hostile.script("discard all"));
    }

    void tokensAreInNoLog()
    {
        QVERIFY(!m_pooler->log().contains(m_anna.token.toUtf8()));
        QVERIFY(!m_resetting->log().contains(m_anna.token.toUtf8()));
        QVERIFY(m_pooler->log().contains("pooled_login"));
    }

    void aTokenChangesNoAnswer()
    {
        // A device's own login, straight to the server.
        Connection plain = m_company->connect(m_anna);
        Connection named = m_company->connect(m_anna);
        named.setToken(m_anna.token);
        for (const char *statement : {"select conversure.my_user()", "select api.inbox_counts()",
                 "select api.claim(gen_random_uuid())", "select 1 / 0", "no statement", "select 1 where false"}) {
            const auto one = plain.run(statement);
            const auto other = named.run(statement);
            QCOMPARE(verdict(one), verdict(other));
            if (one)
                QCOMPARE(one->count(), other->count());
        }
        named.setToken({});
        QVERIFY(named.run("select 1"));
    }

    void aServerThatHangsIsGivenUpInBothWays()
    {
        for (const QString &token : {QString(), m_anna.token}) {
            Connection client = m_company->connect(m_anna);
            client.setToken(token);
            client.setDeadline(200);
            QCOMPARE(verdict(client, "select pg_sleep(60)"), QStringLiteral("store:lost"));
            QVERIFY(!client.isOpen());
        }
    }
};

CONVERSURE_TEST(PooledTest)
#include "PooledTest.moc"
