// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Simulation.h"
#include "TestMain.h"
#include "World.h"

#include <QJsonArray>

using namespace conversure;
using namespace conversure::sandbox;
using namespace Qt::StringLiterals;

/// What happens next and when, on a clock that the test moves.
class SimulationTest : public QObject
{
    Q_OBJECT

private:
    /// Everything of the next \a ms, a second at a time, as "<second> <what>".
    static QStringList history(World &world, qint64 ms)
    {
        QStringList events;
        for (qint64 passed = 0; passed < ms; passed += 1000) {
            for (const QString &event : world.after(1000))
                events << QString::number(passed) + u' ' + event;
        }
        return events;
    }

private Q_SLOTS:
    void statusesComeWhenTheyAreDue()
    {
        World world({});
        const Verdict verdict = world.send(u"971500000001"_s, u"Hi"_s);
        QCOMPARE(verdict.answer.status, 200);
        QVERIFY(verdict.answer.body.contains(verdict.messageId.toUtf8()));
        QCOMPARE(world.simulation.msUntilNext().value_or(-1), 200);
        QCOMPARE(world.after(199), QStringList());
        QCOMPARE(world.after(1), QStringList{u"sent"_s});
        QCOMPARE(world.after(400), QStringList{u"delivered"_s});
        QCOMPARE(world.after(899), QStringList());
        QCOMPARE(world.after(1), QStringList{u"read"_s});
        QVERIFY(!world.simulation.msUntilNext());
    }

    void statusesNameTheMessageAndOurAttempt()
    {
        World world({});
        const Verdict verdict = world.send(u"971500000001"_s, u"Hi"_s);
        world.clock.advance(200);
        const auto due = world.simulation.takeDue();
        QCOMPARE(due.size(), size_t{1});
        QCOMPARE(statusOf(due[0])["id"_L1].toString(), verdict.messageId);
        QCOMPARE(statusOf(due[0])["biz_opaque_callback_data"_L1].toString(), u"attempt of Hi"_s);
        QCOMPARE(statusOf(due[0])["recipient_id"_L1].toString(), u"971500000001"_s);
        QCOMPARE(due[0].signature, signatureOf(testNumber(), due[0].body));
    }

    void messageIdsNeverRepeat()
    {
        World first({});
        World later({});
        later.clock.advance(1);
        QSet<QString> ids;
        for (int i = 0; i < 100; ++i)
            ids << first.send(u"971500000001"_s, u"Hi"_s).messageId << later.send(u"971500000001"_s, u"Hi"_s).messageId;
        QCOMPARE(ids.size(), 200);
    }

    void aScriptDecidesOnStatuses()
    {
        World world(R"("leads": [{"wa_id": "971500000001", "statuses": ["sent", "delivered"]}],
            "plans": [{"match_text": "nowhere", "failed": {"code": 131026, "title": "Message undeliverable"}}])");
        world.send(u"971500000001"_s, u"Hi"_s);
        QCOMPARE(world.after(5000), QStringList({u"sent"_s, u"delivered"_s}));
        world.send(u"971500000001"_s, u"to nowhere"_s);
        world.clock.advance(5000);
        const auto due = world.simulation.takeDue();
        QCOMPARE(due.size(), size_t{1});
        QCOMPARE(statusOf(due[0])["errors"_L1][0]["code"_L1].toInt(), 131026);
    }

    void faultsBeforeAcceptanceSendNothing_data()
    {
        QTest::addColumn<QByteArray>("fault");
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("code");
        QTest::newRow("429") << "429"_ba << 429 << 130429;
        QTest::newRow("500") << "500"_ba << 500 << 131000;
        QTest::newRow("error") << "error"_ba << 400 << 131026;
    }

