// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"
#include "World.h"
#include "sandbox/Simulation.h"

#include <QJsonArray>

using namespace conversure;
using namespace conversure::sandbox;
using namespace Qt::StringLiterals;

/// What a test can make Meta and the people do, and what becomes of templates and answers then.
class SimulationOrdersTest : public QObject
{
    Q_OBJECT

private:
    /// Two templates of marketing and one of utility, all without variables.
    static constexpr char Templates[] = R"("templates": [
        {"name": "offer", "language": "en", "category": "MARKETING", "components": [{"type": "BODY", "text": "x"}]},
        {"name": "offer", "language": "ar", "category": "MARKETING", "components": [{"type": "BODY", "text": "x"}]},
        {"name": "visit", "language": "en", "components": [{"type": "BODY", "text": "x {{1}}"}]}])";

    static AcceptedSend templateTo(const QString &to, const QString &name, const QJsonArray &parameters = {})
    {
        AcceptedSend send;
        send.phoneNumberId = testNumber().phoneNumberId;
        send.waId = send.input = to;
        send.type = u"template"_s;
        send.text = name;
        send.content = {{u"name"_s, name}, {u"language"_s, QJsonObject{{u"code"_s, u"en"_s}}}};
        if (!parameters.isEmpty())
            send.content.insert(
                u"components"_s, QJsonArray{QJsonObject{{u"type"_s, u"body"_s}, {u"parameters"_s, parameters}}});
        return send;
    }

    static int codeOf(const Verdict &verdict)
    {
        return QJsonDocument::fromJson(verdict.answer.body)["error"_L1]["code"_L1].toInt();
    }

