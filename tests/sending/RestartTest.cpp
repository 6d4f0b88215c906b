// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Children.h"
#include "Desk.h"
#include "TestMain.h"

#include <QFile>
#include <QProcess>

using namespace conversure;
using namespace conversure::sending;
using conversure::test::Database;
using conversure::test::Desk;
using conversure::test::newId;

/// What the next start makes of what the last one left: the table of docs/architecture.md, "An hour without network".
class RestartTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<Database> m_database;

    static JournalSend newSend(const Desk &desk)
    {
        return {MessageId(newId()), desk.conversation, AttemptId(newId()),
            QStringLiteral("lease-secret-of-a-former-life"), QStringLiteral("Hello"), desk.clock.nowMs(),
            JournalState::Typed, {}};
    }

    static void journalAs(const Desk &desk, const JournalSend &send, JournalState state, const QJsonObject &answer)
    {
        const auto journal = MUST(Journal::open(desk.folder(), desk.agent.id));
        MUST(journal->add(send));
        if (state == JournalState::Answered)
            MUST(journal->setAnswer(send.attempt, answer));
        else
            MUST(journal->setState(send.attempt, state));
    }

    /// Brings the store to \a word: "none", "sending", "over" (its lease has run out, nobody has noticed),
    /// "unconfirmed", "sent" (a status came), "failed", "failed before" and "sent before" (by a former attempt).
    static void storeAs(const Desk &desk, const JournalSend &send, const QString &word)
    {
        if (word == QStringLiteral("none"))
            return;
        store::Connection client = desk.company.connect(desk.device);
        JournalSend made = send;
        if (word.endsWith(QStringLiteral("before")))
            made.attempt = AttemptId(newId());
        MUST(reserveSend(client, made));
        if (word == QStringLiteral("over") || word == QStringLiteral("unconfirmed"))
            desk.endLease(made.attempt);
        if (word == QStringLiteral("unconfirmed"))
            desk.endLeasesAsRelay();
        if (word.startsWith(QStringLiteral("sent")))
            desk.company.status(QStringLiteral("wamid.status"), made.attempt.text(), QStringLiteral("sent"));
        if (word.startsWith(QStringLiteral("failed")))
            MUST(failSend(client, made, QStringLiteral("meta:1"), {}));
    }