    void faultsBeforeAcceptanceSendNothing()
    {
        QFETCH(QByteArray, fault);
        World world(R"("faults": [{"fault": ")" + fault + R"(", "match_text": "bad", "times": 2, "retry_after": 3}])");
        QCOMPARE(world.send(u"971500000001"_s, u"good"_s).answer.status, 200);
        QCOMPARE(world.after(2000).size(), 3);
        for (int i = 0; i < 2; ++i) {
            const Verdict verdict = world.send(u"971500000001"_s, u"bad"_s);
            QTEST(verdict.answer.status, "status");
            QTEST(QJsonDocument::fromJson(verdict.answer.body)["error"_L1]["code"_L1].toInt(), "code");
            QCOMPARE(verdict.retryAfter, 3);
            QVERIFY(verdict.messageId.isEmpty());
        }
        QCOMPARE(world.after(10000), QStringList());
        QCOMPARE(world.send(u"971500000001"_s, u"bad"_s).answer.status, 200);
    }

    void silenceBeforeAndAfterAcceptance()
    {
        World world(R"("faults": [{"fault": "timeout_before_accept"}, {"fault": "timeout_after_accept"}])");
        const Verdict before = world.send(u"971500000001"_s, u"a"_s);
        QVERIFY(before.silent);
        QVERIFY(before.messageId.isEmpty());
        QCOMPARE(world.after(10000), QStringList());
        const Verdict after = world.send(u"971500000001"_s, u"a"_s);
        QVERIFY(after.silent);
        QCOMPARE(world.after(10000), QStringList({u"sent"_s, u"delivered"_s, u"read"_s}));
        QVERIFY(!world.send(u"971500000001"_s, u"a"_s).silent);
    }

