// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/MetaRules.h"
#include "Fixtures.h"
#include "TestMain.h"

#include <QJsonArray>

using namespace conversure;
using namespace conversure::sandbox;
using namespace Qt::StringLiterals;

/// Whether the simulator accepts what the contract allows, refuses the rest, and answers as Meta does.
class MetaRulesTest : public QObject
{
    Q_OBJECT

private:
    const std::vector<Number> m_numbers{testNumber()};

    static Call post(const QByteArray &body)
    {
        return {"POST", "/v23.0/100000000000042/messages",
            {{"Authorization", "Bearer token-of-the-test"}, {"Content-Type", "application/json"}}, body};
    }
    static Call post(const QJsonObject &body) { return post(QJsonDocument(body).toJson()); }

    static QJsonObject textTo(const QString &to, const QString &text)
    {
        return {{u"messaging_product"_s, u"whatsapp"_s}, {u"to"_s, to}, {u"type"_s, u"text"_s},
            {u"text"_s, QJsonObject{{u"body"_s, text}}}};
    }

    Outcome judged(const Call &call) const { return judge(call, m_numbers); }

    /// The error of a refusal with its HTTP status as "status"; empty when the call was accepted.
    QJsonObject refusal(const Call &call) const
    {
        const Outcome outcome = judged(call);
        const auto *answer = std::get_if<Answer>(&outcome);
        if (!answer)
            return {};
        QJsonObject error = QJsonDocument::fromJson(answer->body)["error"_L1].toObject();
        error.insert(u"status"_s, answer->status);
        return error;
    }

private Q_SLOTS:
    void acceptsRightRequests_data()
    {
        QTest::addColumn<QJsonObject>("request");
        const QJsonObject all = fixture(u"requests__right.json"_s);
        QVERIFY(all.size() > 25);
        for (const QString &name : all.keys())
            QTest::newRow(qPrintable(name)) << all.value(name).toObject();
    }

    void acceptsRightRequests()
    {
        QFETCH(QJsonObject, request);
        const Outcome outcome = judged(post(request));
        if (const auto *answer = std::get_if<Answer>(&outcome))
            QFAIL(answer->body.constData());
        QCOMPARE(std::holds_alternative<MarkedRead>(outcome), request.contains("status"_L1));
    }

    void refusesWrongRequests_data()
    {
        QTest::addColumn<QJsonObject>("request");
        QTest::addColumn<int>("code");
        const QJsonObject all = fixture(u"requests__wrong.json"_s);
        QVERIFY(all.size() > 25);
        for (const QString &name : all.keys()) {
            const QJsonObject entry = all.value(name).toObject();
            QTest::newRow(qPrintable(name)) << entry["request"_L1].toObject() << entry["code"_L1].toInt();
        }
    }

    void refusesWrongRequests()
    {
        QFETCH(QJsonObject, request);
        QFETCH(int, code);
        const QJsonObject error = refusal(post(request));
        QCOMPARE(error["code"_L1].toInt(), code);
        QCOMPARE(error["status"_L1].toInt(), 400);
        QCOMPARE(error["type"_L1].toString(), u"OAuthException"_s);
        QVERIFY(!error["message"_L1].toString().isEmpty());
        QVERIFY(!error["fbtrace_id"_L1].toString().isEmpty());
        QVERIFY(!error["error_data"_L1]["details"_L1].toString().isEmpty());
    }

    void countsCharactersNotCodeUnits()
    {
        const QString house = u"\U0001F3E0"_s; // two UTF-16 units, one character
        QVERIFY(refusal(post(textTo(u"971500000001"_s, house.repeated(4096)))).isEmpty());
        const QJsonObject error = refusal(post(textTo(u"971500000001"_s, house.repeated(4097))));
        QCOMPARE(error["code"_L1].toInt(), 131009);
        QVERIFY(error["error_data"_L1]["details"_L1].toString().contains("text.body must be at most 4096"_L1));
    }

    void understandsWhatWasSent()
    {
        QJsonObject body = textTo(u"+971500000001"_s, u"Hello"_s);
        body.insert(u"biz_opaque_callback_data"_s, u"attempt-1"_s);
        body.insert(u"context"_s, QJsonObject{{u"message_id"_s, u"wamid.AAAA"_s}});
        const auto send = std::get<AcceptedSend>(judged(post(body)));
        QCOMPARE(send.phoneNumberId, testNumber().phoneNumberId);
        QCOMPARE(send.input, u"+971500000001"_s);
        QCOMPARE(send.waId, u"971500000001"_s);
        QCOMPARE(send.text, u"Hello"_s);
        QCOMPARE(send.callbackData, u"attempt-1"_s);
        QCOMPARE(send.contextId, u"wamid.AAAA"_s);
    }

    void phoneNumberWinsOverUserId()
    {
        QJsonObject body = textTo(u"971500000001"_s, u"Hello"_s);
        body.insert(u"recipient"_s, u"AE.40000000000001"_s);
        const auto both = std::get<AcceptedSend>(judged(post(body)));
        QCOMPARE(both.waId, u"971500000001"_s);
        QVERIFY(both.userId.isEmpty());
        body.remove(u"to"_s);
        const auto hidden = std::get<AcceptedSend>(judged(post(body)));
        QVERIFY(hidden.waId.isEmpty());
        QCOMPARE(hidden.userId, u"AE.40000000000001"_s);
    }

