// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Ask.h"
#include "StoreFixture.h"
#include "TestMain.h"

#include "domain/Clock.h"
#include "vault/Keys.h"
#include "vault/NumberSecrets.h"
#include "vault/OpenVault.h"
#include "vault/PasswordKeys.h"
#include "vault/SignIn.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonObject>

#include <thread>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// Who somebody is: two calls to sign in, and what ends a session.
class SignInTest : public QObject
{
    Q_OBJECT

private:
    static inline const QString phone = QStringLiteral("+971501112233");
    static inline const QString rightProof = QString(43, u'p');
    static inline const QString wrongProof = QString(43, u'w');

    std::unique_ptr<Database> m_database;
    Connection m_admin;
    Connection m_door;

    QString begin(const QString &email, const QString &proof) { return begin(m_door, email, proof); }
    static QString begin(Connection &door, const QString &email, const QString &proof)
    {
        return MUST(door.call(QLatin1StringView("api.sign_in_begin"), {param(email), param(proof)}))
            .object(0, 0)[QStringLiteral("ticket")]
            .toString();
    }

    static Result<Rows> finish(Connection &door, const QString &ticket)
    {
        const QString verifier = MUST(door.scramVerifier(QStringLiteral("any"), QStringLiteral("a device's secret")));
        return door.call(
            QLatin1StringView("api.sign_in_finish"), {param(ticket), param(QStringLiteral("test")), param(verifier)});
    }

    static QString whoAmI(Connection &client)
    {
        return text(client, "select coalesce(conversure.my_user()::text, 'nobody')");
    }
    static QString tryToWrite(Connection &client) { return verdict(client, "select api.feed_cursor()"); }

    struct Talk {
        Company company;
        Company::Person agent;
        explicit Talk(const Database &database)
            : company(database)
            , agent(company.addPerson())
        {
            company.receive(phone, QStringLiteral("wamid.1"), QStringLiteral("Hi"));
        }
        Connection client() const { return company.connect(company.signIn(agent)); }
    };

private Q_SLOTS:
    void initTestCase()
    {
        m_database = std::make_unique<Database>();
        m_admin = m_database->admin();
        m_door = m_database->door();
        // The weakest parameters that a client takes: real Argon2id, in a fraction of the time.
        MUST(m_admin.script("update conversure.installation set kdf_ops = 2, kdf_mem_kib = 65536"));
    }

    void aSignInGivesARoleAndAToken()
    {
        const Talk talk(*m_database);
        Connection client = talk.client();
        QCOMPARE(whoAmI(client), talk.agent.id.text());
        QCOMPARE(number(client, "select count(*) from conversure.messages"), 1);
    }

    void wrongPasswordAndUnknownEmailAnswerAlike()
    {
        Company company(*m_database);
        const auto person = company.addPerson();
        const auto wrong = finish(m_door, begin(person.email, wrongProof));
        const auto unknown = finish(m_door, begin(QStringLiteral("nobody@example.com"), rightProof));
        QCOMPARE(verdict(wrong), QStringLiteral("CV005"));
        QCOMPARE(verdict(unknown), QStringLiteral("CV005"));
        QCOMPARE(wrong.error().message, unknown.error().message);
        QCOMPARE(wrong.error().detail, unknown.error().detail);

        const auto former = company.addPerson();
        MUST(m_admin.run(
            "update conversure.users set active = false where user_id = $1::uuid", {param(former.id.value)}));
        QCOMPARE(verdict(finish(m_door, begin(former.email, former.proof))), QStringLiteral("CV005"));
    }

    void anUnknownEmailCostsTheSameHash()
    {
        // crypt() does the work that its setting names: the same algorithm and cost for both, and a well-formed
        // setting, else it would answer at once.
        Company company(*m_database);
        company.addPerson();
        QCOMPARE(text(m_admin,
                     "select count(distinct left(h, 7) || length(h)) from (select dummy_hash as h from "
                     "conversure.installation"
                     " union all select proof_hash from conversure.accounts) hashes"),
            QStringLiteral("1"));
        QCOMPARE(text(m_admin,
                     "select conversure_ext.crypt('y', dummy_hash) like '$2a$__$%' and conversure_ext.crypt('y', "
                     "dummy_hash) <> dummy_hash from conversure.installation"),
            QStringLiteral("t"));
    }

