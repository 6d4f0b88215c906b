// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Ask.h"
#include "SignInCalls.h"
#include "StoreFixture.h"
#include "TestMain.h"

#include "vault/ChangePassword.h"
#include "vault/Keys.h"
#include "vault/OpenVault.h"
#include "vault/PasswordKeys.h"
#include "vault/SignIn.h"

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// A changed password: proof, wrapped keys and sessions at once, or nothing of it.
class PasswordTest : public QObject
{
    Q_OBJECT

private:
    static inline const QString newProof = QString(43, u'n');
    static inline const QByteArray newWrapped = QByteArray(136, 'x');

    std::unique_ptr<Database> m_database;
    Connection m_admin;
    Connection m_door;

    static Result<Rows> change(Connection &client, const QJsonObject &begun, const QString &proof = newProof,
        const Param &wrapped = bytes(newWrapped))
    {
        return client.call(QLatin1StringView("api.change_password"),
            {param(begun[QStringLiteral("ticket")].toString()), param(proof), wrapped});
    }

    static bool isSignedIn(Connection &client)
    {
        return verdict(client, "select api.feed_cursor()") == QStringLiteral("accepted");
    }

    /// What a change would change, of one user.
    QString stateOf(const Company::Person &person)
    {
        return text(m_admin,
            "select concat_ws(' ', a.proof_hash, a.proof_version, encode(k.wrapped, 'escape'), (select count(*) from "
            "conversure.known_devices d where d.user_id = a.user_id), (select count(*) from conversure.sessions s "
            "where "
            "s.user_id = a.user_id and s.ended_at is null), (select string_agg(l.action, ',') from "
            "conversure.audit_log l where l.company_id = a.company_id)) from conversure.accounts a join "
            "conversure.user_keys k using (company_id, user_id) where a.user_id = $1::uuid",
            {param(person.id.value)});
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_database = std::make_unique<Database>();
        m_admin = m_database->admin();
        m_door = m_database->door();
    }

    void everythingChangesAtOnce()
    {
        Company company(*m_database);
        const auto person = company.addPerson();
        const auto colleague = company.addPerson();
        const QString desk = newSecret();
        const QString lost = newSecret();
        for (const QString &secret : {desk, lost})
            MUST(finish(m_door, begin(m_door, person.email, person.proof, secret)));
        Connection here = company.connect(company.signIn(person));
        const auto device = company.signIn(person);
        Connection there = company.connect(device);
        Connection thereToo = company.connect(device);
        Connection other = company.connect(company.signIn(colleague));
        MUST(thereToo.script("begin"));
        QVERIFY(isSignedIn(thereToo));

        const QJsonObject answer = MUST(change(here, begin(here, person.email, person.proof, desk))).object(0, 0);
        QCOMPARE(answer, (QJsonObject{{QStringLiteral("ended_sessions"), 3}}));
        QVERIFY(isSignedIn(here));
        QVERIFY(isSignedIn(other));
        QVERIFY(!isSignedIn(there));
        QVERIFY(!isSignedIn(thereToo)); // the transaction was open before
        QVERIFY(!Connection::open(device.url, QStringLiteral("test")));
        QCOMPARE(text(m_admin, "select encode(wrapped, 'escape') from conversure.user_keys where user_id = $1::uuid",
                     {param(person.id.value)}),
            QString::fromLatin1(newWrapped));
        QCOMPARE(text(m_admin,
                     "select string_agg(action || ' ' || (subject_id = actor_id) || detail, ',') from "
                     "conversure.audit_log where company_id = $1::uuid",
                     {param(company.id.value)}),
            QStringLiteral("user.password_changed true{}"));

        QCOMPARE(verdict(finish(m_door, begin(m_door, person.email, person.proof, desk))), QStringLiteral("CV005"));
        QCOMPARE(verdict(finish(m_door, begin(m_door, person.email, newProof, desk))), QStringLiteral("accepted"));
        // The other computer is one like any other now.
        QCOMPARE(column(m_admin,
                     "select encode(device_hash, 'hex') from conversure.known_devices where user_id = "
                     "$1::uuid",
                     {param(person.id.value)}),
            QStringList{QString::fromLatin1(sha256(desk.toLatin1()).toHex())});
        QCOMPARE(text(m_admin,
                     "select left(a.proof_hash, 7) = left(i.dummy_hash, 7) and length(a.proof_hash) = 60 "
                     "from conversure.accounts a, conversure.installation i where a.user_id = $1::uuid",
                     {param(person.id.value)}),
            QStringLiteral("t"));
    }

