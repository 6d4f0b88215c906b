// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Agency.h"
#include "Ear.h"
#include "TestMain.h"

#include "store/Migrator.h"

#include <QJsonDocument>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QSignalSpy>
#include <QTcpSocket>

using namespace conversure;
using namespace conversure::test;

/// The relay as a process: real PostgreSQL, real sockets.
class RelayTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_state;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<RelayProgram> m_relay;
    std::unique_ptr<Agency> m_agency;
    QNetworkAccessManager m_network;
    int m_counter = 0;

    QUrl webhooks() const { return m_relay->http(QStringLiteral("/api/webhooks/whatsapp")); }
    QString nextId() { return QStringLiteral("wamid.%1").arg(++m_counter); }
    int deliver(const Agency &agency, const QByteArray &body)
    {
        return post(m_network, webhooks(), body, agency.sign(body));
    }
    qint64 messages(const QString &text) const
    {
        store::Connection admin = m_database->admin();
        return MUST(admin.run("select count(*) from conversure.messages where body = $1", {store::param(text)}))
            .number(0, 0);
    }
    /// Sends raw bytes and gives the first line of the answer.
    QByteArray rawAnswer(const QByteArray &bytes)
    {
        QTcpSocket socket;
        socket.connectToHost(QStringLiteral("127.0.0.1"), static_cast<quint16>(webhooks().port()));
        socket.waitForConnected();
        socket.write(bytes);
        QByteArray answer;
        while (!answer.contains('\n') && socket.waitForReadyRead(20'000))
            answer += socket.readAll();
        return answer.left(answer.indexOf('\r'));
    }

    /// Keeps sixteen deliveries on their way and remembers which were acknowledged.
    struct Load {
        explicit Load(RelayTest &owner)
            : test(owner)
        {
        }

        void pump()
        {
            while (open < 16)
                postOne();
        }

        void postOne()
        {
            const QString text = QStringLiteral("load %1").arg(++started);
            const QByteArray body = test.m_agency->textDelivery(
                QStringLiteral("97150%1").arg(3'000'000 + started % 40), test.nextId(), text);
            QNetworkRequest request(test.webhooks());
            request.setRawHeader("Content-Type", "application/json");
            request.setRawHeader("X-Hub-Signature-256", test.m_agency->sign(body));
            QNetworkReply *reply = test.m_network.post(request, body);
            ++open;
            connect(reply, &QNetworkReply::finished, reply, [this, reply, text] {
                const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
                if (status == 200)
                    acknowledged.insert(text);
                else if (status == 503)
                    ++refused;
                --open;
                reply->deleteLater();
            });
        }

        RelayTest &test;
        QSet<QString> acknowledged;
        int refused = 0;
        int open = 0;
        int started = 0;
    };

private Q_SLOTS:
    void initTestCase()
    {
        m_database = std::make_unique<Database>();
        m_relay = std::make_unique<RelayProgram>(m_database->relayUrl(), m_state.path());
        QVERIFY(m_relay->start());
        QCOMPARE(m_relay->readyLine()[QStringLiteral("schema")].toInt(), store::Migrator::newestSchema(sql()));
        m_agency = std::make_unique<Agency>(*m_relay, QStringLiteral("Marina Homes"));
        // The relay hears of a new number by the feed.
        QTRY_COMPARE_WITH_TIMEOUT(
            get(m_network,
                m_relay->http(
                    QStringLiteral("/api/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=1&hub.verify_token=")
                    + m_agency->verifyToken))
                .first,
            200, 10'000);
    }

    void aDeliveryReachesStoreAndClients()
    {
        Ear ear(m_relay->live());
        ear.hello(m_agency->signIn(*m_relay)[QStringLiteral("token")].toString());
        QTRY_COMPARE(ear.kinds.value(0), QStringLiteral("welcome"));
        QCOMPARE(deliver(*m_agency,
                     m_agency->textDelivery(QStringLiteral("971502223344"), nextId(), QStringLiteral("hello there"))),
            200);
        QTRY_COMPARE(ear.texts(QStringLiteral("hello there")), 1);
        QCOMPARE(messages(QStringLiteral("hello there")), 1);
        QVERIFY2(!ear.everything.contains("971502223344"), "the feed carries a whole phone number");
    }

    void theSameDeliveryTwiceIsOneMessage()
    {
        const QByteArray body =
            m_agency->textDelivery(QStringLiteral("971502223344"), nextId(), QStringLiteral("only once"));
        QCOMPARE(deliver(*m_agency, body), 200);
        QCOMPARE(deliver(*m_agency, body), 200);
        QCOMPARE(deliver(*m_agency, body + ' '), 200); // the same message in other bytes
        QTRY_COMPARE(messages(QStringLiteral("only once")), 1);
        QTRY_COMPARE(
            MUST(m_database->admin().run("select count(*) from conversure.webhook_events where state = 'pending'"))
                .number(0, 0),
            0);
        QCOMPARE(messages(QStringLiteral("only once")), 1);
    }

    void whatIsNotSignedIsNotProcessed()
    {
        const QByteArray body =
            m_agency->textDelivery(QStringLiteral("971502223344"), nextId(), QStringLiteral("forged"));
        QCOMPARE(post(m_network, webhooks(), body, {}), 401);
        QCOMPARE(post(m_network, webhooks(), body, "sha256=" + QByteArray(64, '0')), 401);
        QCOMPARE(post(m_network, webhooks(), body + ' ', m_agency->sign(body)), 401);
        QCOMPARE(post(m_network, webhooks(), "{\"object\":", m_agency->sign("{\"object\":")), 400);
        QCOMPARE(post(m_network, webhooks(), body, m_agency->sign(body), "text/plain"), 415);
        QCOMPARE(messages(QStringLiteral("forged")), 0);
        QCOMPARE(
            MUST(m_database->admin().run(
                     "select count(*) from conversure.webhook_events where convert_from(body, 'UTF8') like '%forged%'"))
                .number(0, 0),
            0);
    }

    void anotherCompanysSecretOpensNothing()
    {
        const Agency other(*m_relay, QStringLiteral("Palm Realty"));
        QTRY_COMPARE_WITH_TIMEOUT(
            deliver(other, other.textDelivery(QStringLiteral("971509998877"), nextId(), QStringLiteral("theirs"))), 200,
            10'000);
        const QByteArray foreign =
            m_agency->textDelivery(QStringLiteral("971502223344"), nextId(), QStringLiteral("crossed"));
        QCOMPARE(post(m_network, webhooks(), foreign, other.sign(foreign)), 401);

        // One delivery that names both numbers, signed with one secret: only that one's part counts.
        const QJsonObject mine = QJsonDocument::fromJson(foreign).object();
        const QJsonObject theirs = QJsonDocument::fromJson(
            other.textDelivery(QStringLiteral("971509998877"), nextId(), QStringLiteral("theirs too")))
                                       .object();
        const QByteArray both =
            QJsonDocument(QJsonObject{{QStringLiteral("object"), mine[QStringLiteral("object")]},
                              {QStringLiteral("entry"),
                                  QJsonArray{mine[QStringLiteral("entry")][0], theirs[QStringLiteral("entry")][0]}}})
                .toJson(QJsonDocument::Compact);
        QCOMPARE(post(m_network, webhooks(), both, other.sign(both)), 200);
        QTRY_COMPARE(messages(QStringLiteral("theirs too")), 1);
        QCOMPARE(messages(QStringLiteral("crossed")), 0);
    }

    void anUnknownNumberIsAnswered200AndNotStored()
    {
        QByteArray body = m_agency->textDelivery(QStringLiteral("971502223344"), nextId(), QStringLiteral("to nobody"));
        body.replace(m_agency->phoneNumberId.toUtf8(), "999");
        QCOMPARE(deliver(*m_agency, body), 200);
        QCOMPARE(MUST(m_database->admin().run("select count(*) from conversure.webhook_events where convert_from(body, "
                                              "'UTF8') like '%to nobody%'"))
                     .number(0, 0),
            0);
    }

    void tooMuchIsRefused()
    {
        QCOMPARE(rawAnswer("POST /api/webhooks/whatsapp HTTP/1.1\r\nHost: x\r\nContent-Type: "
                           "application/json\r\nContent-Length: 4194305\r\n\r\n"),
            QByteArray("HTTP/1.1 413 Payload Too Large"));
        QVERIFY(rawAnswer("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: " + QByteArray(33 * 1024, 'x') + "\r\n\r\n")
                    .startsWith("HTTP/1.1 431"));
        QVERIFY(rawAnswer("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").startsWith("HTTP/1.1 200"));
    }

    void theHandshakeWantsAKnownToken()
    {
        const QString path =
            QStringLiteral("/api/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=abc%20123&hub.verify_token=");
        QCOMPARE(get(m_network, m_relay->http(path + m_agency->verifyToken)), std::pair(200, QByteArray("abc 123")));
        QCOMPARE(get(m_network, m_relay->http(path + QStringLiteral("wrong"))).first, 403);
    }

    void aClientResumesWhereItWas()
    {
        const QString token = m_agency->signIn(*m_relay)[QStringLiteral("token")].toString();
        QJsonObject place;
        {
            Ear ear(m_relay->live());
            ear.hello(token);
            QTRY_COMPARE(ear.kinds.value(0), QStringLiteral("welcome"));
            place = ear.cursor;
        }
        for (int i = 0; i < 5; ++i)
            QCOMPARE(
                deliver(*m_agency,
                    m_agency->textDelivery(QStringLiteral("971502223344"), nextId(), QStringLiteral("while away"))),
                200);
        QTRY_COMPARE(messages(QStringLiteral("while away")), 5);
        Ear back(m_relay->live());
        back.hello(token, place);
        QTRY_COMPARE(back.texts(QStringLiteral("while away")), 5);

        Ear old(m_relay->live());
        old.hello(token,
            QJsonObject{{QStringLiteral("epoch"), QStringLiteral("another life")},
                {QStringLiteral("xid"), QStringLiteral("1")}, {QStringLiteral("seq"), QStringLiteral("0")}});
        QTRY_VERIFY(old.kinds.contains(QStringLiteral("resync")));
    }

    void whoIsNotSignedInHearsNothing()
    {
        Ear stranger(m_relay->live());
        stranger.hello(QStringLiteral("not a token"));
        QTRY_COMPARE(stranger.reason, QStringLiteral("not_signed_in"));
        QTRY_VERIFY(!stranger.isOpen());
        QVERIFY(stranger.heardNothing());

        Ear rude(m_relay->live());
        QTRY_VERIFY(rude.isOpen());
        rude.say("{\"t\":\"changes\"}");
        QTRY_VERIFY(!rude.isOpen());
    }

    void whatLeavesOnesSightIsGone()
    {
        const Agency agency(*m_relay, QStringLiteral("Creek Homes"));
        store::Connection admin = m_database->admin();
        const store::Param company = store::param(agency.company);
        const auto rows = [&](const QByteArray &statement) { return MUST(admin.run(statement, {company})); };
        QTRY_COMPARE_WITH_TIMEOUT(
            get(m_network,
                m_relay->http(
                    QStringLiteral("/api/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=1&hub.verify_token=")
                    + agency.verifyToken))
                .first,
            200, 10'000);
        QCOMPARE(
            deliver(agency, agency.textDelivery(QStringLiteral("971501119988"), nextId(), QStringLiteral("whose?"))),
            200);
        QTRY_COMPARE(messages(QStringLiteral("whose?")), 1);
        Ear ear(m_relay->live());
        ear.hello(agency.signIn(*m_relay)[QStringLiteral("token")].toString());
        QTRY_COMPARE(ear.kinds.value(0), QStringLiteral("welcome"));
        QTRY_VERIFY(ear.kinds.contains(QStringLiteral("changes"))); // it has caught up
        // What was on its way before this connection was there.
        rows("update conversure.company_settings set visibility = 'own' where company_id = $1::uuid");
        QTRY_VERIFY(ear.kinds.contains(QStringLiteral("resync")));
        ear.forget();

        rows("update conversure.conversations c set assignee_id = u.user_id from conversure.users u where c.company_id "
             "= "
             "$1::uuid and u.company_id = $1::uuid");
        const auto conversations = [&] { return ear.changes(QStringLiteral("conversation")); };
        const auto isGone = [&] { return conversations().value(0)[QStringLiteral("gone")].toBool(); };
        QTRY_COMPARE(conversations().size(), 1);
        QVERIFY(!isGone());
        rows("update conversure.conversations set assignee_id = null where company_id = $1::uuid");
        QTRY_VERIFY(isGone());
        QCOMPARE(conversations().size(), 1); // the same one
        QVERIFY(!conversations().first().contains(QStringLiteral("row")));

        // Whose team it becomes sees it, once they are told to read again.
        rows("insert into conversure.teams (company_id, team_id, name) values ($1::uuid, gen_random_uuid(), 'Sales')");
        rows("insert into conversure.team_members select t.company_id, t.team_id, u.user_id from conversure.teams t "
             "join "
             "conversure.users u using (company_id) where company_id = $1::uuid");
        QTRY_COMPARE(ear.kinds.count(QStringLiteral("resync")), 1);
        rows("update conversure.company_settings set visibility = 'team' where company_id = $1::uuid");
        QTRY_COMPARE(ear.kinds.count(QStringLiteral("resync")), 2);
        rows("update conversure.conversations c set team_id = t.team_id from conversure.teams t where c.company_id = "
             "$1::uuid and t.company_id = $1::uuid");
        QTRY_VERIFY(!isGone());
        QCOMPARE(conversations().size(), 1);
    }

    void signingOutClosesTheLiveConnection()
    {
        const QJsonObject device = m_agency->signIn(*m_relay);
        Ear ear(m_relay->live());
        ear.hello(device[QStringLiteral("token")].toString());
        Ear colleague(m_relay->live());
        colleague.hello(m_agency->signIn(*m_relay)[QStringLiteral("token")].toString());
        QTRY_COMPARE(ear.kinds.value(0), QStringLiteral("welcome"));
        QTRY_COMPARE(colleague.kinds.value(0), QStringLiteral("welcome"));
        store::Connection client =
            MUST(store::Connection::open(device[QStringLiteral("database")].toString(), QStringLiteral("test")));
        MUST(client.call(QLatin1StringView("api.sign_out")));
        QTRY_COMPARE(ear.reason, QStringLiteral("signed_out"));
        QTRY_VERIFY(!ear.isOpen());
        QVERIFY(colleague.isOpen());
        // The relay ends the connection as well, sooner or later.
        const QString code = client.call(QLatin1StringView("api.feed_cursor")).error().code;
        QVERIFY2(code == QStringLiteral("CV001") || code == QStringLiteral("store:lost"), qPrintable(code));
    }

    void aSessionThatRunsOutClosesTheLiveConnection()
    {
        const QJsonObject device = m_agency->signIn(*m_relay);
        Ear ear(m_relay->live());
        ear.hello(device[QStringLiteral("token")].toString());
        Ear colleague(m_relay->live());
        colleague.hello(m_agency->signIn(*m_relay)[QStringLiteral("token")].toString());
        QTRY_COMPARE(ear.kinds.value(0), QStringLiteral("welcome"));
        QTRY_COMPARE(colleague.kinds.value(0), QStringLiteral("welcome"));
        store::Connection client =
            MUST(store::Connection::open(device[QStringLiteral("database")].toString(), QStringLiteral("test")));
        const store::Param role = MUST(client.run("select session_user")).raw(0, 0);
        store::Connection admin = m_database->admin();
        MUST(admin.run("update conversure.sessions s set expires_at = conversure.now() from conversure.devices d where "
                       "d.role_name = $1 and s.company_id = d.company_id and s.session_id = d.session_id",
            {role}));
        QTRY_COMPARE_WITH_TIMEOUT(ear.reason, QStringLiteral("signed_out"), 20'000);
        QTRY_VERIFY(!ear.isOpen());
        QVERIFY(colleague.isOpen());
        QCOMPARE(MUST(admin.run("select s.end_reason || ' ' || r.rolcanlogin from conversure.devices d join "
                                "conversure.sessions s using (company_id, session_id) join pg_roles r on r.rolname = "
                                "d.role_name where d.role_name = $1",
                          {role}))
                     .text(0, 0),
            QStringLiteral("expired false"));
        // The connection to the store that is left is ended as well.
        QTRY_VERIFY_WITH_TIMEOUT(
            MUST(admin.run("select count(*) from pg_stat_activity where usename = $1", {role})).number(0, 0) == 0,
            20'000);
    }

    void whoIsDeactivatedHearsNothingMore()
    {
        const QJsonObject device = m_agency->signIn(*m_relay);
        const QString boss = QStringLiteral("boss.of.%1@example.com").arg(m_agency->phoneNumberId);
        const QJsonObject made =
            m_relay->command({QStringLiteral("create-user"), QStringLiteral("--company"),
                                 m_agency->company.toString(QUuid::WithoutBraces), QStringLiteral("--email"), boss,
                                 QStringLiteral("--name"), QStringLiteral("Boss"), QStringLiteral("--role"),
                                 QStringLiteral("COMPANY_ADMIN"), QStringLiteral("--password-stdin")},
                "the boss's own words\n");
        QCOMPARE(made[QStringLiteral("exit")].toInt(), 0);
        const QJsonObject atDesk = m_relay->command(
            {QStringLiteral("sign-in"), QStringLiteral("--email"), boss, QStringLiteral("--password-stdin")},
            "the boss's own words\n");
        Ear ear(m_relay->live());
        ear.hello(device[QStringLiteral("token")].toString());
        Ear colleague(m_relay->live());
        colleague.hello(atDesk[QStringLiteral("token")].toString());
        QTRY_COMPARE(ear.kinds.value(0), QStringLiteral("welcome"));
        QTRY_COMPARE(colleague.kinds.value(0), QStringLiteral("welcome"));
        store::Connection admin =
            MUST(store::Connection::open(atDesk[QStringLiteral("database")].toString(), QStringLiteral("test")));
        const QUuid agent = MUST(admin.run("select user_id from conversure.users where role = 'AGENT'")).uuid(0, 0);
        const store::Param person = store::param(agent);
        MUST(admin.call(QLatin1StringView("api.deactivate"), {person}));
        QTRY_COMPARE_WITH_TIMEOUT(ear.reason, QStringLiteral("signed_out"), 4'500); // not only with the next round
        QTRY_VERIFY(!ear.isOpen());
        ear.forget();
        QCOMPARE(deliver(*m_agency,
                     m_agency->textDelivery(QStringLiteral("971502223344"), nextId(), QStringLiteral("after that"))),
            200);
        QTRY_COMPARE(colleague.texts(QStringLiteral("after that")), 1);
        QVERIFY(ear.heardNothing());
        Ear again(m_relay->live());
        again.hello(device[QStringLiteral("token")].toString());
        QTRY_COMPARE(again.reason, QStringLiteral("not_signed_in"));
        MUST(admin.call(QLatin1StringView("api.activate"), {person}));
    }

    void aConnectedComputerIsInUse()
    {
        const QJsonObject device = m_agency->signIn(*m_relay);
        store::Connection client =
            MUST(store::Connection::open(device[QStringLiteral("database")].toString(), QStringLiteral("test")));
        const store::Param role = MUST(client.run("select session_user")).raw(0, 0);
        store::Connection admin = m_database->admin();
        const auto used = [&] {
            return MUST(admin.run("select last_used_at from conversure.devices where role_name = $1", {role}))
                .text(0, 0);
        };
        const QString before =
            MUST(admin.run("update conversure.devices set last_used_at = conversure.now() - interval '6 minutes' "
                           "where role_name = $1 returning last_used_at",
                     {role}))
                .text(0, 0);
        QTRY_VERIFY_WITH_TIMEOUT(used() != before, 20'000);
    }

    void commandsSayHowTheyEnded()
    {
        QCOMPARE(m_relay->command({QStringLiteral("create-company")})[QStringLiteral("exit")].toInt(), 2);
        QCOMPARE(m_relay
                     ->command({QStringLiteral("sign-in"), QStringLiteral("--email"),
                                   QStringLiteral("somebody@example.com"), QStringLiteral("--password-stdin")},
                         "wrong\n")[QStringLiteral("error")][QStringLiteral("code")]
                     .toString(),
            QStringLiteral("CV005"));
        const QJsonObject taken =
            m_relay->command({QStringLiteral("create-user"), QStringLiteral("--company"),
                                 m_agency->company.toString(QUuid::WithoutBraces), QStringLiteral("--email"),
                                 m_agency->email.toUpper(), QStringLiteral("--name"), QStringLiteral("Again"),
                                 QStringLiteral("--role"), QStringLiteral("AGENT"), QStringLiteral("--password-stdin")},
                "x\n");
        QCOMPARE(taken[QStringLiteral("exit")].toInt(), 4);
        RelayProgram nowhere(QStringLiteral("postgresql://nobody@127.0.0.1:1/none"), m_state.path());
        QCOMPARE(nowhere.command({QStringLiteral("doctor")})[QStringLiteral("exit")].toInt(), 3);
        QCOMPARE(m_relay->command({QStringLiteral("doctor")})[QStringLiteral("healthy")].toBool(), true);
    }

    /// PostgreSQL restarts under load: 503 meanwhile, recovery by itself, and what was acknowledged is there.
    void aRestartOfTheStoreLosesNothingAcknowledged()
    {
        Load load(*this);
        QTRY_VERIFY_WITH_TIMEOUT((load.pump(), load.acknowledged.size() > 100), 30'000);
        cluster().stop();
        QTRY_VERIFY_WITH_TIMEOUT((load.pump(), load.refused > 20), 20'000);
        QCOMPARE(get(m_network, m_relay->http(QStringLiteral("/readyz"))).first, 503);
        QCOMPARE(get(m_network, m_relay->http(QStringLiteral("/healthz"))).first, 200);
        const qsizetype before = load.acknowledged.size();
        MUST(cluster().startServer());
        QTRY_VERIFY_WITH_TIMEOUT((load.pump(), load.acknowledged.size() > before + 50), 30'000);
        QTRY_COMPARE_WITH_TIMEOUT(load.open, 0, 30'000);
        QTRY_COMPARE_WITH_TIMEOUT(get(m_network, m_relay->http(QStringLiteral("/readyz"))).first, 200, 20'000);

        const auto missing = [&] {
            store::Connection admin = m_database->admin();
            const auto rows = MUST(
                admin.run("select body, count(*) from conversure.messages where body like 'load %' group by body"));
            QSet<QString> left = load.acknowledged;
            for (int row = 0; row < rows.count(); ++row) {
                if (rows.number(row, 1) == 1)
                    left.remove(rows.text(row, 0));
            }
            return left.size();
        };
        QTRY_COMPARE_WITH_TIMEOUT(missing(), 0, 30'000);
    }

    void aKilledRelayLosesNothingAcknowledged()
    {
        QStringList acknowledged;
        for (int i = 0; i < 40; ++i) {
            const QString text = QStringLiteral("before the kill %1").arg(i);
            if (deliver(*m_agency, m_agency->textDelivery(QStringLiteral("971507776655"), nextId(), text)) == 200)
                acknowledged << text;
        }
        m_relay->kill();
        QCOMPARE(acknowledged.size(), 40);
        QVERIFY(m_relay->start());
        for (const QString &text : acknowledged)
            QTRY_COMPARE_WITH_TIMEOUT(messages(text), 1, 20'000);
    }

    void itEndsInTimeWhenAsked()
    {
        Ear ear(m_relay->live());
        ear.hello(m_agency->signIn(*m_relay)[QStringLiteral("token")].toString());
        QTRY_COMPARE(ear.kinds.value(0), QStringLiteral("welcome"));
        QTcpSocket half;
        half.connectToHost(QStringLiteral("127.0.0.1"), static_cast<quint16>(webhooks().port()));
        QVERIFY(half.waitForConnected());
        half.write("POST /api/webhooks/whatsapp HTTP/1.1\r\nHost: x\r\nContent-Le");
        half.flush();
        QCOMPARE(m_relay->terminate(), 0);
    }
};

CONVERSURE_TEST(RelayTest)
#include "RelayTest.moc"
