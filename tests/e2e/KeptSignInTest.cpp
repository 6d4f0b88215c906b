// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Agency.h"
#include "ClientProgram.h"
#include "KeyringBus.h"
#include "StoreFixture.h"
#include "TestMain.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <memory>

using namespace conversure;
using namespace conversure::test;

/// A computer that keeps its sign-in opens the inbox without a password, and forgets it when the session is over. The
/// real program, the real keyring.
class KeptSignInTest : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_data;
    KeyringBus m_bus;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<RelayProgram> m_relay;
    std::unique_ptr<Agency> m_agency;
    QNetworkAccessManager m_network;

    QString tracePath(const QString &run) const { return m_data.filePath(run + QStringLiteral(".trace")); }

    std::unique_ptr<QProcess> startClient(
        const QString &run, const QStringList &arguments, const QByteArray &input = {})
    {
        QFile::remove(tracePath(run));
        auto client = std::make_unique<QProcess>();
        QProcessEnvironment environment = m_bus.environment();
        environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
        environment.insert(QStringLiteral("CONVERSURE_DATA_DIR"), m_data.filePath(QStringLiteral("client")));
        environment.insert(QStringLiteral("CONVERSURE_TRACE"), tracePath(run));
        client->setProcessEnvironment(environment);
        client->setProcessChannelMode(QProcess::ForwardedErrorChannel);
        client->start(QStringLiteral(CONVERSURE_BIN_DIR "/conversure"), arguments);
        client->write(input);
        client->closeWriteChannel();
        return client;
    }

    bool sawConversation(const QString &run) const
    {
        QFile trace(tracePath(run));
        return trace.open(QIODevice::ReadOnly) && trace.readAll().contains("\"conversation\"");
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_bus.start());
        QVERIFY(m_bus.startKeyring("the keyring's own"));
        m_database = std::make_unique<Database>();
        m_relay = std::make_unique<RelayProgram>(m_database->relayUrl(), m_data.filePath(QStringLiteral("relay")));
        QVERIFY(m_relay->start());
        m_agency = std::make_unique<Agency>(*m_relay, QStringLiteral("Kept Homes"));
        const QByteArray delivery = m_agency->textDelivery(
            QStringLiteral("971500000077"), QStringLiteral("wamid.kept"), QStringLiteral("Is it still free?"));
        QTRY_COMPARE_WITH_TIMEOUT(post(m_network, m_relay->http(QStringLiteral("/api/webhooks/whatsapp")), delivery,
                                      m_agency->sign(delivery)),
            200, 20'000);
    }

    void theSecondStartNeedsNoPassword()
    {
        auto first = startClient(QStringLiteral("first"),
            {QStringLiteral("--database"), m_database->doorUrl(), QStringLiteral("--relay"), m_relay->live().toString(),
                QStringLiteral("--email"), m_agency->email, QStringLiteral("--password-stdin")},
            m_agency->password.toUtf8() + '\n');
        QTRY_VERIFY_WITH_TIMEOUT(sawConversation(QStringLiteral("first")), 30'000);
        QTRY_COMPARE_WITH_TIMEOUT(m_bus.entries(), 2, 30'000); // the sign-in, and the computer's own secret
        first->kill();
        QVERIFY(first->waitForFinished());

        auto second = startClient(QStringLiteral("second"), {});
        QTRY_VERIFY_WITH_TIMEOUT(sawConversation(QStringLiteral("second")), 30'000);
        second->kill();
        QVERIFY(second->waitForFinished());
    }

    void aSessionThatIsOverIsForgotten()
    {
        auto client = startClient(QStringLiteral("third"), {});
        QTRY_VERIFY_WITH_TIMEOUT(sawConversation(QStringLiteral("third")), 30'000);
        auto elsewhere = MUST(store::Connection::open(
            m_agency->signIn(*m_relay)[QStringLiteral("database")].toString(), QStringLiteral("test")));
        MUST(elsewhere.call(QLatin1StringView("api.sign_out_everywhere")));
        QTRY_COMPARE_WITH_TIMEOUT(m_bus.entries(), 1, 30'000); // the store still knows the computer
        client->kill();
        QVERIFY(client->waitForFinished());
    }

    void aSessionThatEndedMeanwhileIsForgottenAtTheNextStart()
    {
        theSecondStartNeedsNoPassword();
        auto elsewhere = MUST(store::Connection::open(
            m_agency->signIn(*m_relay)[QStringLiteral("database")].toString(), QStringLiteral("test")));
        MUST(elsewhere.call(QLatin1StringView("api.sign_out_everywhere")));
        auto client = startClient(QStringLiteral("fourth"), {});
        QTRY_COMPARE_WITH_TIMEOUT(m_bus.entries(), 1, 30'000);
        QVERIFY(!sawConversation(QStringLiteral("fourth")));
        client->kill();
        QVERIFY(client->waitForFinished());
    }

    void aKeyringThatRefusesIsSpokenOf()
    {
        KeyringBus bus;
        QVERIFY(bus.start());
        QVERIFY(bus.startDenying(QStringLiteral("prompt")));
        ClientProgram client(m_data.filePath(QStringLiteral("denied")), bus.environment());
        QVERIFY(client.start(
            {QStringLiteral("--database"), m_database->doorUrl(), QStringLiteral("--email"), m_agency->email}));
        QTRY_VERIFY_WITH_TIMEOUT(client.says(QStringLiteral("did not hand out your sign-in")), 30'000);
        QVERIFY(client.press(QStringLiteral("Try again")));
        QVERIFY(client.press(QStringLiteral("Sign in with a password")));
        QVERIFY(client.type(QStringLiteral("Password"), m_agency->password));
        QVERIFY(client.press(QStringLiteral("Sign in")));
        QTRY_VERIFY_WITH_TIMEOUT(client.sees(QStringLiteral("Conversations")), 30'000);
        QTRY_VERIFY_WITH_TIMEOUT(client.sees(QStringLiteral("Asks for the password at each start")), 30'000);
    }
};

CONVERSURE_TEST(KeptSignInTest)
#include "KeptSignInTest.moc"
