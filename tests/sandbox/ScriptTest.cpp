// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Script.h"
#include "Fixtures.h"
#include "TestMain.h"

using namespace conversure;
using namespace conversure::sandbox;
using namespace Qt::StringLiterals;

/// Whether a script says what is wrong with it, and where.
class ScriptTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEverything()
    {
        const auto script = readScript(scriptWith(R"("seed": 9, "loop": {"every_ms": [10, 20]},
            "status_delays_ms": {"sent": 5}, "enforce_window": true,
            "templates": [{"name": "visit", "language": "ar", "components": [{"type": "BODY", "text": "x"}]},
                          {"name": "visit", "language": "en", "category": "MARKETING", "status": "PAUSED",
                           "parameter_format": "NAMED", "quality": "RED", "waba_id": "9", "id": "77",
                           "rejected_reason": "r", "components": [{"type": "BODY", "text": "y"}]}],
            "leads": [{"wa_id": "971500000001", "name": "A", "opening": ["x"], "answers": ["y"], "opted_out": true,
                       "statuses": ["sent", "sent"], "status_delays_ms": {"read": 7}},
                      {"user_id": "AE.4"}, {"wa_id": "971500000002", "user_id": ""}],
            "steps": [{"after": "reply", "lead": "AE.4", "type": "image", "image": {"id": "1"}}],
            "plans": [{"match_text": "no", "failed": {"code": 131026, "title": "T"}}],
            "faults": [{"fault": "429", "times": 3, "retry_after": 2, "match_text": "q"}])"));
        QVERIFY2(script, script ? "" : qPrintable(script.error().message));
        QCOMPARE(script->seed, 9u);
        QCOMPARE(script->loop->maxMs, 20);
        QVERIFY(script->enforceWindow);
        const Lead &first = script->leads.at(0);
        QCOMPARE(first.number, testNumber().phoneNumberId);
        QCOMPARE(first.plan.statuses, QStringList({u"sent"_s, u"sent"_s}));
        QCOMPARE(first.plan.delaysMs.value(u"sent"_s), 5); // from the script
        QCOMPARE(first.plan.delaysMs.value(u"read"_s), 7); // its own
        QVERIFY(first.person.userId.startsWith("AE."_L1));
        QCOMPARE(script->leads.at(1).key(), u"AE.4"_s);
        QVERIFY(script->leads.at(2).person.userId.isEmpty());
        QCOMPARE(script->steps.at(0).content["image"_L1]["id"_L1].toString(), u"1"_s);
        QCOMPARE(script->plans.at(0).plan.statuses, QStringList{u"failed"_s});
        QVERIFY(first.optedOut);
        const MessageTemplate &usual = script->templates.at(0);
        QCOMPARE(usual.wabaId, testNumber().wabaId);
        QCOMPARE(usual.status, u"APPROVED"_s);
        QCOMPARE(usual.category, u"UTILITY"_s);
        QCOMPARE(usual.parameterFormat, u"POSITIONAL"_s);
        QCOMPARE(usual.id.size(), 15);
        const MessageTemplate &given = script->templates.at(1);
        QCOMPARE((QStringList{given.wabaId, given.id, given.status, given.category, given.parameterFormat,
                     given.quality, given.rejectedReason}),
            (QStringList{u"9"_s, u"77"_s, u"PAUSED"_s, u"MARKETING"_s, u"NAMED"_s, u"RED"_s, u"r"_s}));
        QCOMPARE(script->faults.at(0).kind, FaultKind::TooMany);
        QCOMPARE(script->faults.at(0).retryAfter, 2);
    }

    void namesThePathOfWhatIsWrong_data()
    {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<QString>("path");
        QTest::newRow("no number") << R"({"seed": 1})"_ba << u"numbers: "_s;
        QTest::newRow("array") << "[]"_ba << u"script: "_s;
        QTest::newRow("number member") << R"({"numbers": [{"phone_number_id": 17}]})"_ba
                                       << u"numbers[0].phone_number_id: "_s;
        QTest::newRow("typing error") << scriptWith(R"("leeds": [])") << u"leeds: "_s;
        QTest::newRow("answers") << scriptWith(R"("leads": [{"wa_id": "1", "answers": ["a", 2]}])")
                                 << u"leads[0].answers[1]: "_s;
        QTest::newRow("nobody") << scriptWith(R"("leads": [{"name": "A"}])") << u"leads[0].wa_id: "_s;
        QTest::newRow("twice") << scriptWith(R"("leads": [{"wa_id": "1"}, {"wa_id": "1"}])") << u"leads: "_s;
        QTest::newRow("span") << scriptWith(R"("loop": {"every_ms": [9, 1]})") << u"loop.every_ms: "_s;
        QTest::newRow("status") << scriptWith(R"("statuses": ["sent", "seen"])") << u"statuses[1]: "_s;
        QTest::newRow("fault") << scriptWith(R"("faults": [{"fault": "fire"}])") << u"faults[0].fault: "_s;
        QTest::newRow("unknown lead") << scriptWith(R"("steps": [{"at_ms": 1, "lead": "5", "text": "x"}])")
                                      << u"steps[0].lead: "_s;
        QTest::newRow("no trigger") << scriptWith(R"("leads": [{"wa_id": "5"}], "steps": [{"lead": "5", "text": "x"}])")
                                    << u"steps[0]: "_s;
        const QByteArray body = R"("components": [{"type": "BODY", "text": "x"}])";
        QTest::newRow("template without a body")
            << scriptWith(R"("templates": [{"name": "a", "language": "en"}])") << u"templates[0].components: "_s;
        QTest::newRow("template's name") << scriptWith(R"("templates": [{"name": "A b", "language": "en", )" + body
            + "}]") << u"templates[0].name: "_s;
        QTest::newRow("template's id") << scriptWith(R"("templates": [{"name": "a", "language": "en", "id": "x", )"
            + body + "}]") << u"templates[0].id: "_s;
        QTest::newRow("template twice") << scriptWith(R"("templates": [{"name": "a", "language": "en", )" + body
            + R"(}, {"name": "a", "language": "en", )" + body + "}]")
                                        << u"templates: "_s;
        QTest::newRow("other number") << scriptWith(R"("leads": [{"wa_id": "5", "number": "9"}])")
                                      << u"leads[0].number: "_s;
    }

    void namesThePathOfWhatIsWrong()
    {
        QFETCH(QByteArray, script);
        QFETCH(QString, path);
        const auto read = readScript(script);
        QVERIFY(!read);
        QCOMPARE(read.error().code, u"script:invalid"_s);
        QVERIFY2(read.error().message.startsWith(path), qPrintable(read.error().message));
    }

    void malformedJsonIsAnError() { QVERIFY(!readScript("{\"seed\": ")); }

    void theDemoIsRight()
    {
        const QByteArray bytes = fileContents(QStringLiteral(CONVERSURE_SOURCE_DIR "/resources/demo/script.json"));
        const auto script = readScript(bytes);
        QVERIFY2(script, script ? "" : qPrintable(script.error().message));
        QCOMPARE(script->numbers.size(), size_t{2});
        QVERIFY(script->leads.size() >= 14);
        QVERIFY(script->loop);
        QSet<QString> languages;
        int hidden = 0;
        for (const Lead &lead : script->leads) {
            languages << lead.language;
            hidden += lead.person.waId.isEmpty() ? 1 : 0;
            QVERIFY2(lead.opening.size() >= 2 && lead.opening.size() <= 6, qPrintable(lead.person.name));
            QVERIFY2(lead.answers.size() >= 3, qPrintable(lead.person.name));
        }
        QVERIFY(languages.contains(QSet<QString>{u"en"_s, u"ar"_s, u"ru"_s}));
        QCOMPARE(hidden, 1);
    }

    /// What the picker of the demo shows: in both languages, sendable but for one, and of all forms.
    void theDemoHasTemplates()
    {
        const auto script =
            readScript(fileContents(QStringLiteral(CONVERSURE_SOURCE_DIR "/resources/demo/script.json")));
        QVERIFY(script);
        QHash<QString, QStringList> languages;
        QSet<QString> categories;
        QSet<QString> formats;
        int paused = 0;
        for (const MessageTemplate &item : script->templates) {
            QCOMPARE(item.wabaId, script->numbers.at(0).wabaId);
            categories << item.category;
            formats << item.parameterFormat;
            for (const QJsonValue &component : item.components)
                formats << component["format"_L1].toString();
            paused += item.status == "PAUSED"_L1 ? 1 : 0;
            if (item.status == "APPROVED"_L1)
                languages[item.name] << item.language;
        }
        QVERIFY(languages.size() >= 4);
        for (const QStringList &known : std::as_const(languages))
            QCOMPARE(known, QStringList({u"en"_s, u"ar"_s}));
        QCOMPARE(paused, 1);
        QVERIFY(categories.contains(QSet<QString>{u"MARKETING"_s, u"UTILITY"_s}));
        QVERIFY(formats.contains(QSet<QString>{u"POSITIONAL"_s, u"NAMED"_s, u"DOCUMENT"_s, u"TEXT"_s}));
    }
};

CONVERSURE_TEST(ScriptTest)
#include "ScriptTest.moc"
