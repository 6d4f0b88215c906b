// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Desk.h"
#include "TestMain.h"

#include "sending/Pace.h"

using namespace conversure;
using namespace conversure::sending;
using conversure::test::Database;
using conversure::test::Desk;
using conversure::test::FakeTransport;

/// Who is told to go slower goes slower, and keeps nobody else from going on.
class PaceTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<Database> m_database;

    static Error limit(const char *code, int retryAfter = 0)
    {
        QJsonObject detail{{QStringLiteral("class"), QStringLiteral("pace_limited")}};
        if (retryAfter > 0)
            detail.insert(QStringLiteral("retry_after"), retryAfter);
        return {ErrorKind::Unavailable, QString::fromLatin1(code), {}, detail};
    }

    /// A second number of the company with a conversation of its own.
    static ConversationId otherNumber(Desk &desk)
    {
        const NumberId first = desk.company.number;
        desk.company.number = desk.company.addNumber(QStringLiteral("pn-other"), 1000);
        const ConversationId conversation = desk.addLead(QStringLiteral("+971500000003"));
        desk.sender->setNumbers({{first, test::metaNumber()}, {desk.company.number, test::metaNumber()}});
        desk.company.number = first;
        return conversation;
    }

    static QueuedText textIn(const Desk &desk, ConversationId conversation, const char *words)
    {
        QueuedText text = desk.text(QString::fromLatin1(words));
        text.conversation = conversation;
        return text;
    }