    void answersAnAcceptedSend()
    {
        const auto send = std::get<AcceptedSend>(judged(post(textTo(u"+971500000001"_s, u"Hello"_s))));
        const Answer answer = acceptedAnswer(send, u"wamid.X"_s);
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.body,
            R"({"messaging_product":"whatsapp","contacts":[{"input":"+971500000001","wa_id":"971500000001"}],)"
            R"("messages":[{"id":"wamid.X"}]})"_ba);
    }

    void answersASendToAUserIdWithoutANumber()
    {
        AcceptedSend send;
        send.input = send.userId = u"AE.40000000000001"_s;
        const QJsonDocument answer = QJsonDocument::fromJson(acceptedAnswer(send, u"wamid.X"_s).body);
        QVERIFY(!answer["contacts"_L1][0].toObject().contains("wa_id"_L1));
        QCOMPARE(answer["contacts"_L1][0]["user_id"_L1].toString(), u"AE.40000000000001"_s);
    }

    void asksForTheToken()
    {
        Call call = post(textTo(u"971500000001"_s, u"Hello"_s));
        for (const QByteArray &header : {""_ba, "Bearer wrong"_ba, "Basic token-of-the-test"_ba, "Bearer "_ba}) {
            call.headers[0].second = header;
            QCOMPARE(refusal(call)["status"_L1].toInt(), 401);
            QCOMPARE(refusal(call)["code"_L1].toInt(), 190);
            QCOMPARE(authorizationState(call, m_numbers), u"Bearer wrong"_s);
        }
        call.headers.removeFirst();
        QCOMPARE(refusal(call)["status"_L1].toInt(), 401);
        QCOMPARE(authorizationState(call, m_numbers), u"absent"_s);
    }

    void refusesATokenInTheQuery()
    {
        Call call = post(textTo(u"971500000001"_s, u"Hello"_s));
        call.target += "?access_token=token-of-the-test&x=1";
        QCOMPARE(refusal(call)["status"_L1].toInt(), 400);
        QVERIFY(!recordableQuery(call).contains("token-of-the-test"_L1));
        QVERIFY(recordableQuery(call).contains("x=1"_L1));
    }

    void knowsOnlyItsNumbers()
    {
        Call call = post(textTo(u"971500000001"_s, u"Hello"_s));
        call.target = "/v23.0/100000000000099/messages";
        QCOMPARE(refusal(call)["code"_L1].toInt(), 100);
        QCOMPARE(refusal(call)["error_subcode"_L1].toInt(), 33);
        QCOMPARE(refusal(call)["status"_L1].toInt(), 400);
    }

    void aTokenOpensOnlyItsOwnNumber()
    {
        Number other = testNumber();
        other.phoneNumberId = u"100000000000077"_s;
        other.accessToken = u"another-token"_s;
        Call call = post(textTo(u"971500000001"_s, u"Hello"_s));
        call.target = "/v23.0/100000000000077/messages";
        const Outcome outcome = judge(call, {testNumber(), other});
        QVERIFY(std::holds_alternative<Answer>(outcome));
        QCOMPARE(std::get<Answer>(outcome).status, 400);
    }

    void refusesUnknownPaths_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::newRow("root") << "/"_ba;
        QTest::newRow("no version") << "/100000000000042/messages"_ba;
        QTest::newRow("edge") << "/v23.0/100000000000042/massages"_ba;
        QTest::newRow("deeper") << "/v23.0/100000000000042/messages/1"_ba;
    }

    void refusesUnknownPaths()
    {
        QFETCH(QByteArray, target);
        Call call = post(textTo(u"971500000001"_s, u"Hello"_s));
        call.target = target;
        QCOMPARE(refusal(call)["status"_L1].toInt(), 404);
        QCOMPARE(refusal(call)["code"_L1].toInt(), 2500);
    }

    void wantsJson()
    {
        Call call = post(textTo(u"971500000001"_s, u"Hello"_s));
        call.headers[1].second = "application/json; charset=utf-8";
        QVERIFY(refusal(call).isEmpty());
        for (const QByteArray &type : {"text/plain"_ba, ""_ba, "application/x-www-form-urlencoded"_ba}) {
            call.headers[1].second = type;
            QCOMPARE(refusal(call)["code"_L1].toInt(), 100);
        }
        for (const QByteArray &body : {""_ba, "{"_ba, "[]"_ba, "\"text\""_ba, "{} {}"_ba})
            QCOMPARE(refusal(post(body))["code"_L1].toInt(), 100);
    }

    void tellsAboutANumber()
    {
        Call call{"GET", "/v23.0/100000000000042?fields=verified_name%2Cthroughput",
            {{"Authorization", "Bearer token-of-the-test"}}, {}};
        const auto answer = std::get<Answer>(judged(call));
        QCOMPARE(answer.status, 200);
        const QJsonObject info = QJsonDocument::fromJson(answer.body).object();
        QCOMPARE(info.keys(), QStringList({u"id"_s, u"throughput"_s, u"verified_name"_s}));
        QCOMPARE(info["verified_name"_L1].toString(), u"Test Homes"_s);
        call.target = "/v23.0/100000000000042?fields=access_token";
        QCOMPARE(refusal(call)["code"_L1].toInt(), 100);
    }
};

CONVERSURE_TEST(MetaRulesTest)
#include "MetaRulesTest.moc"
