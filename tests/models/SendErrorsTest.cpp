// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "models/SendErrors.h"

#include <QDateTime>
#include <QLocale>
#include <QSet>

using namespace conversure;
using namespace conversure::models;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(conversure::NextStep)

class SendErrorsTest : public QObject
{
    Q_OBJECT

private:
    static constexpr Microseconds Hour = 3'600'000'000LL;

    /// All codes that have words of their own, those that share them in one line.
    static QList<QStringList> groups()
    {
        const QStringList lines{u"CV001"_s, u"CV002"_s, u"CV003"_s, u"CV004"_s, u"CV010"_s, u"CV011"_s, u"CV012"_s,
            u"CV013"_s, u"CV014"_s, u"CV015"_s, u"CV016"_s, u"CV017"_s, u"CV018"_s, u"CV019"_s, u"unconfirmed"_s,
            u"not_sent"_s, u"not_sent_said"_s, u"sending:no-number"_s, u"relay:gave-up"_s, u"net:tls"_s, u"net:url"_s,
            u"net:refused net:host net:timeout net:lost"_s, u"store:lost store:unreachable"_s,
            u"journal:write journal:damaged journal:busy"_s, u"vault:secret chain:unsigned"_s,
            u"provider:text-length"_s, u"provider:recipient"_s, u"provider:template-fields"_s, u"provider:template"_s,
            u"provider:content-type"_s, u"provider:setting-missing provider:setting-invalid"_s,
            u"provider:failed meta:unknown"_s, u"provider:attempt provider:cursor"_s,
            u"meta:0 meta:190 meta:http-401"_s, u"meta:3 meta:10 meta:200 meta:230 meta:299 meta:131005"_s,
            u"meta:368"_s, u"meta:131031"_s, u"meta:131042"_s, u"meta:131037"_s, u"meta:131045 meta:133010"_s,
            u"meta:131063"_s, u"meta:1 meta:2 meta:131000 meta:131016 meta:133004"_s, u"meta:131057"_s,
            u"meta:135000"_s, u"meta:4 meta:80007 meta:http-429"_s, u"meta:130429"_s, u"meta:131056"_s,
            u"meta:131048"_s, u"meta:131064"_s, u"meta:133016"_s, u"meta:131047"_s, u"meta:131049"_s, u"meta:130472"_s,
            u"meta:131050"_s, u"meta:131026"_s, u"meta:131021"_s, u"meta:131030"_s, u"meta:130497"_s, u"meta:131062"_s,
            u"meta:137000"_s, u"meta:100 meta:131008 meta:131009"_s, u"meta:131051"_s, u"meta:131052"_s,
            u"meta:131053"_s, u"meta:132000"_s, u"meta:132001"_s, u"meta:132005"_s, u"meta:132007"_s,
            u"meta:132008 meta:132012 meta:132018"_s, u"meta:132015"_s, u"meta:132016"_s, u"meta:132068"_s,
            u"meta:132069"_s, u"meta:131061"_s, u"meta:http-404 meta:http-413"_s};
        QList<QStringList> all;
        for (const QString &line : lines)
            all << line.split(u' ');
        return all;
    }

    static QJsonObject withClass(const char *word) { return {{u"class"_s, QString::fromLatin1(word)}}; }

    static QString textOf(Microseconds at)
    {
        return QLocale().toString(QDateTime::fromMSecsSinceEpoch(at / 1000), QLocale::ShortFormat);
    }

private Q_SLOTS:
    void everyGroupHasItsOwnSentence()
    {
        QSet<QString> sentences;
        for (const QStringList &group : groups()) {
            const QString sentence = sendErrorSentence(group.first(), {});
            QVERIFY2(sentence.endsWith(u'.') && !sentence.contains(u'%'), qPrintable(sentence));
            QVERIFY2(sentence.size() < 260 && sentence.count(u'.') >= 1, qPrintable(sentence));
            for (const QString &code : group) {
                QCOMPARE(sendErrorSentence(code, {}), sentence);
                QVERIFY2(!sentence.contains(code), qPrintable(code));
            }
            QVERIFY2(!sentences.contains(sentence), qPrintable(group.first()));
            sentences.insert(sentence);
        }
    }