    void nothingChangesWhenItIsRefused()
    {
        Company company(*m_database);
        const auto person = company.addPerson();
        const auto colleague = company.addPerson();
        const QString desk = newSecret();
        MUST(finish(m_door, begin(m_door, person.email, person.proof, desk)));
        Connection client = company.connect(company.signIn(person));
        Connection other = company.connect(company.signIn(colleague));
        const QString before = stateOf(person);
        const auto ask = [&] { return begin(client, person.email, person.proof, desk); };

        // In the transaction of the ticket, and after it was rolled back.
        MUST(client.script("begin"));
        QJsonObject ticket = ask();
        QCOMPARE(verdict(change(client, ticket)), QStringLiteral("CV001"));
        MUST(client.script("rollback"));
        QCOMPARE(verdict(change(client, ticket)), QStringLiteral("CV001"));
        // Used for something else; somebody else's; of a wrong password; invented.
        ticket = ask();
        MUST(finish(m_door, ticket));
        MUST(m_admin.run("update conversure.sessions set ended_at = now() where user_id = $1::uuid and created_at = "
                         "(select max(created_at) from conversure.sessions where user_id = $1::uuid)",
            {param(person.id.value)}));
        QCOMPARE(verdict(change(client, ticket)), QStringLiteral("CV001"));
        const QJsonObject theirs = begin(other, colleague.email, colleague.proof);
        QCOMPARE(verdict(change(client, theirs)), QStringLiteral("CV002"));
        QCOMPARE(verdict(change(client, begin(client, person.email, wrongProof, desk))), QStringLiteral("CV005"));
        QCOMPARE(verdict(change(client, {{QStringLiteral("ticket"), QString(48, u'0')}})), QStringLiteral("CV001"));
        QCOMPARE(verdict(change(client, {})), QStringLiteral("CV001"));
        // New ones that are none.
        ticket = ask();
        for (const QString &proof : {QString(), QString(31, u'n'), QString(65, u'n')})
            QCOMPARE(verdict(change(client, ticket, proof)), QStringLiteral("CV004"));
        for (const Param &wrapped : {Param(), bytes({}), bytes(QByteArray(1025, 'x'))})
            QCOMPARE(verdict(change(client, ticket, newProof, wrapped)), QStringLiteral("CV004"));
        // The door may not; and who is signed out is nobody.
        QCOMPARE(verdict(change(m_door, ticket)), QStringLiteral("42501"));
        Connection left = company.connect(company.signIn(person));
        MUST(left.call(QLatin1StringView("api.sign_out")));
        QCOMPARE(verdict(change(left, ticket)), QStringLiteral("CV001"));
        // A busy store uses nothing up.
        Connection holder = m_database->admin();
        MUST(holder.run("select pg_advisory_lock(7166531, 1)"));
        const auto busy = change(client, ticket);
        QCOMPARE(verdict(busy), QStringLiteral("CV007"));
        QCOMPARE(busy.error().detail,
            (QJsonObject{{QStringLiteral("retry_after"), 1}, {QStringLiteral("reason"), QStringLiteral("busy")}}));
        // Now, and not whenever the server has noticed that the connection is closed.
        MUST(holder.run("select pg_advisory_unlock(7166531, 1)"));
        QCOMPARE(stateOf(person), before);
        QCOMPARE(verdict(change(client, ticket)), QStringLiteral("accepted"));
        QVERIFY(stateOf(person) != before);
        QCOMPARE(verdict(change(client, ticket)), QStringLiteral("CV001"));
        // What was refused to somebody else is still its owner's.
        QCOMPARE(verdict(change(other, theirs)), QStringLiteral("accepted"));
    }

    void aTicketOfTheOldPasswordIsWorthNothing()
    {
        Company company(*m_database);
        const auto person = company.addPerson();
        const QString desk = newSecret();
        MUST(finish(m_door, begin(m_door, person.email, person.proof, desk)));
        Connection client = company.connect(company.signIn(person));
        // Somebody who knows the old one has it checked, and commits afterwards.
        Connection thief = m_database->door();
        const QJsonObject committed = begin(thief, person.email, person.proof);
        MUST(m_admin.run("delete from conversure.sign_in_buckets"));
        MUST(thief.script("begin"));
        const QJsonObject open = begin(thief, person.email, person.proof);
        QCOMPARE(outcome(open), QStringLiteral("ticket"));
        MUST(change(client, begin(client, person.email, person.proof, desk)));
        MUST(thief.script("commit"));
        for (const QJsonObject &ticket : {committed, open})
            QCOMPARE(verdict(finish(thief, ticket)), QStringLiteral("CV005"));
    }

