// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Ask.h"
#include "SignInCalls.h"
#include "StoreFixture.h"
#include "TestMain.h"

#include <QJsonArray>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// A SUPER_ADMIN in other people's companies: may enter, is seen, is noted, and ends with the session at home.
class GuestTest : public QObject
{
    Q_OBJECT

private:
    static inline const QString phone = QStringLiteral("+971501112233");

    std::unique_ptr<Database> m_database;
    std::unique_ptr<Company> m_home;
    std::unique_ptr<Company> m_host;
    Company::Person m_super;
    Company::Person m_hostAdmin;
    Connection m_admin;

    struct Visit {
        Result<Rows> answer = Rows();
        Connection client;
    };

    /// Enters a company, and connects there if it was let in.
    Visit enter(Connection &from, const QUuid &company)
    {
        const QString password = newId().toString(QUuid::WithoutBraces);
        const QString verifier = MUST(from.scramVerifier(QStringLiteral("any"), password));
        Visit visit;
        visit.answer = from.call(
            QLatin1StringView("api.enter_company"), {param(company), param(QStringLiteral("desk")), param(verifier)});
        if (visit.answer) {
            visit.client =
                MUST(Connection::open(Connection::urlWithUser(m_database->adminUrl(),
                                          visit.answer->object(0, 0)[QStringLiteral("role")].toString(), password),
                    QStringLiteral("test")));
        }
        return visit;
    }

    static bool isSignedIn(Connection &client)
    {
        return verdict(client, "select api.feed_cursor()") == QStringLiteral("accepted");
    }

    QStringList audit()
    {
        return column(m_admin,
            "select l.action || coalesce(' ' || (l.detail ->> 'function'), '') || case when u.guest then '' else ' by "
            "another' end from conversure.audit_log l join conversure.users u on u.company_id = l.company_id and "
            "u.user_id = l.actor_id where l.company_id = $1::uuid order by l.at, l.audit_id",
            {param(m_host->id.value)});
    }

private Q_SLOTS:
    void init()
    {
        m_database = std::make_unique<Database>();
        m_admin = m_database->admin();
        m_home = std::make_unique<Company>(*m_database, QStringLiteral("Zebra Operators"));
        m_host = std::make_unique<Company>(*m_database, QStringLiteral("host Homes"));
        m_super = m_home->addPerson(QStringLiteral("SUPER_ADMIN"));
        m_hostAdmin = m_host->addPerson(QStringLiteral("COMPANY_ADMIN"));
        m_host->receive(phone, QStringLiteral("wamid.1"), QStringLiteral("Hi"));
    }

    void aSuperAdminSeesTheCompaniesAndEntersOne()
    {
        Connection super = m_home->connect(m_home->signIn(m_super));
        const QJsonArray companies =
            QJsonDocument::fromJson(MUST(super.call(QLatin1StringView("api.companies"))).raw(0, 0)).array();
        QCOMPARE(companies,
            (QJsonArray{QJsonObject{{QStringLiteral("company_id"), m_host->id.text()},
                            {QStringLiteral("name"), QStringLiteral("host Homes")}},
                QJsonObject{{QStringLiteral("company_id"), m_home->id.text()},
                    {QStringLiteral("name"), QStringLiteral("Zebra Operators")}}}));

        Visit visit = enter(super, m_host->id.value);
        const QJsonObject pass = MUST(visit.answer).object(0, 0);
        QStringList keys = pass.keys();
        QCOMPARE(keys.join(u' '), QStringLiteral("company company_id expires_at name role token user_id user_role"));
        QCOMPARE(pass[QStringLiteral("company")].toString(), QStringLiteral("host Homes"));
        QCOMPARE(pass[QStringLiteral("user_role")].toString(), QStringLiteral("SUPER_ADMIN"));
        QVERIFY(pass[QStringLiteral("user_id")].toString() != m_super.id.text());
        QCOMPARE(column(visit.client, "select distinct company_id from conversure.messages"),
            QStringList{m_host->id.text()});
        const QJsonObject who = MUST(visit.client.call(QLatin1StringView("api.whoami"))).object(0, 0);
        QCOMPARE(who[QStringLiteral("email")].toString(), m_super.email);
        QCOMPARE(who[QStringLiteral("company_id")].toString(), m_host->id.text());
        // No longer than at home.
        QCOMPARE(number(m_admin, "select count(distinct expires_at) from conversure.sessions"), 1);

        // Once more is the same guest.
        const Visit again = enter(super, m_host->id.value);
        QCOMPARE(MUST(again.answer).object(0, 0)[QStringLiteral("user_id")], pass[QStringLiteral("user_id")]);
        QVERIFY(isSignedIn(visit.client));
        Connection hostAdmin = m_host->connect(m_host->signIn(m_hostAdmin));
        QCOMPARE(column(hostAdmin, "select user_id from conversure.users where guest"),
            QStringList{pass[QStringLiteral("user_id")].toString()});
    }