    void classesSpeakForUnknownCodes_data()
    {
        QTest::addColumn<QByteArray>("word");
        QTest::addColumn<NextStep>("step");
        QTest::addColumn<bool>("atOnce");
        QTest::newRow("content") << "invalid_content"_ba << NextStep::EditText << false;
        QTest::newRow("reach") << "not_reachable"_ba << NextStep::OtherWay << false;
        QTest::newRow("window") << "window_closed"_ba << NextStep::UseTemplate << false;
        QTest::newRow("opted out") << "opted_out"_ba << NextStep::Stop << false;
        QTest::newRow("cap") << "marketing_cap"_ba << NextStep::Wait << false;
        QTest::newRow("template") << "template_problem"_ba << NextStep::OtherTemplate << false;
        QTest::newRow("pace") << "pace_limited"_ba << NextStep::Wait << true;
        QTest::newRow("limit") << "provider_limit"_ba << NextStep::TellAdmin << false;
        QTest::newRow("access") << "auth_problem"_ba << NextStep::TellAdmin << true;
        QTest::newRow("account") << "account_problem"_ba << NextStep::TellAdmin << true;
        QTest::newRow("down") << "provider_down"_ba << NextStep::Wait << true;
        QTest::newRow("unknown") << "unknown"_ba << NextStep::TellAdmin << true;
    }
    void classesSpeakForUnknownCodes()
    {
        QFETCH(QByteArray, word);
        QFETCH(NextStep, step);
        QFETCH(bool, atOnce);
        const QJsonObject detail = withClass(word.constData());
        const QString sentence = sendErrorSentence(u"twilio:63016"_s, detail);
        QVERIFY2(sentence.endsWith(u'.') && !sentence.contains(u'%'), qPrintable(sentence));
        QCOMPARE(sentence.contains(u"twilio:63016"_s), word == "unknown");
        QCOMPARE(nextStep(u"twilio:63016"_s, detail), step);
        QCOMPARE(canRetry(u"twilio:63016"_s, detail, 1), atOnce);
    }

    void theCodeKnowsMoreThanItsClass()
    {
        QCOMPARE(nextStep(u"meta:132000"_s, withClass("template_problem")), NextStep::FillFields);
        QCOMPARE(sendErrorSentence(u"meta:131047"_s, withClass("unknown")), sendErrorSentence(u"meta:131047"_s, {}));
    }

    void steps_data()
    {
        QTest::addColumn<QString>("code");
        QTest::addColumn<NextStep>("step");
        const auto row = [](const QString &code, NextStep step) { QTest::newRow(qPrintable(code)) << code << step; };
        row(u"CV010"_s, NextStep::Wait);
        row(u"CV012"_s, NextStep::UseTemplate);
        row(u"CV013"_s, NextStep::Stop);
        row(u"CV014"_s, NextStep::TellAdmin);
        row(u"CV015"_s, NextStep::OtherTemplate);
        row(u"CV016"_s, NextStep::FillFields);
        row(u"CV018"_s, NextStep::OtherWay);
        row(u"meta:131047"_s, NextStep::UseTemplate);
        row(u"meta:131050"_s, NextStep::Stop);
        row(u"meta:131026"_s, NextStep::OtherWay);
        row(u"meta:132015"_s, NextStep::OtherTemplate);
        row(u"meta:190"_s, NextStep::TellAdmin);
        row(u"meta:100"_s, NextStep::EditText);
        row(u"net:timeout"_s, NextStep::Wait);
    }
    void steps()
    {
        QFETCH(QString, code);
        QFETCH(NextStep, step);
        QCOMPARE(nextStep(code, {}), step);
    }

    void whatCannotHelpIsNotOffered()
    {
        for (const QString &code : {u"CV012"_s, u"CV013"_s, u"CV019"_s, u"unconfirmed"_s, u"meta:131047"_s,
                 u"meta:131050"_s, u"meta:131026"_s, u"meta:130472"_s, u"meta:100"_s, u"meta:132015"_s}) {
            QVERIFY2(!retryFrom(code, {}), qPrintable(code));
            QVERIFY2(!retryFrom(code, {{u"retry_at"_s, 5}}), qPrintable(code));
            QVERIFY2(!canRetry(code, {}, 900 * Hour), qPrintable(code));
        }
    }

    void someHelpAtOnce()
    {
        for (const QString &code : {u"net:refused"_s, u"not_sent"_s, u"not_sent_said"_s, u"meta:131000"_s,
                 u"meta:190"_s, u"relay:gave-up"_s, u"sending:no-number"_s, u"journal:write"_s, u"meta:999"_s}) {
            QCOMPARE(retryFrom(code, {}), std::optional<Microseconds>(0));
            QVERIFY2(canRetry(code, {}, 1), qPrintable(code));
        }
    }