private Q_SLOTS:
    void initTestCase() { m_database = std::make_unique<Database>(); }

    void gatesCloseAndOpen()
    {
        FixedClock clock(0);
        const Timing timing;
        Pace pace(clock, timing);
        const Pace::Way way{NumberId(QUuid::createUuid()), ConversationId(QUuid::createUuid())};
        const Pace::Way beside{way.number, ConversationId(QUuid::createUuid())};
        const Pace::Way elsewhere{NumberId(QUuid::createUuid()), ConversationId(QUuid::createUuid())};

        pace.slow(way, limit("meta:131056", 6));
        QCOMPARE(pace.waitMs(way), 6'000);
        QCOMPARE(pace.waitMs(beside), 0);
        pace.slow(beside, limit("meta:130429", 20));
        QCOMPARE(pace.waitMs(way), 20'000);
        QCOMPARE(pace.waitMs(beside), 20'000);
        QCOMPARE(pace.waitMs(elsewhere), 0);
        QCOMPARE(pace.reason(way)->code, QStringLiteral("meta:130429"));
        clock.advance(19'500);
        QCOMPARE(pace.reason(way)->detail[QStringLiteral("retry_after")].toInt(), 1); // what is left of it
        clock.advance(500);
        QCOMPARE(pace.waitMs(way), 0);
        QVERIFY(!pace.reason(way));
    }

    void eachTimeItIsLonger()
    {
        FixedClock clock(0);
        const Timing timing;
        Pace pace(clock, timing);
        const Pace::Way way{NumberId(QUuid::createUuid()), ConversationId(QUuid::createUuid())};
        QList<qint64> waits;
        for (int i = 0; i < 6; ++i) {
            pace.slow(way, limit("meta:4"));
            pace.slow(way, limit("meta:4")); // what was on its way already says the same
            waits << pace.waitMs(way);
            clock.advance(waits.last());
        }
        for (qsizetype i = 0; i < waits.size(); ++i) {
            const qint64 wanted = std::min<qint64>(1'000 << (2 * i), timing.pauseAtMostMs);
            QVERIFY2(waits[i] >= wanted && waits[i] <= std::min(wanted * 5 / 4, timing.pauseAtMostMs),
                qPrintable(QString::number(waits[i])));
        }
        pace.ease(way);
        pace.slow(way, limit("meta:4"));
        QVERIFY(pace.waitMs(way) <= 1'250);
        pace.ease(way); // something that was posted before is accepted: the way stays closed
        QVERIFY(pace.waitMs(way) > 0);
        pace.slow(way, limit("meta:4", 86'400));
        QCOMPARE(pace.waitMs(way), timing.heedAtMostMs); // then it is tried again
    }

    void whatTheProviderAsksForIsWaitedFor()
    {
        Desk desk(*m_database);
        desk.start();
        desk.sender->resume();
        desk.http.answers = {FakeTransport::rejected(429, 130429, "1")};
        const QueuedText text = desk.text(QStringLiteral("Hello"));
        QElapsedTimer time;
        time.start();
        desk.sender->send(text);
        QTRY_COMPARE(desk.status(text.message), QStringLiteral("sent"));
        QVERIFY2(time.elapsed() >= 1'000, qPrintable(QString::number(time.elapsed())));
        QCOMPARE(desk.http.posts.size(), 2);
        QCOMPARE(desk.http.posts[0].attempt, desk.http.posts[1].attempt);
        QCOMPARE(desk.charged(), 1);
    }

    void whoWouldWaitTooLongIsTold()
    {
        Desk desk(*m_database);
        desk.start();
        desk.sender->resume();
        desk.http.answers = {FakeTransport::rejected(429, 130429, "600")};
        const QueuedText text = desk.text(QStringLiteral("Hello"));
        desk.sender->send(text);
        QTRY_COMPARE(desk.status(text.message), QStringLiteral("failed"));
        QCOMPARE(desk.field(text.message, "error_code"), QStringLiteral("meta:130429"));
        QCOMPARE(desk.field(text.message, "error_detail->>'retry_after'"), QStringLiteral("600"));
        QCOMPARE(desk.http.posts.size(), 1);
        QCOMPARE(desk.charged(), 0);
    }

    void aPairLimitPausesOneConversation()
    {
        Desk desk(*m_database);
        const ConversationId other = desk.addLead(QStringLiteral("+971500000002"));
        desk.start();
        desk.sender->resume();
        desk.http.answers = {FakeTransport::rejected(400, 131056, "600")};
        const QueuedText one = desk.text(QStringLiteral("one"));
        desk.sender->send(one);
        QTRY_COMPARE(desk.status(one.message), QStringLiteral("failed"));

        const QueuedText two = desk.text(QStringLiteral("two"));
        const QueuedText beside = textIn(desk, other, "beside");
        desk.sender->send(two);
        desk.sender->send(beside);
        QTRY_COMPARE(desk.status(beside.message), QStringLiteral("sent"));
        // Its writer is told as well, and it is not sent into the same wall.
        QTRY_COMPARE(desk.status(two.message), QStringLiteral("failed"));
        QCOMPARE(desk.field(two.message, "error_code"), QStringLiteral("meta:131056"));
        QVERIFY(desk.field(two.message, "error_detail->>'retry_after'").toInt() > 500);
        QCOMPARE(desk.postedTexts(), (QStringList{QStringLiteral("one"), QStringLiteral("beside")}));
        QCOMPARE(desk.charged(), 1);
    }

    void aNumbersLimitPausesAllOfIt()
    {
        Desk desk(*m_database);
        const ConversationId known = desk.addLead(QStringLiteral("+971500000002"));
        const ConversationId unknown = desk.addLead(QStringLiteral("+971500000004"));
        desk.start();
        const ConversationId elsewhere = otherNumber(desk);
        desk.sender->resume();
        const QueuedText first = textIn(desk, known, "first");
        desk.sender->send(first);
        QTRY_COMPARE(desk.status(first.message), QStringLiteral("sent"));

        desk.http.answers = {FakeTransport::rejected(429, 80007, "600")};
        const QueuedText one = desk.text(QStringLiteral("one"));
        desk.sender->send(one);
        QTRY_COMPARE(desk.status(one.message), QStringLiteral("failed"));

        const QueuedText second = textIn(desk, known, "second");
        const QueuedText stranger = textIn(desk, unknown, "stranger");
        const QueuedText free = textIn(desk, elsewhere, "free");
        for (const QueuedText &text : {second, stranger, free})
            desk.sender->send(text);
        QTRY_COMPARE(desk.status(free.message), QStringLiteral("sent"));
        // Which number it goes out from is known only once it is reserved; then it is not sent into the same wall.
        QTRY_COMPARE(desk.status(stranger.message), QStringLiteral("failed"));
        QCOMPARE(desk.field(stranger.message, "error_code"), QStringLiteral("meta:80007"));
        QTRY_COMPARE(desk.status(second.message), QStringLiteral("failed"));
        QTRY_COMPARE(desk.journalStates(), QString());
        QCOMPARE(
            desk.postedTexts(), (QStringList{QStringLiteral("first"), QStringLiteral("one"), QStringLiteral("free")}));
    }

    void whatWaitedGoesInOrderOnceItMay()
    {
        Desk desk(*m_database);
        const ConversationId other = desk.addLead(QStringLiteral("+971500000002"));
        desk.start();
        desk.sender->resume();
        desk.http.answers = {FakeTransport::rejected(429, 130429, "1")};
        QList<QueuedText> texts;
        for (const char *words : {"one", "two", "three"})
            texts << textIn(desk, desk.conversation, words);
        texts << textIn(desk, other, "beside");
        desk.sender->send(texts[0]);
        QTRY_COMPARE(desk.http.posts.size(), 1);
        for (const QueuedText &text : texts.mid(1))
            desk.sender->send(text);
        for (const QueuedText &text : std::as_const(texts))
            QTRY_COMPARE(desk.status(text.message), QStringLiteral("sent"));
        QStringList posted = desk.postedTexts();
        QCOMPARE(posted.count(QStringLiteral("beside")), 1);
        posted.removeAll(QStringLiteral("beside"));
        QCOMPARE(posted,
            (QStringList{
                QStringLiteral("one"), QStringLiteral("one"), QStringLiteral("two"), QStringLiteral("three")}));
    }

    void aLongWaitKeepsTheLease()
    {
        Desk desk(*m_database);
        int renewals = 0;
        desk.hook = [&](const char *step) {
            if (qstrcmp(step, "after:reserved") == 0 && renewals == 0)
                desk.clock.advance(79'000); // 11 s are left: enough to post, too little to wait
            renewals += qstrcmp(step, "after:renew") == 0 ? 1 : 0;
        };
        desk.start();
        desk.sender->resume();
        desk.http.answers = {FakeTransport::rejected(429, 130429, "2")};
        const QueuedText text = desk.text(QStringLiteral("Hello"));
        desk.sender->send(text);
        QTRY_COMPARE(desk.status(text.message), QStringLiteral("sent"));
        QCOMPARE(renewals, 1);
        QCOMPARE(desk.http.posts.size(), 2);
    }
};

CONVERSURE_TEST(PaceTest)
#include "PaceTest.moc"
