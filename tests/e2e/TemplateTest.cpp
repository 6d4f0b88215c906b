// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Agency.h"
#include "ClientProgram.h"
#include "TestMain.h"

#include <QJsonArray>

using namespace conversure;
using namespace conversure::test;

namespace {

constexpr int patience = 30'000;

QJsonObject viewingTemplate()
{
    const QString text =
        QStringLiteral("Hello {{first_name}}, your viewing of {{viewing_place}} is at {{viewing_time}}.");
    return {{QStringLiteral("name"), QStringLiteral("viewing_reminder")},
        {QStringLiteral("language"), QStringLiteral("en")}, {QStringLiteral("category"), QStringLiteral("UTILITY")},
        {QStringLiteral("status"), QStringLiteral("APPROVED")},
        {QStringLiteral("parameter_format"), QStringLiteral("NAMED")},
        {QStringLiteral("components"),
            QJsonArray{QJsonObject{{QStringLiteral("type"), QStringLiteral("BODY")}, {QStringLiteral("text"), text}}}}};
}

QJsonObject parameter(const char *name, const char *text)
{
    return {{QStringLiteral("type"), QStringLiteral("text")},
        {QStringLiteral("parameter_name"), QString::fromLatin1(name)},
        {QStringLiteral("text"), QString::fromLatin1(text)}};
}

} // namespace

