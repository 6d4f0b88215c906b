// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Desk.h"
#include "TestMain.h"

#include <QJsonArray>

using namespace conversure;
using namespace conversure::sending;
using conversure::test::Database;
using conversure::test::Desk;
using conversure::test::FakeTransport;
using conversure::test::newId;

/// What else than a new text goes out: templates, another try, and what a relay is to send.
class ContentTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<Database> m_database;

    static tl::unexpected<Error> lost() { return failure(ErrorKind::Ambiguous, QStringLiteral("net:timeout"), {}); }

    static QJsonObject again(bool resend = false)
    {
        QJsonObject content{{QStringLiteral("type"), QStringLiteral("AGAIN")}};
        if (resend)
            content.insert(QStringLiteral("resend"), true);
        return content;
    }

    /// A template with one variable, approved; answers its id.
    QString addTemplate(const Desk &desk) const
    {
        const QJsonObject body{{QStringLiteral("type"), QStringLiteral("BODY")},
            {QStringLiteral("text"), QStringLiteral("Hello {{1}}, the keys are ready.")}};
        store::Connection relay = m_database->relay();
        MUST(store::RelayStore(relay).putTemplates(desk.company.id, QStringLiteral("meta"), QStringLiteral("waba"),
            {QJsonObject{{QStringLiteral("provider_template_id"), QStringLiteral("7")},
                {QStringLiteral("name"), QStringLiteral("keys_ready")},
                {QStringLiteral("language"), QStringLiteral("en_US")},
                {QStringLiteral("category"), QStringLiteral("UTILITY")},
                {QStringLiteral("status"), QStringLiteral("APPROVED")},
                {QStringLiteral("components"), QJsonArray{body}},
                {QStringLiteral("parameter_format"), QStringLiteral("POSITIONAL")},
                {QStringLiteral("quality"), QStringLiteral("GREEN")},
                {QStringLiteral("rejected_reason"), QString()}}}));
        return MUST(desk.admin.run("select template_id from conversure.templates where company_id = $1::uuid",
                        {store::param(desk.company.id.value)}))
            .text(0, 0);
    }

    QueuedText withTemplate(const Desk &desk) const
    {
        QueuedText text = desk.text(QStringLiteral("Hello Omar, the keys are ready."));
        text.content = {{QStringLiteral("type"), QStringLiteral("TEMPLATE")},
            {QStringLiteral("template_id"), addTemplate(desk)},
            {QStringLiteral("values"),
                QJsonObject{{QStringLiteral("body"), QJsonObject{{QStringLiteral("1"), QStringLiteral("Omar")}}}}}};
        return text;
    }

    static qint64 jobs(const Desk &desk)
    {
        return MUST(desk.admin.run("select count(*) from conversure.jobs where company_id = $1::uuid and kind = 'send'",
                        {store::param(desk.company.id.value)}))
            .number(0, 0);
    }

    /// Posted, and nobody heard the answer; the lease is over.
    static QueuedText unconfirmed(Desk &desk)
    {
        desk.http.answers = {lost()};
        const QueuedText text = desk.text(QStringLiteral("Hello"));
        desk.sender->send(text);
        [&] { QTRY_COMPARE(desk.journalStates(), QStringLiteral("posting")); }();
        [&] { QTRY_COMPARE(desk.http.posts.size(), 1); }();
        desk.endLease(AttemptId::fromText(desk.http.posts[0].attempt));
        desk.endLeasesAsRelay();
        return text;
    }