    void aTicketOfTheSameTransactionIsRefused()
    {
        Company company(*m_database);
        const auto person = company.addPerson();
        MUST(m_door.script("begin"));
        const QString ticket = begin(person.email, person.proof);
        QCOMPARE(verdict(finish(m_door, ticket)), QStringLiteral("CV001"));
        MUST(m_door.script("rollback"));
        QCOMPARE(verdict(finish(m_door, ticket)), QStringLiteral("CV001"));
    }

    void aTicketOfAReleasedSavepointIsRefused()
    {
        Company company(*m_database);
        const auto person = company.addPerson();
        MUST(m_door.script("begin; savepoint one"));
        const QString ticket = begin(person.email, person.proof);
        MUST(m_door.script("release savepoint one; savepoint two"));
        QCOMPARE(verdict(finish(m_door, ticket)), QStringLiteral("CV001"));
        MUST(m_door.script("rollback to savepoint two"));
        QCOMPARE(verdict(finish(m_door, ticket)), QStringLiteral("CV001"));
        MUST(m_door.script("rollback"));
    }

    void aTicketSeenFromAnotherConnectionBeforeItsCommitIsRefused()
    {
        Company company(*m_database);
        const auto person = company.addPerson();
        Connection second = m_database->door();
        MUST(m_door.script("begin"));
        const QString ticket = begin(person.email, person.proof);
        QCOMPARE(verdict(finish(second, ticket)), QStringLiteral("CV001"));
        MUST(m_door.script("commit"));
        QCOMPARE(verdict(finish(second, ticket)), QStringLiteral("accepted"));
    }

    void aTicketServesOnce()
    {
        Company company(*m_database);
        const auto person = company.addPerson();
        const QString ticket = begin(person.email, person.proof);
        QCOMPARE(verdict(finish(m_door, ticket)), QStringLiteral("accepted"));
        QCOMPARE(verdict(finish(m_door, ticket)), QStringLiteral("CV001"));
    }