private Q_SLOTS:
    void initTestCase() { m_database = std::make_unique<Database>(); }

    void journalAgainstStore_data()
    {
        QTest::addColumn<JournalState>("journal");
        QTest::addColumn<QString>("answer");
        QTest::addColumn<QString>("store");
        QTest::addColumn<int>("posts");
        QTest::addColumn<QString>("status");
        QTest::addColumn<QString>("left");
        const auto row = [](const char *journal, JournalState state, const char *answer, const char *store, int posts,
                             const char *status, const char *left) {
            QTest::addRow("%s%s, store %s", journal, answer, store)
                << state << QString::fromLatin1(answer) << QString::fromLatin1(store) << posts
                << QString::fromLatin1(status) << QString::fromLatin1(left);
        };
        row("typed", JournalState::Typed, "", "none", 1, "sent", "");
        row("typed", JournalState::Typed, "", "sending", 1, "sent", "");
        row("typed", JournalState::Typed, "", "over", 0, "failed", "");
        row("typed", JournalState::Typed, "", "unconfirmed", 0, "failed", "");
        row("typed", JournalState::Typed, "", "failed", 0, "failed", "");
        row("typed", JournalState::Typed, "", "failed before", 1, "sent", "");
        row("typed", JournalState::Typed, "", "sent before", 0, "sent", "");
        row("reserved", JournalState::Reserved, "", "none", 1, "sent", "");
        row("reserved", JournalState::Reserved, "", "sending", 1, "sent", "");
        row("reserved", JournalState::Reserved, "", "over", 0, "failed", "");
        row("reserved", JournalState::Reserved, "", "unconfirmed", 0, "failed", "");
        row("reserved", JournalState::Reserved, "", "sent", 0, "sent", "");
        row("posting", JournalState::Posting, "", "none", 0, "none", "posting");
        row("posting", JournalState::Posting, "", "sending", 0, "sending", "posting");
        row("posting", JournalState::Posting, "", "unconfirmed", 0, "unconfirmed", "posting");
        row("posting", JournalState::Posting, "", "failed", 0, "failed", "");
        row("posting", JournalState::Posting, "", "sent", 0, "sent", "");
        row("answered", JournalState::Answered, " accepted", "sending", 0, "sent", "");
        row("answered", JournalState::Answered, " accepted", "unconfirmed", 0, "sent", "");
        row("answered", JournalState::Answered, " accepted", "sent", 0, "sent", "");
        row("answered", JournalState::Answered, " rejected", "sending", 0, "failed", "");
        row("answered", JournalState::Answered, " rejected", "unconfirmed", 0, "failed", "");
        row("answered", JournalState::Answered, " rejected", "sent", 0, "sent", "");
    }

    void journalAgainstStore()
    {
        QFETCH(JournalState, journal);
        QFETCH(QString, answer);
        QFETCH(QString, store);
        QFETCH(int, posts);
        QFETCH(QString, status);
        QFETCH(QString, left);
        Desk desk(*m_database);
        const JournalSend send = newSend(desk);
        const QJsonObject accepted{{QStringLiteral("provider_message_id"), QStringLiteral("wamid.status")}};
        const QJsonObject rejected{
            {QStringLiteral("code"), QStringLiteral("meta:131026")}, {QStringLiteral("detail"), QJsonObject()}};
        journalAs(desk, send, journal, answer.contains(QStringLiteral("accepted")) ? accepted : rejected);
        storeAs(desk, send, store);

        desk.start();
        for (int i = 0; i < 3; ++i)
            desk.sender->resume();
        // A text in another conversation goes through all that resume() set off, and then some.
        QueuedText marker = desk.text(QStringLiteral("marker"));
        marker.conversation = desk.addLead(QStringLiteral("+971500000001"));
        desk.sender->send(marker);
        QTRY_COMPARE(desk.status(marker.message), QStringLiteral("sent"));
        QTRY_COMPARE(desk.journalStates(), left);
        QCOMPARE(desk.status(send.message), status);
        QCOMPARE(desk.postedTexts().count(QStringLiteral("Hello")), posts);
        QVERIFY(desk.refusals.isEmpty());
        const int accountedFor = status == QStringLiteral("failed") || status == QStringLiteral("none") ? 0 : 1;
        QCOMPARE(desk.charged(), 1 + accountedFor);
    }

    void aProcessMayDieAtAnyStep_data()
    {
        QTest::addColumn<int>("posts");
        QTest::addColumn<QString>("status");
        QTest::addColumn<QString>("left");
        const auto row = [](const char *step, int posts, const char *status, const char *left) {
            QTest::newRow(step) << posts << QString::fromLatin1(status) << QString::fromLatin1(left);
        };
        row("before:typed", 0, "none", "");
        for (const char *step :
            {"after:typed", "before:reserve", "after:reserve", "before:reserved", "after:reserved", "before:posting"})
            row(step, 1, "sent", "");
        row("after:posting", 0, "sending", "posting"); // nobody can tell that nothing left
        row("before:post", 0, "sending", "posting");
        row("after:post", 1, "sending", "posting");
        row("before:answered", 1, "sending", "posting");
        for (const char *step : {"after:answered", "before:record", "after:record", "before:removed", "after:removed"})
            row(step, 1, "sent", "");
    }

    void aProcessMayDieAtAnyStep()
    {
        QFETCH(int, posts);
        QFETCH(QString, status);
        QFETCH(QString, left);
        Desk desk(*m_database);
        const MessageId message(newId());
        const QString postsFile = desk.folder() + QStringLiteral("-posts");
        QProcess process;
        process.setProcessChannelMode(QProcess::ForwardedChannels);
        process.start(QCoreApplication::applicationFilePath(),
            {QStringLiteral("--send-until"), QString::fromLatin1(QTest::currentDataTag()), desk.device.url,
                desk.folder(), desk.agent.id.text(), desk.company.number.text(), desk.conversation.text(),
                message.text(), postsFile});
        QVERIFY(process.waitForFinished(30'000));
        QCOMPARE(process.exitCode(), test::diedAtStep);

        desk.start();
        QueuedText marker = desk.text(QStringLiteral("marker"));
        marker.conversation = desk.addLead(QStringLiteral("+971500000001"));
        desk.sender->resume();
        desk.sender->send(marker);
        desk.sender->resume();
        QTRY_COMPARE(desk.status(marker.message), QStringLiteral("sent"));
        QTRY_COMPARE(desk.journalStates(), left);
        QCOMPARE(desk.status(message), status);
        QFile posted(postsFile);
        const qsizetype before = posted.open(QIODevice::ReadOnly) ? posted.readAll().count('\n') : 0;
        QCOMPARE(before + desk.postedTexts().count(QStringLiteral("Hello")), posts);
        QVERIFY(desk.refusals.isEmpty());
    }
};

CONVERSURE_TEST(RestartTest)
#include "RestartTest.moc"