private Q_SLOTS:
    void initTestCase() { m_database = std::make_unique<Database>(); }

    void aTemplateGoesOutFilledIn()
    {
        Desk desk(*m_database);
        const QueuedText text = withTemplate(desk);
        desk.start();
        desk.sender->send(text); // waits in the journal
        QTRY_COMPARE(desk.journalStates(), QStringLiteral("typed"));
        desk.stop();
        desk.start();
        desk.sender->resume();
        QTRY_COMPARE(desk.status(text.message), QStringLiteral("sent"));
        QCOMPARE(desk.field(text.message, "body"), text.text);
        QCOMPARE(desk.field(text.message, "content_type"), QStringLiteral("TEMPLATE"));
        const QJsonObject posted = desk.http.posts.first().body;
        QCOMPARE(posted[QStringLiteral("type")].toString(), QStringLiteral("template"));
        const QJsonValue sent = posted[QStringLiteral("template")];
        QCOMPARE(sent[QStringLiteral("name")].toString(), QStringLiteral("keys_ready"));
        QCOMPARE(
            sent[QStringLiteral("components")][0][QStringLiteral("parameters")][0][QStringLiteral("text")].toString(),
            QStringLiteral("Omar"));
        QTRY_COMPARE(desk.journalStates(), QString());
    }

    void anotherTryTakesWhatTheMessageHad()
    {
        Desk desk(*m_database);
        desk.start();
        desk.sender->resume();
        desk.http.answers = {FakeTransport::rejected(400, 132015)};
        const QueuedText text = withTemplate(desk);
        desk.sender->send(text);
        QTRY_COMPARE(desk.status(text.message), QStringLiteral("failed"));
        QTRY_COMPARE(desk.journalStates(), QString());
        desk.sender->retry({text.message, desk.conversation, QStringLiteral("not looked at"), 0, again()});
        QTRY_COMPARE(desk.status(text.message), QStringLiteral("sent"));
        QCOMPARE(desk.http.posts.size(), 2);
        QVERIFY(desk.http.posts[0].attempt != desk.http.posts[1].attempt);
        QCOMPARE(
            desk.http.posts[1].body[QStringLiteral("template")], desk.http.posts[0].body[QStringLiteral("template")]);
        QVERIFY(desk.refusals.isEmpty());
    }

    void aTryThatIsRefusedGivesNoTextBack()
    {
        Desk desk(*m_database);
        desk.start();
        desk.sender->resume();
        desk.http.answers = {FakeTransport::rejected(400, 131026)};
        const QueuedText text = desk.text(QStringLiteral("Hello"));
        desk.sender->send(text);
        QTRY_COMPARE(desk.status(text.message), QStringLiteral("failed"));
        QTRY_COMPARE(desk.journalStates(), QString());
        desk.company.setDailyLimit(0);
        desk.sender->retry(text);
        QTRY_COMPARE(desk.refusals, QStringList{QStringLiteral("CV010 ")}); // it stands in the conversation as failed
        QCOMPARE(desk.status(text.message), QStringLiteral("failed"));
        QCOMPARE(desk.journalStates(), QString());
        QCOMPARE(desk.http.posts.size(), 1);
    }

    void whatNobodyKnowsIsSentAgainOnlyWhenAPersonSaysSo()
    {
        Desk desk(*m_database);
        desk.start();
        desk.sender->resume();
        const QueuedText text = unconfirmed(desk);
        QCOMPARE(desk.status(text.message), QStringLiteral("unconfirmed"));

        desk.sender->retry({text.message, desk.conversation, text.text, 0, again()});
        QTRY_COMPARE(desk.refusals, QStringList{QStringLiteral("CV019 ")});
        QCOMPARE(desk.http.posts.size(), 1);

        desk.sender->retry({text.message, desk.conversation, text.text, 0, again(true)});
        QTRY_COMPARE(desk.status(text.message), QStringLiteral("sent"));
        QTRY_COMPARE(desk.journalStates(), QString());
        QCOMPARE(desk.postedTexts(), (QStringList{QStringLiteral("Hello"), QStringLiteral("Hello")}));
        QVERIFY(desk.http.posts[0].attempt != desk.http.posts[1].attempt);
        QCOMPARE(desk.charged(), 2); // both may have been accepted
    }

    void aPersonsWordEndsWhatNobodyKnows()
    {
        Desk desk(*m_database);
        desk.start();
        desk.sender->resume();
        const QueuedText text = unconfirmed(desk);
        store::Connection client = desk.company.connect(desk.device);
        MUST(client.call(QLatin1StringView("api.say_not_sent"), {store::param(text.message.value)}));
        desk.sender->resume();
        QTRY_COMPARE(desk.journalStates(), QString());
        QCOMPARE(desk.field(text.message, "error_code"), QStringLiteral("not_sent_said"));
        QCOMPARE(desk.charged(), 1);
        desk.sender->retry(text);
        QTRY_COMPARE(desk.status(text.message), QStringLiteral("sent"));
        QCOMPARE(desk.http.posts.size(), 2);
    }

    void whatARelaySendsLeavesTheJournal()
    {
        Desk desk(*m_database);
        desk.sendByRelay();
        desk.start();
        desk.sender->resume();
        const QueuedText one = desk.text(QStringLiteral("one"));
        const QueuedText two = desk.text(QStringLiteral("two"));
        desk.sender->send(one);
        desk.sender->send(two);
        QTRY_COMPARE(jobs(desk), 2);
        QTRY_COMPARE(desk.journalStates(), QString());
        QCOMPARE(desk.status(two.message), QStringLiteral("sending"));
        QVERIFY(desk.http.posts.isEmpty());
        QVERIFY(desk.refusals.isEmpty());
        QCOMPARE(desk.changed->last().first().toJsonObject()[QStringLiteral("id")].toString(), two.message.text());
    }

    /// The client ends before it hears that the store has it; meanwhile a relay takes it up, or has sent it.
    void aRelaysMessageIsNeverGivenBack_data()
    {
        QTest::addColumn<QString>("relay");
        QTest::addColumn<QString>("status");
        QTest::newRow("has not begun") << QString() << QStringLiteral("sending");
        QTest::newRow("has begun") << QStringLiteral("begun") << QStringLiteral("sending");
        QTest::newRow("posts") << QStringLiteral("posting") << QStringLiteral("sending");
        QTest::newRow("has sent") << QStringLiteral("sent") << QStringLiteral("sent");
    }

    void aRelaysMessageIsNeverGivenBack()
    {
        QFETCH(QString, relay);
        QFETCH(QString, status);
        Desk desk(*m_database);
        desk.sendByRelay();
        const JournalSend send{MessageId(newId()), desk.conversation, AttemptId(newId()),
            QStringLiteral("lease-secret-of-a-former-life"), QStringLiteral("Hello"), desk.clock.nowMs(),
            JournalState::Typed, {}};
        MUST(MUST(Journal::open(desk.folder(), desk.agent.id))->add(send));
        store::Connection client = desk.company.connect(desk.device);
        QVERIFY(MUST(reserveSend(client, send)).viaRelay);
        store::Connection connection = m_database->relay();
        store::RelayStore store(connection);
        const store::RelayAttempt taken{desk.company.id, send.attempt, QStringLiteral("lease-secret-of-a-relay")};
        if (!relay.isEmpty())
            MUST(store.beginSend(taken));
        if (relay == QStringLiteral("posting") || relay == QStringLiteral("sent"))
            MUST(store.markPosting(taken));
        if (relay == QStringLiteral("sent"))
            MUST(store.confirmSend(taken, QStringLiteral("wamid.relay")));

        desk.start();
        desk.sender->resume();
        QTRY_COMPARE(desk.journalStates(), QString());
        QCOMPARE(desk.status(send.message), status);
        QVERIFY(desk.refusals.isEmpty());
        QVERIFY(desk.http.posts.isEmpty());
        QCOMPARE(jobs(desk), 1);
    }
};

CONVERSURE_TEST(ContentTest)
#include "ContentTest.moc"