private Q_SLOTS:
    void templatesAreJudged()
    {
        World world(Templates);
        const QJsonArray omar{QJsonObject{{u"type"_s, u"text"_s}, {u"text"_s, u"Omar"_s}}};
        const Verdict good = world.simulation.send(templateTo(u"971500000001"_s, u"visit"_s, omar));
        QCOMPARE(good.answer.status, 200);
        QVERIFY(good.answer.body.contains(R"("message_status":"accepted")"));
        world.clock.advance(200);
        const auto due = world.simulation.takeDue();
        QCOMPARE(statusOf(due.at(0))["pricing"_L1]["category"_L1].toString(), u"utility"_s);
        world.after(60000);
        QCOMPARE(codeOf(world.simulation.send(templateTo(u"971500000001"_s, u"visit"_s))), 132000);
        QCOMPARE(codeOf(world.simulation.send(templateTo(u"971500000001"_s, u"other"_s))), 132001);
        QCOMPARE(world.after(60000), QStringList());
        QCOMPARE(world.simulation.state()["accepted"_L1].toInt(), 1);
    }

    void whoOptedOutGetsNoMarketing()
    {
        World world(R"("leads": [{"wa_id": "971500000001", "opted_out": true}], )"_ba + Templates);
        const auto offer = [&world](
                               const QString &to) { return codeOf(world.simulation.send(templateTo(to, u"offer"_s))); };
        QCOMPARE(offer(u"971500000001"_s), 131050);
        QCOMPARE(offer(u"971500000002"_s), 0);
        QCOMPARE(world.send(u"971500000001"_s, u"free text"_s).answer.status, 200);

        PreferenceOrder order{{}, {u"971500000001"_s, {}, {}, {}}, u"resume"_s, 0, false};
        QVERIFY(world.simulation.preference(order));
        QCOMPARE(world.after(0), QStringList{u"preference"_s});
        QCOMPARE(offer(u"971500000001"_s), 0);
        order.value = u"stop"_s;
        order.silent = true;
        QVERIFY(world.simulation.preference(order));
        QCOMPARE(world.after(0), QStringList());
        QCOMPARE(offer(u"971500000001"_s), 131050);
        order.value = u"maybe"_s;
        QVERIFY(!world.simulation.preference(order));
        QVERIFY(!world.simulation.preference({u"9"_s, {u"971500000001"_s, {}, {}, {}}, u"stop"_s, 0, false}));
        QVERIFY(!world.simulation.preference({{}, {}, u"stop"_s, 0, false}));
    }

    void metaDecidesOnTemplates()
    {
        World world(Templates);
        const auto offer = [&world] {
            return codeOf(world.simulation.send(templateTo(u"971500000001"_s, u"offer"_s)));
        };
        TemplateOrder order;
        order.name = u"offer"_s;
        order.event = u"PAUSED"_s;
        order.reason = u"QUALITY"_s;
        QCOMPARE(world.simulation.changeTemplates(order).value(), 2); // in both languages
        const auto due = world.simulation.takeDue();
        QCOMPARE(due.size(), size_t{2});
        QCOMPARE(due.at(0).what, u"template"_s);
        QCOMPARE(due.at(0).signature, signatureOf(testNumber(), due.at(0).body));
        QCOMPARE(changeValue(due.at(0).body)["event"_L1].toString(), u"PAUSED"_s);
        QCOMPARE(changeValue(due.at(0).body)["reason"_L1].toString(), u"QUALITY"_s);
        QCOMPARE(offer(), 132015);

        order.language = u"en"_s;
        order.event = u"REINSTATED"_s;
        QCOMPARE(world.simulation.changeTemplates(order).value(), 1);
        QCOMPARE(offer(), 0);
        order.event = u"FLAGGED"_s;
        QVERIFY(world.simulation.changeTemplates(order));
        QCOMPARE(offer(), 0);
        order.event = u"DISABLED"_s;
        QVERIFY(world.simulation.changeTemplates(order));
        QCOMPARE(offer(), 132016);
        world.simulation.takeDue();

        TemplateOrder quality;
        quality.name = u"offer"_s;
        quality.language = u"en"_s;
        quality.quality = u"RED"_s;
        quality.category = u"UTILITY"_s;
        QVERIFY(world.simulation.changeTemplates(quality));
        const auto news = world.simulation.takeDue();
        QCOMPARE(news.size(), size_t{2});
        QCOMPARE(changeValue(news.at(0).body)["new_quality_score"_L1].toString(), u"RED"_s);
        QCOMPARE(changeValue(news.at(1).body)["new_category"_L1].toString(), u"UTILITY"_s);

        order.event = u"DELETED"_s;
        order.silent = true;
        QVERIFY(world.simulation.changeTemplates(order));
        QCOMPARE(world.after(0), QStringList());
        QCOMPARE(offer(), 132001);
        QVERIFY(!world.simulation.changeTemplates(order));
    }

    void templatesMayBeAdded()
    {
        World world({});
        const auto item = readTemplate(QJsonDocument::fromJson(R"({"name": "offer", "language": "en",
            "components": [{"type": "BODY", "text": "x"}]})")
                                           .object(),
            testNumber().wabaId);
        QVERIFY(item);
        world.simulation.putTemplate(*item);
        world.simulation.putTemplate(*item);
        QCOMPARE(world.simulation.state()["templates"_L1].toArray().size(), 1);
        QCOMPARE(codeOf(world.simulation.send(templateTo(u"971500000001"_s, u"offer"_s))), 0);
        QVERIFY(!readTemplate(5, {}));
    }

    void aTemplateMayBePausedAtTheWrongMoment()
    {
        World world(R"("faults": [{"fault": "template_paused"}], )"_ba + Templates);
        QCOMPARE(world.send(u"971500000001"_s, u"free text"_s).answer.status, 200); // is not meant
        QCOMPARE(codeOf(world.simulation.send(templateTo(u"971500000001"_s, u"offer"_s))), 132015);
        QCOMPARE(world.after(0), QStringList{u"template"_s});
        QCOMPARE(codeOf(world.simulation.send(templateTo(u"971500000001"_s, u"offer"_s))), 132015);
        world.after(60000);
    }

    void aCallOpensTheWindow()
    {
        World world(R"("enforce_window": true)");
        world.send(u"971500000001"_s, u"too late"_s);
        QCOMPARE(world.after(60000), QStringList{u"failed"_s});
        const auto id = world.simulation.call({{}, {u"971500000001"_s, {}, {}, {}}, 0});
        QVERIFY(id);
        QVERIFY(id->startsWith("wacid."_L1));
        QCOMPARE(world.after(0), QStringList{u"call"_s});
        world.send(u"971500000001"_s, u"in time"_s);
        QCOMPARE(world.after(60000), QStringList({u"sent"_s, u"delivered"_s, u"read"_s}));
    }

    void brokenAnswers_data()
    {
        QTest::addColumn<QByteArray>("fault");
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("cut");
        QTest::addColumn<bool>("taken");
        QTest::newRow("fault after accepting") << "500_after_accept"_ba << 500 << int(Cut::None) << true;
        QTest::newRow("before Meta") << "503"_ba << 503 << int(Cut::None) << false;
        QTest::newRow("half") << "half_answer"_ba << 200 << int(Cut::Half) << true;
        QTest::newRow("closed before") << "closed_before_accept"_ba << 200 << int(Cut::Everything) << false;
        QTest::newRow("closed after") << "closed_after_accept"_ba << 200 << int(Cut::Everything) << true;
    }
    void brokenAnswers()
    {
        QFETCH(QByteArray, fault);
        World world(R"("faults": [{"fault": ")" + fault + R"(", "retry_after": 3}])");
        const Verdict verdict = world.send(u"971500000001"_s, u"a"_s);
        QTEST(verdict.answer.status, "status");
        QTEST(int(verdict.cut), "cut");
        QTEST(!verdict.messageId.isEmpty(), "taken");
        QFETCH(bool, taken);
        QCOMPARE(world.after(60000).size(), taken ? 3 : 0);
        QCOMPARE(world.send(u"971500000001"_s, u"b"_s).cut, Cut::None);
    }
};

CONVERSURE_TEST(SimulationOrdersTest)
#include "SimulationOrdersTest.moc"