    void aStolenSessionCannotKeepThePasswordFromBeingChanged()
    {
        Company company(*m_database);
        const auto person = company.addPerson();
        const auto stolen = company.signIn(person);
        Connection client = company.connect(company.signIn(person));
        client.setDeadline(30'000);
        std::vector<Connection> thief;
        for (int i = 0; i < 2; ++i)
            thief.push_back(company.connect(stolen));
        MUST(thief.at(0).script("begin"));
        MUST(thief.at(0).call(QLatin1StringView("api.sign_out"))); // holds the rows of its session
        const auto changed = change(client, begin(client, person.email, person.proof));
        QCOMPARE(verdict(changed), QStringLiteral("accepted"));
        QCOMPARE(changed->object(0, 0)[QStringLiteral("ended_sessions")].toInt(), 1);
        QVERIFY(!thief.at(0).run("commit"));
        QVERIFY(!isSignedIn(thief.at(1)));
        QVERIFY(!Connection::open(stolen.url, QStringLiteral("test")));
        QVERIFY(isSignedIn(client));
    }

    void aMemberChangesTheirPassword()
    {
        const QString email = QStringLiteral("Nadia@example.com");
        const QString before = QStringLiteral("the old password");
        const QString after = QStringLiteral("كلمة جديدة ٤٢");
        const QByteArray keysQuery = sql().query(QStringLiteral("member_keys"));
        const auto stretch = MUST(
            vault::StretchParams::fromJson(MUST(m_door.call(QLatin1StringView("api.sign_in_params"))).object(0, 0)));
        const auto passwordKeys = MUST(vault::stretchPassword(before, email, stretch));
        const vault::KeyPair keys = vault::KeyPair::generate();
        Company company(*m_database);
        const UserId user(newId());
        Connection relay = m_database->relay();
        MUST(relay.call(QLatin1StringView("relay.create_user"),
            {param(company.id.value), param(user.value), param(email), param(QStringLiteral("Nadia")),
                param(QStringLiteral("AGENT")), param(passwordKeys.proof), bytes(keys.boxPublic),
                bytes(keys.signPublic), bytes(vault::wrapKeys(keys, passwordKeys.wrap)), param(qint64(1)),
                bytes("sealed")}));
        const QByteArray desk = vault::newDeviceSecret();
        const auto signIn = [&](const QString &password) {
            return vault::signIn(m_door, m_database->doorUrl(), email, password, QStringLiteral("desk"), desk);
        };
        const auto in = MUST(signIn(before));
        Connection device = MUST(Connection::open(in.database, QStringLiteral("test")));
        const auto changeTo = [&](const QString &oldPassword, const QString &newPassword) {
            return vault::changePassword(device, keysQuery, email, oldPassword, newPassword, desk);
        };

        const auto shortOne = changeTo(before, QStringLiteral("nine char"));
        QCOMPARE(verdict(shortOne), QStringLiteral("password:short"));
        QCOMPARE(shortOne.error().detail, (QJsonObject{{QStringLiteral("min_length"), 10}}));
        QCOMPARE(verdict(changeTo(before, QString::fromUtf8("🔑🔑🔑🔑🔑🔑🔑🔑🔑"))), QStringLiteral("password:short"));
        QCOMPARE(verdict(changeTo(QStringLiteral("a wrong password"), after)), QStringLiteral("CV005"));
        QCOMPARE(verdict(signIn(before)), QStringLiteral("accepted"));

        const auto changed = changeTo(before, after);
        QCOMPARE(verdict(changed), QStringLiteral("accepted"));
        QCOMPARE(*changed, 1);
        QCOMPARE(verdict(signIn(before)), QStringLiteral("CV005"));
        const auto again = MUST(signIn(after));
        Connection next = MUST(Connection::open(again.database, QStringLiteral("test")));
        const auto opened = MUST(vault::openMemberKeys(next, keysQuery, again.wrapKey));
        QCOMPARE(opened.boxPrivate.bytes(), keys.boxPrivate.bytes());
        QCOMPARE(opened.signPrivate.bytes(), keys.signPrivate.bytes());
    }
};

CONVERSURE_TEST(PasswordTest)
#include "PasswordTest.moc"