    void faultsBendTheStatuses()
    {
        World world(R"("faults": [{"fault": "duplicate_statuses"}, {"fault": "reordered_statuses"},
            {"fault": "slow", "delay_ms": 70}, {"fault": "status_before_answer"}, {"fault": "window_closed"}])");
        world.send(u"971500000001"_s, u"a"_s);
        QCOMPARE(world.after(2000),
            QStringList({u"sent"_s, u"sent"_s, u"delivered"_s, u"delivered"_s, u"read"_s, u"read"_s}));
        world.send(u"971500000001"_s, u"a"_s);
        QCOMPARE(world.after(2000), QStringList({u"read"_s, u"delivered"_s, u"sent"_s}));
        QCOMPARE(world.send(u"971500000001"_s, u"a"_s).delayMs, 70);
        QVERIFY(world.send(u"971500000001"_s, u"a"_s).afterFirstStatus);
        world.after(5000);
        world.send(u"971500000001"_s, u"a"_s);
        QCOMPARE(world.after(2000), QStringList{u"failed"_s});
    }

    void aFaultMayBeForOneLeadAndForEver()
    {
        World world(R"("leads": [{"wa_id": "971500000001"}],
            "faults": [{"fault": "500", "lead": "971500000001", "times": -1}])");
        for (int i = 0; i < 5; ++i)
            QCOMPARE(world.send(u"971500000001"_s, u"a"_s).answer.status, 500);
        QCOMPARE(world.send(u"971500000002"_s, u"a"_s).answer.status, 200);
    }

    void theWindowClosesAfterADay()
    {
        World world(R"("enforce_window": true, "leads": [{"wa_id": "971500000001", "opening": ["Hi"]}])");
        world.send(u"971500000001"_s, u"too early"_s);
        QCOMPARE(world.after(2000), QStringList({u"message: Hi"_s, u"failed"_s}));
        world.send(u"971500000001"_s, u"in time"_s);
        QCOMPARE(world.after(2000), QStringList({u"sent"_s, u"delivered"_s, u"read"_s}));
        world.clock.advance(24LL * 60 * 60 * 1000);
        world.send(u"971500000001"_s, u"too late"_s);
        QCOMPARE(world.after(2000), QStringList{u"failed"_s});
    }

    void leadsOpenTheConversation()
    {
        World world(R"("leads": [{"wa_id": "971500000001", "name": "Omar", "opening": ["One", "Two"], "at_ms": 50,
            "gap_ms": [100, 100]}])");
        QCOMPARE(world.after(49), QStringList());
        QCOMPARE(world.after(1), QStringList{u"message: One"_s});
        QCOMPARE(world.after(100), QStringList{u"message: Two"_s});
        QVERIFY(!world.simulation.msUntilNext());
    }

    void leadsAnswerWhatTheyHaveRead()
    {
        World world(R"("leads": [{"wa_id": "971500000001", "answers": ["First", "Second"],
            "answer_after_ms": [1000, 1000]}])");
        world.send(u"971500000001"_s, u"a"_s);
        world.send(u"971500000001"_s, u"b"_s); // both before the lead has answered: one answer
        QCOMPARE(world.after(1500).size(), 6);
        QCOMPARE(world.after(999), QStringList());
        QCOMPARE(world.after(1), QStringList{u"message: First"_s});
        world.send(u"971500000001"_s, u"c"_s);
        QCOMPARE(world.after(2500).last(), u"message: Second"_s);
        world.send(u"971500000001"_s, u"d"_s);
        QCOMPARE(world.after(9000), QStringList({u"sent"_s, u"delivered"_s, u"read"_s})); // nothing left to say
    }

    void leadsDoNotAnswerWhatFailed()
    {
        World world(
            R"("leads": [{"wa_id": "971500000001", "answers": ["First"], "failed": {"code": 1, "title": "T"}}])");
        world.send(u"971500000001"_s, u"a"_s);
        QCOMPARE(world.after(60000), QStringList{u"failed"_s});
    }

    void stepsFollowTimeRepliesAndReading()
    {
        World world(R"("leads": [{"wa_id": "971500000001"}], "steps": [
            {"at_ms": 10, "lead": "971500000001", "text": "timed"},
            {"after": "reply", "delay_ms": 100, "lead": "971500000001", "text": "replied"},
            {"after": "read", "delay_ms": 100, "lead": "971500000001", "text": "was read"},
            {"after": "reply", "lead": "971500000001", "text": "replied again"}])");
        QCOMPARE(world.after(10), QStringList{u"message: timed"_s});
        world.send(u"971500000001"_s, u"a"_s);
        QCOMPARE(world.after(150), QStringList{u"message: replied"_s});
        QCOMPARE(world.after(1350), QStringList({u"sent"_s, u"delivered"_s, u"read"_s}));
        QCOMPARE(world.after(100), QStringList{u"message: was read"_s});
        world.send(u"971500000001"_s, u"b"_s);
        QCOMPARE(world.after(0), QStringList{u"message: replied again"_s});
    }

    void aHiddenLeadIsOnePersonUnderBothNames()
    {
        World world(R"("leads": [{"wa_id": "971500000001", "user_id": "AE.4", "answers": ["Yes"]}])");
        world.send(u"AE.4"_s, u"a"_s);
        world.clock.advance(200);
        const auto due = world.simulation.takeDue();
        QCOMPARE(due.size(), size_t{1});
        QVERIFY(!statusOf(due[0]).contains("recipient_id"_L1));
        QCOMPARE(statusOf(due[0])["recipient_user_id"_L1].toString(), u"AE.4"_s);
        QCOMPARE(due[0].lane, testNumber().phoneNumberId + u"/971500000001"_s);
        QCOMPARE(world.after(60000).last(), u"message: Yes"_s);
    }

    void theSeedDecidesOnChance()
    {
        const QByteArray rest = R"(, "loop": {"every_ms": [500, 9000]}, "leads": [
            {"wa_id": "971500000001", "opening": ["o"], "phrases": ["a", "b", "c"]},
            {"wa_id": "971500000002", "phrases": ["d", "e"]}])";
        World one(R"("seed": 7)" + rest);
        World same(R"("seed": 7)" + rest);
        World other(R"("seed": 8)" + rest);
        const QStringList events = history(one, 600'000);
        QVERIFY2(events.size() > 60, qPrintable(events.join(u'\n')));
        QCOMPARE(history(same, 600'000), events);
        QVERIFY(history(other, 600'000) != events);
    }

    void aTestMayWriteForALead()
    {
        World world({});
        InboundOrder order;
        order.from.waId = u"971500000001"_s;
        order.id = u"wamid.chosen"_s;
        order.timestamp = 1700000000;
        order.type = u"text"_s;
        order.content = {{u"text"_s, QJsonObject{{u"body"_s, u"Hi"_s}}}};
        const auto id = world.simulation.inbound(order);
        QVERIFY(id);
        QCOMPARE(*id, u"wamid.chosen"_s);
        const auto due = world.simulation.takeDue();
        QCOMPARE(due.size(), size_t{1});
        const QJsonObject message = changeValue(due[0].body)["messages"_L1][0].toObject();
        QCOMPARE(message["id"_L1].toString(), u"wamid.chosen"_s);
        QCOMPARE(message["timestamp"_L1].toString(), u"1700000000"_s);
        QCOMPARE(message["from_user_id"_L1].toString(), userIdFor(u"971500000001"_s));

        order.number = u"9"_s;
        QVERIFY(!world.simulation.inbound(order));
        order.number.clear();
        order.from.waId.clear();
        QVERIFY(!world.simulation.inbound(order));
    }

    void remembersWhoWrote()
    {
        World world({});
        InboundOrder order;
        order.from = {u"971500000001"_s, u"AE.7"_s, u"Omar"_s, {}};
        order.type = u"text"_s;
        order.content = {{u"text"_s, QJsonObject{{u"body"_s, u"Hi"_s}}}};
        QVERIFY(world.simulation.inbound(order));
        const QString lane = world.simulation.takeDue().at(0).lane;
        for (const QString &name : {u"971500000001"_s, u"AE.7"_s}) {
            world.send(name, u"a"_s);
            world.clock.advance(200);
            const auto due = world.simulation.takeDue();
            QVERIFY(!due.empty());
            QCOMPARE(due.back().lane, lane);
            QCOMPARE(statusOf(due.back())["recipient_user_id"_L1].toString(), u"AE.7"_s);
        }
    }

    void aTestMaySendAStatus()
    {
        World world(R"("statuses": [])");
        const Verdict verdict = world.send(u"971500000001"_s, u"a"_s);
        QCOMPARE(world.after(9000), QStringList());
        StatusOrder order;
        order.messageId = verdict.messageId;
        order.status = u"failed"_s;
        order.failure = FailureReason{131049, u"Kept back"_s, {}};
        QVERIFY(world.simulation.status(order));
        const auto due = world.simulation.takeDue();
        QCOMPARE(due.size(), size_t{1});
        QCOMPARE(statusOf(due[0])["biz_opaque_callback_data"_L1].toString(), u"attempt of a"_s);
        QCOMPARE(statusOf(due[0])["errors"_L1][0]["code"_L1].toInt(), 131049);

        order.messageId = u"wamid.unknown"_s;
        QVERIFY(!world.simulation.status(order));
        order.lead = u"971500000001"_s;
        QVERIFY(world.simulation.status(order));
    }

    void tellsItsState()
    {
        World world({});
        const Verdict verdict = world.send(u"971500000001"_s, u"a"_s);
        world.after(700);
        world.simulation.markRead({testNumber().phoneNumberId, u"wamid.theirs"_s, false});
        const QJsonObject state = world.simulation.state();
        QCOMPARE(state["accepted"_L1].toInt(), 1);
        QCOMPARE(state["planned"_L1].toInt(), 1);
        QCOMPARE(state["messages"_L1][0]["message_id"_L1].toString(), verdict.messageId);
        QCOMPARE(state["messages"_L1][0]["statuses"_L1].toArray(), QJsonArray({u"sent"_s, u"delivered"_s}));
        QCOMPARE(state["read_marks"_L1].toArray(), QJsonArray{u"wamid.theirs"_s});
    }
};

CONVERSURE_TEST(SimulationTest)
#include "SimulationTest.moc"