    void nobodyElseEnters()
    {
        Connection super = m_home->connect(m_home->signIn(m_super));
        Connection homeAdmin = m_home->connect(m_home->signIn(m_home->addPerson(QStringLiteral("COMPANY_ADMIN"))));
        Connection agent = m_home->connect(m_home->signIn(m_home->addPerson()));
        Visit visit = enter(super, m_host->id.value);
        MUST(visit.answer);
        for (Connection *client : {&homeAdmin, &agent, &visit.client}) {
            QCOMPARE(verdict(*client, "select api.companies()"), QStringLiteral("CV002"));
            QCOMPARE(verdict(enter(*client, m_host->id.value).answer), QStringLiteral("CV002"));
        }
        QCOMPARE(verdict(enter(super, m_home->id.value).answer), QStringLiteral("CV004"));
        QCOMPARE(verdict(enter(super, newId()).answer), QStringLiteral("CV003"));
        QCOMPARE(verdict(enter(super, {}).answer), QStringLiteral("CV003"));
        QCOMPARE(verdict(super, "select api.enter_company($1::uuid, 'x', 'a password')", {param(m_host->id.value)}),
            QStringLiteral("CV004"));
        // The super admin's account leads home, and there is no other.
        Connection door = m_database->door();
        const auto in = finish(door, begin(door, m_super.email, m_super.proof));
        QCOMPARE(MUST(in).object(0, 0)[QStringLiteral("company_id")].toString(), m_home->id.text());
        QCOMPARE(number(m_admin,
                     "select count(*) from conversure.accounts a join conversure.users u using (company_id, "
                     "user_id) where u.guest"),
            0);
    }

    void whatAGuestDoesIsNoted()
    {
        Connection super = m_home->connect(m_home->signIn(m_super));
        Visit visit = enter(super, m_host->id.value);
        MUST(visit.answer);
        QCOMPARE(audit(), QStringList{QStringLiteral("company.entered")});
        // Looking leaves nothing behind.
        MUST(visit.client.run("select * from conversure.conversation_rows"));
        for (const char *function : {"api.whoami", "api.feed_cursor", "api.my_devices"})
            MUST(visit.client.call(QLatin1StringView(function)));
        MUST(visit.client.run("select api.feed_since('x', '0')"));
        MUST(visit.client.run("select api.send_state('{}')"));
        QCOMPARE(audit().size(), 1);

        const ConversationId conversation = m_host->conversationOf(phone);
        MUST(visit.client.call(QLatin1StringView("api.claim"), {param(conversation.value)}));
        MUST(visit.client.call(QLatin1StringView("api.release"), {param(conversation.value)}));
        MUST(visit.client.call(QLatin1StringView("api.mark_read"), {param(conversation.value), param(qint64(1))}));
        // What is refused or rolled back changed nothing.
        QCOMPARE(verdict(visit.client, "select api.claim(gen_random_uuid())"), QStringLiteral("CV003"));
        MUST(visit.client.script("begin"));
        MUST(visit.client.call(QLatin1StringView("api.claim"), {param(conversation.value)}));
        MUST(visit.client.script("rollback"));
        MUST(visit.client.call(QLatin1StringView("api.deactivate"), {param(m_hostAdmin.id.value)}));
        QCOMPARE(audit(),
            (QStringList{QStringLiteral("company.entered"), QStringLiteral("guest.acted claim"),
                QStringLiteral("conversation.claimed"), QStringLiteral("guest.acted assign"),
                QStringLiteral("conversation.released"), QStringLiteral("guest.acted mark_read"),
                QStringLiteral("guest.acted deactivate"), QStringLiteral("user.deactivated")}));
        QCOMPARE(number(m_admin,
                     "select count(*) from conversure.audit_log where action = 'guest.acted' and detail - "
                     "'function' <> '{}'"),
            0);
    }

    void aGuestCannotTalkTheNoteAway_data()
    {
        QTest::addColumn<QByteArray>("statement");
        // The note is drawn from the call stack, which holds the text of the caller's own statements.
        QTest::newRow("comment") << QByteArray("do $$ begin perform 1 /* function api.feed_since( */, "
                                               "api.set_visibility('team'); end $$");
        QTest::newRow("a line of its own") << QByteArray(
            "do $$ begin perform api.set_visibility('team') /*\nPL/pgSQL function api.feed_since(text) line "
            "3 at RETURN\n*/; end $$");
        QTest::newRow("alias") << QByteArray("do $$ begin perform api.set_visibility('team') as \"\nfunction "
                                             "api.whoami(\"; end $$");
        QTest::newRow("patterns") << QByteArray("set standard_conforming_strings = off");
    }

    void aGuestCannotTalkTheNoteAway()
    {
        QFETCH(QByteArray, statement);
        Connection super = m_home->connect(m_home->signIn(m_super));
        Visit visit = enter(super, m_host->id.value);
        if (statement.startsWith("set"))
            MUST(visit.client.script(statement + "; select api.set_visibility('team')"));
        else
            MUST(visit.client.script(statement));
        QCOMPARE(audit(),
            (QStringList{QStringLiteral("company.entered"), QStringLiteral("guest.acted set_visibility"),
                QStringLiteral("company.visibility_changed")}));
    }