    void aTicketServesOnceAlsoWhenTwoAskAtOnce()
    {
        Company company(*m_database);
        const auto person = company.addPerson();
        const QString ticket = begin(person.email, person.proof);
        std::array<QString, 4> verdicts;
        std::vector<std::thread> threads;
        for (QString &outcome : verdicts) {
            threads.emplace_back([this, &outcome, &ticket] {
                Connection door = m_database->door();
                outcome = verdict(finish(door, ticket));
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(std::count(verdicts.begin(), verdicts.end(), QStringLiteral("accepted")), 1);
        QCOMPARE(std::count(verdicts.begin(), verdicts.end(), QStringLiteral("CV001")), 3);
    }

    void aTicketLastsAMinute()
    {
        Database database;
        Company company(database);
        const auto quick = company.addPerson();
        const auto slow = company.addPerson();
        Connection door = database.door();
        const QString early = begin(door, quick.email, quick.proof);
        const QString late = begin(door, slow.email, slow.proof);
        database.moveClock(QStringLiteral("50 seconds"));
        QCOMPARE(verdict(finish(door, early)), QStringLiteral("accepted"));
        database.moveClock(QStringLiteral("70 seconds"));
        QCOMPARE(verdict(finish(door, late)), QStringLiteral("CV001"));
    }

    void anExpiredSessionIsNobodys()
    {
        Database database;
        const Talk talk(database);
        Connection client = talk.client();
        QCOMPARE(whoAmI(client), talk.agent.id.text());
        database.moveClock(QStringLiteral("91 days"));
        QCOMPARE(whoAmI(client), QStringLiteral("nobody"));
        QCOMPARE(tryToWrite(client), QStringLiteral("CV001"));
    }

    void aTicketCannotBeGuessed()
    {
        Company company(*m_database);
        const auto person = company.addPerson();
        const auto colleague = company.addPerson();
        const QString first = begin(person.email, person.proof);
        const QString second = begin(colleague.email, colleague.proof);
        QCOMPARE(first.size(), 48);
        QVERIFY(first != second);
        QCOMPARE(
            number(m_admin, "select count(*) from conversure.sign_in_tickets t where encode(t.ticket_hash, 'hex') = $1",
                {param(first)}),
            0);
        for (const QString &guess : {QString(), QString(48, u'0'), QString(48, u'z'),
                 QString(first).replace(0, 1, first.startsWith(u'0') ? u'1' : u'0'), first.toUpper() + u' ',
                 first.left(46)})
            QCOMPARE(verdict(finish(m_door, guess)), QStringLiteral("CV001"));
        QCOMPARE(verdict(m_door.call(
                     QLatin1StringView("api.sign_in_finish"), {Param(), param(QStringLiteral("x")), Param()})),
            QStringLiteral("CV001"));
    }

    void proofsThatBcryptWouldCutAreRefused()
    {
        Company company(*m_database);
        const auto person = company.addPerson();
        QCOMPARE(verdict(m_door.call(
                     QLatin1StringView("api.sign_in_begin"), {param(person.email), param(QString(65, u'p'))})),
            QStringLiteral("CV004"));
        QCOMPARE(verdict(m_door.call(
                     QLatin1StringView("api.sign_in_begin"), {param(person.email), param(QString(31, u'p'))})),
            QStringLiteral("CV004"));
        QCOMPARE(verdict(m_door.call(QLatin1StringView("api.sign_in_begin"), {param(person.email), Param()})),
            QStringLiteral("CV004"));
        QCOMPARE(verdict(m_door.call(
                     QLatin1StringView("api.sign_in_begin"), {param(person.email), param(QString(64, QChar(0x436)))})),
            QStringLiteral("CV004"));
    }

    void otherIsolationsAreNobodys_data()
    {
        QTest::addColumn<QString>("level");
        QTest::newRow("repeatable read") << QStringLiteral("repeatable read");
        QTest::newRow("serializable") << QStringLiteral("serializable");
        QTest::newRow("read uncommitted") << QStringLiteral("read uncommitted");
    }

    void otherIsolationsAreNobodys()
    {
        QFETCH(QString, level);
        const Talk talk(*m_database);
        Connection client = talk.client();
        MUST(client.script("begin isolation level " + level.toUtf8()));
        QCOMPARE(whoAmI(client), QStringLiteral("nobody"));
        QCOMPARE(number(client,
                     "select (select count(*) from conversure.messages) + (select count(*) from "
                     "conversure.conversation_rows) + (select count(*) from conversure.users)"
                     " + (select count(*) from conversure.vault_keys)"),
            0);
        QCOMPARE(tryToWrite(client), QStringLiteral("CV001"));
        MUST(client.script("rollback"));
        QCOMPARE(whoAmI(client), talk.agent.id.text());
        MUST(client.script("set default_transaction_isolation = '" + level.toUtf8() + "'"));
        QCOMPARE(tryToWrite(client), QStringLiteral("CV001"));

        Company company(*m_database);
        const auto person = company.addPerson();
        const QString ticket = begin(person.email, person.proof);
        MUST(m_door.script("begin isolation level " + level.toUtf8()));
        QCOMPARE(verdict(finish(m_door, ticket)), QStringLiteral("CV001"));
        MUST(m_door.script("rollback"));
    }

    void signingOutEndsOpenConnectionsAndTheRole()
    {
        const Talk talk(*m_database);
        const auto device = talk.company.signIn(talk.agent);
        Connection client = talk.company.connect(device);
        Connection second = talk.company.connect(device);
        MUST(second.script("begin"));
        QCOMPARE(whoAmI(second), talk.agent.id.text());
        MUST(client.call(QLatin1StringView("api.sign_out")));
        QCOMPARE(whoAmI(client), QStringLiteral("nobody"));
        QCOMPARE(tryToWrite(client), QStringLiteral("CV001"));
        QCOMPARE(number(second, "select count(*) from conversure.messages"), 0);
        QCOMPARE(tryToWrite(second), QStringLiteral("CV001"));
        const auto again = Connection::open(device.url, QStringLiteral("test"));
        QCOMPARE(verdict(again), QStringLiteral("28P01"));
        QVERIFY(Connection::open(talk.company.signIn(talk.agent).url, QStringLiteral("test")));
    }

    void whoIsDeactivatedMeanwhileGetsNoSession()
    {
        Company company(*m_database);
        const auto person = company.addPerson();
        const QString ticket = begin(person.email, person.proof);
        MUST(m_admin.run(
            "update conversure.users set active = false where user_id = $1::uuid", {param(person.id.value)}));
        QCOMPARE(verdict(finish(m_door, ticket)), QStringLiteral("CV005"));
    }

    void aDeactivatedUserIsNobodyWithTheNextStatement()
    {
        const Talk talk(*m_database);
        const auto device = talk.company.signIn(talk.agent);
        Connection client = talk.company.connect(device);
        MUST(client.script("begin"));
        QCOMPARE(number(client, "select count(*) from conversure.messages"), 1);
        MUST(m_admin.run(
            "update conversure.users set active = false where user_id = $1::uuid", {param(talk.agent.id.value)}));
        QCOMPARE(number(client, "select count(*) from conversure.messages"), 0);
        QCOMPARE(tryToWrite(client), QStringLiteral("CV001"));
        Connection relayConnection = m_database->relay();
        RelayStore relay(relayConnection);
        QCOMPARE(verdict(relay.openLive(QCryptographicHash::hash(device.token.toUtf8(), QCryptographicHash::Sha256))),
            QStringLiteral("CV001"));
    }

    void aDeviceIsWhoItsRoleSays()
    {
        const Talk mine(*m_database);
        const Talk other(*m_database);
        const auto otherDevice = other.company.signIn(other.agent);
        Connection client = mine.client();
        MUST(client.run("select set_config('conversure.token', $1, false)", {param(otherDevice.token)}));
        QCOMPARE(whoAmI(client), mine.agent.id.text());
        QCOMPARE(text(client, "select company_id from conversure.messages"), mine.company.id.text());
        QCOMPARE(verdict(client, "set session authorization " + m_admin.identifier(otherDevice.role)),
            QStringLiteral("42501"));
        QCOMPARE(verdict(client, "set role " + m_admin.identifier(otherDevice.role)), QStringLiteral("42501"));
        for (const char *role : {"conversure_owner", "conversure_api", "conversure_auth", "conversure_work",
                 "conversure_roles", "conversure_relay", "conversure_backup", "conversure_door", "pg_read_all_data"})
            QCOMPARE(verdict(client, QByteArray("set role ") + role), QStringLiteral("42501"));
        MUST(client.script("set role conversure_client"));
        QCOMPARE(whoAmI(client), mine.agent.id.text());
    }

    void aClosedDeviceCannotLiveOnByAToken()
    {
        const Talk mine(*m_database);
        const auto leaving = mine.company.signIn(mine.agent);
        const auto staying = mine.company.signIn(mine.agent);
        Connection client = mine.company.connect(leaving);
        MUST(client.call(QLatin1StringView("api.sign_out")));
        MUST(client.run("select set_config('conversure.token', $1, false)", {param(staying.token)}));
        QCOMPARE(whoAmI(client), QStringLiteral("nobody"));
    }

    void aSharedConnectionIsWhoItsTokenSays()
    {
        const Talk one(*m_database);
        const Talk two(*m_database);
        const auto deviceOne = one.company.signIn(one.agent);
        const auto deviceTwo = two.company.signIn(two.agent);
        MUST(m_admin.script(
            "drop role if exists sign_pool; create role sign_pool login password 'pool' in role conversure_client"));
        Connection pool = MUST(Connection::open(
            Connection::urlWithUser(m_database->adminUrl(), QStringLiteral("sign_pool"), QStringLiteral("pool")),
            QStringLiteral("test")));
        QCOMPARE(whoAmI(pool), QStringLiteral("nobody"));
        for (const auto &[device, talk] :
            {std::pair(&deviceOne, &one), std::pair(&deviceTwo, &two), std::pair(&deviceOne, &one)}) {
            auto transaction = MUST(Transaction::begin(pool));
            MUST(pool.run("select set_config('conversure.token', $1, true)", {param(device->token)}));
            QCOMPARE(whoAmI(pool), talk->agent.id.text());
            QCOMPARE(text(pool, "select company_id from conversure.messages"), talk->company.id.text());
            MUST(transaction.commit());
            QCOMPARE(whoAmI(pool), QStringLiteral("nobody"));
        }
        for (const QString &forged : {QString(), deviceOne.token.left(40), deviceOne.token + u'x',
                 deviceOne.token.toUpper(), QStringLiteral("' or true --")}) {
            MUST(pool.run("select set_config('conversure.token', $1, false)", {param(forged)}));
            QCOMPARE(whoAmI(pool), QStringLiteral("nobody"));
            QCOMPARE(number(pool, "select count(*) from conversure.messages"), 0);
        }
    }

    void aDeviceOpensSixConnectionsAndNoMore()
    {
        const Talk talk(*m_database);
        const auto device = talk.company.signIn(talk.agent);
        std::vector<Connection> open;
        for (int i = 0; i < 6; ++i)
            open.push_back(talk.company.connect(device));
        QVERIFY(!Connection::open(device.url, QStringLiteral("test")));
        open.pop_back();
        QVERIFY(eventually([&] { return Connection::open(device.url, QStringLiteral("test")).has_value(); }));
    }

    void onlyVerifiersAreTaken_data()
    {
        QTest::addColumn<QString>("verifier");
        QTest::newRow("a password") << QStringLiteral("a password in clear");
        QTest::newRow("nothing") << QString();
        QTest::newRow("md5") << QStringLiteral("md5d41d8cd98f00b204e9800998ecf8427e");
        QTest::newRow("broken off") << QStringLiteral("SCRAM-SHA-256$4096:AAAAAAAAAAAAAAAAAAAAAA==$AAAA");
        QTest::newRow("one iteration")
            << QStringLiteral("SCRAM-SHA-256$1:AAAAAAAAAAAAAAAAAAAAAA==$%1:%1").arg(QString(43, u'A') + u'=');
        QTest::newRow("more behind it") << QStringLiteral(
            "SCRAM-SHA-256$4096:AAAAAAAAAAAAAAAAAAAAAA==$%1:%1' superuser --")
                                               .arg(QString(43, u'A') + u'=');
        QTest::newRow("a second line")
            << QStringLiteral("SCRAM-SHA-256$4096:AAAAAAAAAAAAAAAAAAAAAA==$%1:%1\nx").arg(QString(43, u'A') + u'=');
        QTest::newRow("not base64") << QStringLiteral("SCRAM-SHA-256$4096:AAAAAAAAAAAAAAAAAAAAAA==$%1:%1")
                                           .arg(QStringLiteral("====") + QString(40, u'A'));
    }

    void onlyVerifiersAreTaken()
    {
        QFETCH(QString, verifier);
        static Company company(*m_database);
        const auto person = company.addPerson();
        const QString ticket = begin(person.email, person.proof);
        const qint64 roles = number(m_admin, "select count(*) from pg_roles where rolname like 'cv\\_%'");
        const auto refused = m_door.call(
            QLatin1StringView("api.sign_in_finish"), {param(ticket), param(QStringLiteral("test")), param(verifier)});
        QCOMPARE(verdict(refused), QStringLiteral("CV004"));
        QCOMPARE(number(m_admin, "select count(*) from pg_roles where rolname like 'cv\\_%'"), roles);
    }

    void aMissingVerifierMakesNoRoleWithoutAPassword()
    {
        Company company(*m_database);
        const auto person = company.addPerson();
        const auto refused = m_door.call(QLatin1StringView("api.sign_in_finish"),
            {param(begin(person.email, person.proof)), param(QStringLiteral("test")), Param()});
        QCOMPARE(verdict(refused), QStringLiteral("CV004"));
    }

    void roleNamesTellNothing()
    {
        Company company(*m_database, QStringLiteral("Telling Name"));
        const auto person = company.addPerson();
        const auto first = company.signIn(person);
        const auto second = company.signIn(person);
        QVERIFY(first.role != second.role);
        QCOMPARE(text(m_admin, "select $1 ~ '^cv_[0-9a-f]{20}$'", {param(first.role)}), QStringLiteral("t"));
        for (const QString &known : {person.id.text(), company.id.text()})
            QVERIFY(!QString(known).remove(u'-').contains(first.role.mid(3, 8)));
        QCOMPARE(
            text(m_admin, "select coalesce(shobj_description(oid, 'pg_authid'), '') from pg_roles where rolname = $1",
                {param(first.role)}),
            QString());
    }

    void tokensAreKeptAsHashes()
    {
        Company company(*m_database);
        const auto device = company.signIn(company.addPerson());
        QCOMPARE(
            number(m_admin, "select count(*) from conversure.devices where token_hash = sha256(convert_to($1, 'UTF8'))",
                {param(device.token)}),
            1);
        QVERIFY(device.token.size() >= 32 + 1 + 43);
        QCOMPARE(number(m_admin, "select count(*) from conversure.devices d where d::text like '%' || $1 || '%'",
                     {param(device.token.section(u'.', 1))}),
            0);
    }

    void peopleSignInWithTheirPasswordsAndOpenTheirKeys_data()
    {
        QTest::addColumn<QString>("email");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("password");
        QTest::newRow("plain") << QStringLiteral("omar@example.com") << QStringLiteral("omar@example.com")
                               << QStringLiteral("correct horse");
        QTest::newRow("Arabic, other case")
            << QStringLiteral("Layla.Hassan@Example.com") << QStringLiteral(" layla.hassan@EXAMPLE.COM ")
            << QStringLiteral("كلمة السر ٤٢");
        QTest::newRow("Cyrillic, pasted with a tab")
            << QStringLiteral("Юлия@пример.рф") << QStringLiteral("юЛИЯ@пример.рф\t")
            << QStringLiteral("пароль\u00a0🔑");
    }

    void peopleSignInWithTheirPasswordsAndOpenTheirKeys()
    {
        QFETCH(QString, email);
        QFETCH(QString, typed);
        QFETCH(QString, password);
        const auto stretch = MUST(
            vault::StretchParams::fromJson(MUST(m_door.call(QLatin1StringView("api.sign_in_params"))).object(0, 0)));
        const auto passwordKeys = MUST(vault::stretchPassword(password, email, stretch));
        const vault::KeyPair keys = vault::KeyPair::generate();
        const vault::Secret dataKey = vault::Secret::random(32);
        const CompanyId company(newId());
        const UserId user(newId());
        const NumberId numberId(newId());
        Connection relay = m_database->relay();
        MUST(relay.call(QLatin1StringView("relay.create_company"),
            {param(company.value), param(QStringLiteral("Vaults")), param(QStringLiteral("UTC")), param(newId()),
                bytes("x")}));
        MUST(relay.call(QLatin1StringView("relay.create_user"),
            {param(company.value), param(user.value), param(email), param(QStringLiteral("Somebody")),
                param(QStringLiteral("AGENT")), param(passwordKeys.proof), bytes(keys.boxPublic),
                bytes(keys.signPublic), bytes(vault::wrapKeys(keys, passwordKeys.wrap)), param(qint64(1)),
                bytes(vault::sealDataKey(dataKey, keys.boxPublic))}));
        MUST(relay.call(QLatin1StringView("relay.add_number"),
            {param(company.value), param(numberId.value), param(QStringLiteral("+971500000001")),
                param(QStringLiteral("Sales")), param(QStringLiteral("meta")), param(numberId.text()), param(QString()),
                json(QJsonObject{{QStringLiteral("phone_number_id"), QStringLiteral("1")}}),
                json(vault::sealSettings(company.value, dataKey, 1,
                    {numberId.value, QStringLiteral("meta"),
                        QJsonObject{{QStringLiteral("phone_number_id"), QStringLiteral("1")}},
                        {{QStringLiteral("access_token"), QStringLiteral("EAAG-token")}}},
                    [] { return newId(); }))}));

        const auto wrong = vault::signIn(m_door, m_database->doorUrl(), typed, password + u'x', QStringLiteral("desk"));
        QCOMPARE(verdict(wrong), QStringLiteral("CV005"));
        MUST(m_admin.run("delete from conversure.sign_in_buckets")); // as after the second that it has to wait
        const auto in = vault::signIn(m_door, m_database->doorUrl(), typed, password, QStringLiteral("desk"));
        QVERIFY2(in, qPrintable(verdict(in)));
        QCOMPARE(in->user, user);
        QCOMPARE(in->companyName, QStringLiteral("Vaults"));
        Connection device = MUST(Connection::open(in->database, QStringLiteral("test")));
        const QByteArray keysQuery = sql().query(QStringLiteral("member_keys"));
        const vault::KeyPair opened = MUST(vault::openMemberKeys(device, keysQuery, in->wrapKey));
        QCOMPARE(opened.signPrivate.bytes(), keys.signPrivate.bytes());
        // Nobody has signed anything of this company: how a vault is opened is in tests/vault.
        QCOMPARE(
            verdict(vault::openVault(device, sql().query(QStringLiteral("vault_of_user")), in->company, opened, {})),
            QStringLiteral("vault:unsigned"));
        QCOMPARE(
            verdict(vault::openMemberKeys(device, keysQuery, vault::Secret::random(32))), QStringLiteral("vault:wrap"));
    }
};

CONVERSURE_TEST(SignInTest)
#include "SignInTest.moc"