    void someHelpLater()
    {
        const Microseconds at = 1'795'341'600'000'000;
        const QJsonObject detail{{u"retry_at"_s, at}};
        for (const QString &code : {u"CV017"_s, u"meta:131049"_s, u"meta:131048"_s, u"meta:132069"_s}) {
            QVERIFY2(!canRetry(code, {}, at + 900 * Hour), qPrintable(code)); // nobody knows when
            QVERIFY2(!canRetry(code, detail, at - 1), qPrintable(code));
            QVERIFY2(canRetry(code, detail, at), qPrintable(code));
            QVERIFY2(sendErrorSentence(code, detail).contains(textOf(at)), qPrintable(code));
        }
        QVERIFY(!canRetry(u"meta:130429"_s, detail, at - 1)); // at once, but for the provider's own word
        QVERIFY(canRetry(u"meta:130429"_s, detail, at));
    }

    void theWindowSaysWhenItClosed()
    {
        const Microseconds at = 1'795'341'600'000'000;
        QVERIFY(sendErrorSentence(u"CV012"_s, {{u"closed_at"_s, at}}).contains(textOf(at)));
        const QString never = sendErrorSentence(u"CV012"_s, {{u"closed_at"_s, QJsonValue::Null}});
        QVERIFY2(never.contains(u"not written"_s), qPrintable(never));
    }

    void figuresMakeSentences_data()
    {
        QTest::addColumn<QString>("code");
        QTest::addColumn<QJsonObject>("detail");
        QTest::addColumn<QString>("words");
        const auto row = [](const char *name, const QString &code, const QJsonObject &detail, const QString &words) {
            QTest::newRow(name) << code << detail << words;
        };
        row("word", u"CV013"_s, {{u"kind"_s, u"word"_s}}, u"has written"_s);
        row("provider", u"CV013"_s, {{u"kind"_s, u"provider"_s}}, u"Only the lead"_s);
        row("admin", u"CV013"_s, {{u"kind"_s, u"admin"_s}}, u"has noted"_s);
        row("number", u"CV014"_s, {{u"number"_s, u"Sales"_s}}, u"“Sales”"_s);
        row("paused", u"CV015"_s, {{u"name"_s, u"visit"_s}, {u"status"_s, u"PAUSED"_s}},
            u"paused the template “visit”"_s);
        row("disabled", u"CV015"_s, {{u"name"_s, u"visit"_s}, {u"status"_s, u"DISABLED"_s}}, u"for good"_s);
        row("not for us", u"CV015"_s, {{u"name"_s, u"visit"_s}, {u"status"_s, u"UNSUPPORTED"_s}},
            u"cannot be filled in"_s);
        row("changed", u"CV015"_s, {{u"name"_s, u"visit"_s}, {u"status"_s, u"CHANGED"_s}}, u"reads differently"_s);
        row("deleted", u"CV015"_s, {{u"name"_s, u"visit"_s}, {u"status"_s, u"DELETED"_s}}, u"not there any more"_s);
        row("other", u"CV015"_s, {{u"name"_s, u"visit"_s}, {u"status"_s, u"IN_APPEAL"_s}}, u"(IN_APPEAL)"_s);
        row("length", u"provider:text-length"_s, {{u"length"_s, 5000}, {u"limit"_s, 4096}},
            QLocale().toString(5000) + u" of at most"_s);
        row("no text", u"provider:text-length"_s, {{u"length"_s, 0}, {u"limit"_s, 4096}}, u"empty or longer"_s);
        row("details", u"meta:100"_s, {{u"details"_s, u"Param to is not a phone number."_s}},
            u"WhatsApp says: “Param to is not a phone number”."_s);
        row("title", u"meta:135000"_s, {{u"title"_s, u"Generic user error"_s}}, u"“Generic user error”."_s);
        row("unknown", u"meta:999"_s, {{u"details"_s, u"Odd %1"_s}}, u"(meta:999)"_s);
        row("percent", u"meta:999"_s, {{u"details"_s, u"Odd %1"_s}}, u"“Odd %1”."_s);
    }
    void figuresMakeSentences()
    {
        QFETCH(QString, code);
        QFETCH(QJsonObject, detail);
        QFETCH(QString, words);
        const QString sentence = sendErrorSentence(code, detail);
        QVERIFY2(sentence.contains(words), qPrintable(sentence));
        QVERIFY2(sentence.endsWith(u'.'), qPrintable(sentence));
    }

    void clearCodesNeedNoWordsOfOthers()
    {
        const QJsonObject detail{{u"details"_s, u"Message undeliverable"_s}, {u"title"_s, u"Undeliverable"_s}};
        QCOMPARE(sendErrorSentence(u"meta:131026"_s, detail), sendErrorSentence(u"meta:131026"_s, {}));
    }
};

CONVERSURE_TEST(SendErrorsTest)
#include "SendErrorsTest.moc"