    void membersLeaveNoSuchNotes()
    {
        Connection super = m_home->connect(m_home->signIn(m_super));
        Connection hostAdmin = m_host->connect(m_host->signIn(m_hostAdmin));
        MUST(hostAdmin.call(QLatin1StringView("api.claim"), {param(m_host->conversationOf(phone).value)}));
        MUST(super.call(QLatin1StringView("api.deactivate"), {param(m_home->addPerson().id.value)}));
        QCOMPARE(number(m_admin, "select count(*) from conversure.audit_log where action = 'guest.acted'"), 0);
    }

    void itsHostsShowItTheDoor()
    {
        Connection super = m_home->connect(m_home->signIn(m_super));
        Visit visit = enter(super, m_host->id.value);
        const QUuid guest = QUuid::fromString(MUST(visit.answer).object(0, 0)[QStringLiteral("user_id")].toString());
        Connection hostAdmin = m_host->connect(m_host->signIn(m_hostAdmin));
        MUST(hostAdmin.call(QLatin1StringView("api.deactivate"), {param(guest)}));
        QVERIFY(!isSignedIn(visit.client));
        QVERIFY(isSignedIn(super));
        QCOMPARE(verdict(enter(super, m_host->id.value).answer), QStringLiteral("CV002"));
        MUST(hostAdmin.call(QLatin1StringView("api.activate"), {param(guest)}));
        QVERIFY(!isSignedIn(visit.client));
        QCOMPARE(verdict(enter(super, m_host->id.value).answer), QStringLiteral("accepted"));
    }

    void aVisitEndsWithHome_data()
    {
        QTest::addColumn<QString>("how");
        for (const char *how : {"deactivated", "deactivated by hand", "no super admin any more", "password changed",
                 "signed out everywhere", "signed out", "session ended elsewhere"})
            QTest::newRow(how) << QString::fromLatin1(how);
    }

    void aVisitEndsWithHome()
    {
        QFETCH(QString, how);
        Connection super = m_home->connect(m_home->signIn(m_super));
        Connection elsewhere = m_home->connect(m_home->signIn(m_super));
        Connection homeAdmin = m_home->connect(m_home->signIn(m_home->addPerson(QStringLiteral("COMPANY_ADMIN"))));
        Visit visit = enter(super, m_host->id.value);
        MUST(visit.answer);
        QVERIFY(isSignedIn(visit.client));
        const bool isSingle = how == QStringLiteral("signed out") || how == QStringLiteral("session ended elsewhere");
        Visit other = enter(elsewhere, m_host->id.value);
        MUST(other.answer);

        if (how == QStringLiteral("deactivated")) {
            MUST(homeAdmin.call(QLatin1StringView("api.deactivate"), {param(m_super.id.value)}));
        } else if (how == QStringLiteral("deactivated by hand")) {
            MUST(m_admin.run(
                "update conversure.users set active = false where user_id = $1::uuid", {param(m_super.id.value)}));
        } else if (how == QStringLiteral("no super admin any more")) {
            MUST(m_admin.run("update conversure.users set role = 'COMPANY_ADMIN' where user_id = $1::uuid",
                {param(m_super.id.value)}));
        } else if (how == QStringLiteral("password changed")) {
            MUST(super.call(QLatin1StringView("api.change_password"),
                {param(begin(super, m_super.email, m_super.proof)[QStringLiteral("ticket")].toString()),
                    param(QString(43, u'n')), bytes(QByteArray(136, 'x'))}));
        } else if (how == QStringLiteral("signed out everywhere")) {
            MUST(super.call(QLatin1StringView("api.sign_out_everywhere")));
        } else if (how == QStringLiteral("signed out")) {
            MUST(super.call(QLatin1StringView("api.sign_out")));
        } else {
            const QJsonArray devices =
                QJsonDocument::fromJson(MUST(super.call(QLatin1StringView("api.my_devices"))).raw(0, 0)).array();
            MUST(elsewhere.run(
                "select api.end_session($1::uuid)", {param(devices.at(1)[QStringLiteral("session_id")].toString())}));
        }
        QVERIFY(!isSignedIn(visit.client));
        QCOMPARE(isSignedIn(other.client), isSingle);
        QCOMPARE(number(m_admin,
                     "select count(*) from conversure.sessions s join conversure.devices d using (company_id, "
                     "session_id) join pg_roles r on r.rolname = d.role_name where s.home_session_id is not null and "
                     "s.ended_at is null and d.closed_at is null and r.rolcanlogin"),
            isSingle ? 1 : 0);
        QVERIFY(isSignedIn(homeAdmin));
    }
};

CONVERSURE_TEST(GuestTest)
#include "GuestTest.moc"