/// Outside the service window: a template on its way from the provider's list to the picker, and from there filled in
/// to the provider. The client, relay and sandbox are the real programs.
class TemplateTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<RelayProgram> m_relay;
    std::unique_ptr<SandboxProgram> m_sandbox;
    std::unique_ptr<Agency> m_agency;
    std::unique_ptr<ClientProgram> m_client;

    static inline const QString lead = QStringLiteral("971502223344");
    static inline const QString draft = QStringLiteral("Shall I keep the keys for you?");

    store::Rows rows(const QByteArray &statement) const { return MUST(m_database->admin().run(statement)); }
    QList<QJsonObject> acceptedTemplates() const
    {
        QList<QJsonObject> sent = m_sandbox->accepted();
        sent.removeIf(
            [](const QJsonObject &body) { return body[QStringLiteral("type")] != QStringLiteral("template"); });
        return sent;
    }
    void openFields()
    {
        QVERIFY(m_client->press(QStringLiteral("All templates…")));
        QVERIFY(m_client->pick(QStringLiteral("Templates"), QStringLiteral("viewing_reminder")));
        QVERIFY(m_client->press(QStringLiteral("Use template")));
        QTRY_VERIFY_WITH_TIMEOUT(m_client->sees(QStringLiteral("Viewing place")), patience);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_database = std::make_unique<Database>();
        m_relay = std::make_unique<RelayProgram>(m_database->relayUrl(), m_folder.filePath(QStringLiteral("relay")));
        QVERIFY(m_relay->start());
        m_sandbox = std::make_unique<SandboxProgram>(m_folder.path());
        m_agency = std::make_unique<Agency>(*m_relay, QStringLiteral("Marina Homes"), m_sandbox->baseUrl());
        QNetworkAccessManager network;
        QTRY_COMPARE_WITH_TIMEOUT(get(network, m_relay->handshake(m_agency->verifyToken)).first, 200, patience);
        QVERIFY(m_sandbox->start(*m_agency, m_relay->http(QStringLiteral("/api/webhooks/whatsapp")),
            {{QStringLiteral("templates"), QJsonArray{viewingTemplate()}}, {QStringLiteral("enforce_window"), true},
                {QStringLiteral("status_delays_ms"),
                    QJsonObject{{QStringLiteral("sent"), 50}, {QStringLiteral("delivered"), 150},
                        {QStringLiteral("read"), 300}}}}));
        m_client = std::make_unique<ClientProgram>(m_folder.filePath(QStringLiteral("client")));
        QVERIFY(m_client->start({QStringLiteral("--database"), m_database->doorUrl(), QStringLiteral("--relay"),
            m_relay->live().toString()}));
        QVERIFY(m_client->type(QStringLiteral("Email"), m_agency->email));
        QVERIFY(m_client->type(QStringLiteral("Password"), m_agency->password));
        QVERIFY(m_client->press(QStringLiteral("Sign in")));
    }

    void theRelayFetchesWhatTheAccountHas()
    {
        QTRY_COMPARE_WITH_TIMEOUT(
            rows("select count(*) from conversure.templates where name = 'viewing_reminder' and status = 'APPROVED'")
                .number(0, 0),
            1, patience);
    }

    void whatIsTypedWaitsWhenTheWindowCloses()
    {
        m_sandbox->leadWrites(lead, QStringLiteral("Omar"), QStringLiteral("Is the flat free?"));
        QTRY_COMPARE_WITH_TIMEOUT(m_client->rows().size(), 1, patience);
        QVERIFY(m_client->pick(QStringLiteral("Conversations"), QStringLiteral("Omar")));
        QTRY_VERIFY_WITH_TIMEOUT(m_client->hasBubble(QStringLiteral("Is the flat free?"), {}), patience);
        QVERIFY(m_client->write(draft, false));
        // A day later.
        rows("update conversure.conversations set last_inbound_at = last_inbound_at - interval '25 hours'");
        QTRY_VERIFY_WITH_TIMEOUT(m_client->says(QStringLiteral("The service window closed at")), patience);
        QTRY_VERIFY_WITH_TIMEOUT(m_client->says(QStringLiteral("Your text is kept: ") + draft), patience);
        QVERIFY(!m_client->sees(QStringLiteral("Message")));
    }

    void nothingIsSentBeforeEveryFieldIsFilledIn()
    {
        openFields();
        QVERIFY(!m_client->isEnabled(QStringLiteral("Send template")));
        QVERIFY(m_client->says(QStringLiteral("Still to fill in: Viewing place, Viewing time"))); // the name is known
        QVERIFY(m_client->type(QStringLiteral("Viewing place"), QStringLiteral("Marina 1204")));
        QVERIFY(!m_client->isEnabled(QStringLiteral("Send template")));
        QVERIFY(m_client->type(QStringLiteral("Viewing time"), QStringLiteral("17:00")));
        QTRY_VERIFY_WITH_TIMEOUT(m_client->isEnabled(QStringLiteral("Send template")), patience);
        QVERIFY(acceptedTemplates().isEmpty());
    }

    void itArrivesAsItWasSeen()
    {
        QVERIFY(m_client->press(QStringLiteral("Send template")));
        QTRY_VERIFY_WITH_TIMEOUT(
            m_client->hasBubble(
                QStringLiteral("Hello Omar, your viewing of Marina 1204 is at 17:00."), QStringLiteral("read")),
            patience);
        const QList<QJsonObject> sent = acceptedTemplates();
        QCOMPARE(sent.size(), 1);
        QCOMPARE(sent.first()[QStringLiteral("to")].toString(), lead);
        QCOMPARE(sent.first()[QStringLiteral("template")].toObject(),
            (QJsonObject{{QStringLiteral("name"), QStringLiteral("viewing_reminder")},
                {QStringLiteral("language"), QJsonObject{{QStringLiteral("code"), QStringLiteral("en")}}},
                {QStringLiteral("components"),
                    QJsonArray{QJsonObject{{QStringLiteral("type"), QStringLiteral("body")},
                        {QStringLiteral("parameters"),
                            QJsonArray{parameter("first_name", "Omar"), parameter("viewing_place", "Marina 1204"),
                                parameter("viewing_time", "17:00")}}}}}}));
        QCOMPARE(rows("select sum(sent) from conversure.quota_log").number(0, 0), 1);
        QCOMPARE(rows("select count(*) from conversure.messages m join conversure.templates t using (company_id, "
                      "template_id) "
                      "where t.name = 'viewing_reminder' and m.status = 'read'")
                     .number(0, 0),
            1);
    }

    void onePausedByTheProviderCannotBeSentAnyMore()
    {
        openFields();
        QVERIFY(m_client->type(QStringLiteral("Viewing place"), QStringLiteral("Marina 1205")));
        QVERIFY(m_client->type(QStringLiteral("Viewing time"), QStringLiteral("18:00")));
        QTRY_VERIFY_WITH_TIMEOUT(m_client->isEnabled(QStringLiteral("Send template")), patience);
        const QJsonObject paused = m_sandbox->order("template",
            {{QStringLiteral("name"), QStringLiteral("viewing_reminder")},
                {QStringLiteral("event"), QStringLiteral("PAUSED")}});
        QCOMPARE(paused, (QJsonObject{{QStringLiteral("templates"), 1}}));
        QTRY_COMPARE_WITH_TIMEOUT(
            rows("select status from conversure.templates").text(0, 0), QStringLiteral("PAUSED"), patience);
        QTRY_VERIFY_WITH_TIMEOUT(!m_client->isEnabled(QStringLiteral("Send template")), patience);
        QTRY_VERIFY_WITH_TIMEOUT(m_client->says(QStringLiteral("Paused by WhatsApp because of its quality")), patience);
        QVERIFY(m_client->press(QStringLiteral("Close templates")));
        QCOMPARE(acceptedTemplates().size(), 1);
    }

    void theLeadsAnswerBringsTheTextBack()
    {
        m_sandbox->leadWrites(lead, QStringLiteral("Omar"), QStringLiteral("I will be there"));
        QTRY_COMPARE_WITH_TIMEOUT(m_client->text(QStringLiteral("Message")), draft, patience);
        QVERIFY(m_client->write({}));
        QTRY_VERIFY_WITH_TIMEOUT(m_client->hasBubble(draft, QStringLiteral("read")), patience);
        QCOMPARE(m_sandbox->acceptedTexts(), QStringList{draft});
        QCOMPARE(rows("select sum(sent) from conversure.quota_log").number(0, 0), 2);
    }

    void theClientEndsInOrder()
    {
        QCOMPARE(m_client->close(), 0);
        QCOMPARE(QString::fromUtf8(m_client->printed()), QString());
    }
};

CONVERSURE_TEST(TemplateTest)
#include "TemplateTest.moc"
