// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "providers/meta/Replies.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace conversure;
using namespace conversure::providers;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(conversure::ErrorKind)

class MetaRepliesTest : public QObject
{
    Q_OBJECT

private:
    static Result<SendResult> read(int status, const QByteArray &body)
    {
        return meta::readSendResponse({status, {}, body});
    }

    static QByteArray envelope(qint64 code, const QJsonObject &more = {})
    {
        QJsonObject error{{u"message"_s, u"(#%1) Words"_s.arg(code)}, {u"type"_s, u"OAuthException"_s},
            {u"code"_s, code}, {u"fbtrace_id"_s, u"AbCdEf"_s}};
        for (auto it = more.begin(); it != more.end(); ++it)
            error.insert(it.key(), it.value());
        return QJsonDocument(QJsonObject{{u"error"_s, error}}).toJson();
    }

    static QJsonObject details(const QString &words)
    {
        return {{u"error_data"_s, QJsonObject{{u"messaging_product"_s, u"whatsapp"_s}, {u"details"_s, words}}}};
    }

private Q_SLOTS:
    void acceptedMessageHasAnId()
    {
        const auto result = read(200,
            "{\"messaging_product\":\"whatsapp\",\"contacts\":[{\"input\":\"971501112233\",\"wa_id\":\"971501112233\"}]"
            ","
            "\"messages\":[{\"id\":\"wamid.HBgMOTcx\",\"message_status\":\"accepted\"}]}");
        QVERIFY(result);
        QCOMPARE(result->providerMessageId, u"wamid.HBgMOTcx"_s);
    }

    void acceptedForAHiddenNumber()
    {
        const auto result =
            read(200, "{\"contacts\":[{\"user_id\":\"AE.77310455821903\"}],\"messages\":[{\"id\":\"wamid.B\"}]}");
        QVERIFY(result);
        QCOMPARE(result->providerMessageId, u"wamid.B"_s);
    }

    void whatNobodyUnderstandsMayHaveBeenSent_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("empty 200") << 200 << QByteArray();
        QTest::newRow("page with 200") << 200 << QByteArray("<html>hotel Wi-Fi</html>");
        QTest::newRow("no messages") << 200 << QByteArray("{\"messages\":[]}");
        QTest::newRow("messages is text") << 200 << QByteArray("{\"messages\":\"wamid.A\"}");
        QTest::newRow("empty id") << 200 << QByteArray("{\"messages\":[{\"id\":\"\"}]}");
        QTest::newRow("id is a number") << 200 << QByteArray("{\"messages\":[{\"id\":5}]}");
        QTest::newRow("list") << 200 << QByteArray("[]");
        QTest::newRow("cut short") << 200 << QByteArray("{\"messages\":[{\"id\":\"wamid.A");
        QTest::newRow("500") << 500 << QByteArray("Internal Server Error");
        QTest::newRow("502 page") << 502 << QByteArray("<html>Bad Gateway</html>");
        QTest::newRow("503 JSON of another") << 503 << QByteArray("{\"message\":\"upstream\"}");
        QTest::newRow("504") << 504 << QByteArray();
        QTest::newRow("error without code") << 500 << QByteArray("{\"error\":{\"message\":\"?\"}}");
        QTest::newRow("unknown code with 500") << 500 << envelope(999999);
        QTest::newRow("time-out of a gateway") << 408 << QByteArray();
        QTest::newRow("redirection") << 302 << QByteArray();
        QTest::newRow("an id with 500") << 500 << QByteArray("{\"messages\":[{\"id\":\"wamid.A\"}]}");
    }
    void whatNobodyUnderstandsMayHaveBeenSent()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        const auto result = read(status, body);
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Ambiguous);
        QVERIFY(result.error().code.startsWith(u"meta:"_s));
        QCOMPARE(result.error().detail.value(u"class"_s).toString(), u"never"_s);
    }

    void errorsAreSorted_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("code");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<QString>("errorClass");
        QTest::newRow("token") << 401 << 190 << ErrorKind::Refused << u"admin"_s;
        QTest::newRow("token, code 0") << 401 << 0 << ErrorKind::Refused << u"admin"_s;
        QTest::newRow("permission") << 403 << 230 << ErrorKind::Refused << u"admin"_s;
        QTest::newRow("temporary") << 500 << 131000 << ErrorKind::Unavailable << u"retry"_s;
        QTest::newRow("throughput") << 400 << 130429 << ErrorKind::Unavailable << u"retry"_s;
        QTest::newRow("throughput with 429") << 429 << 130429 << ErrorKind::Unavailable << u"retry"_s;
        QTest::newRow("pair limit") << 400 << 131056 << ErrorKind::Unavailable << u"retry"_s;
        QTest::newRow("parameter") << 400 << 100 << ErrorKind::Refused << u"never"_s;
        QTest::newRow("window") << 400 << 131047 << ErrorKind::Refused << u"never"_s;
        QTest::newRow("spam") << 400 << 131048 << ErrorKind::Refused << u"later"_s;
        QTest::newRow("spam with 429") << 429 << 131048 << ErrorKind::Unavailable << u"later"_s;
        QTest::newRow("account locked") << 403 << 131031 << ErrorKind::Refused << u"admin"_s;
        QTest::newRow("known with 500") << 500 << 131047 << ErrorKind::Refused << u"never"_s;
        QTest::newRow("with 200") << 200 << 131047 << ErrorKind::Refused << u"never"_s;
        QTest::newRow("unknown") << 400 << 999999 << ErrorKind::Refused << u"never"_s;
        QTest::newRow("unknown with 429") << 429 << 999999 << ErrorKind::Unavailable << u"retry"_s;
    }
    void errorsAreSorted()
    {
        QFETCH(int, status);
        QFETCH(int, code);
        QFETCH(ErrorKind, kind);
        QFETCH(QString, errorClass);
        const auto result = read(status, envelope(code));
        QVERIFY(!result);
        QCOMPARE(result.error().kind, kind);
        QCOMPARE(result.error().code, u"meta:%1"_s.arg(code));
        QCOMPARE(result.error().detail.value(u"class"_s).toString(), errorClass);
        QCOMPARE(result.error().detail.value(u"http"_s).toInt(), status);
    }

    void answersOfOthersAreSortedByStatus()
    {
        QCOMPARE(read(429, "slow down").error().kind, ErrorKind::Unavailable);
        QCOMPARE(read(429, "slow down").error().code, u"meta:http-429"_s);
        QCOMPARE(read(429, "slow down").error().detail.value(u"class"_s).toString(), u"retry"_s);
        QCOMPARE(read(413, "too large").error().kind, ErrorKind::Refused);
        QCOMPARE(read(404, "{}").error().code, u"meta:http-404"_s);
    }

    void transientErrorsAreRetried()
    {
        const auto result = read(500, envelope(999999, {{u"is_transient"_s, true}}));
        QCOMPARE(result.error().kind, ErrorKind::Unavailable);
        QCOMPARE(result.error().detail.value(u"class"_s).toString(), u"retry"_s);
    }

    void detailsAreKept()
    {
        QJsonObject more = details(u"Message failed because more than 24 hours have passed."_s);
        more.insert(u"error_subcode"_s, 2494010);
        const Error error = read(400, envelope(131047, more)).error();
        QCOMPARE(error.message, u"(#131047) Words"_s);
        QCOMPARE(
            error.detail.value(u"details"_s).toString(), u"Message failed because more than 24 hours have passed."_s);
        QCOMPARE(error.detail.value(u"fbtrace_id"_s).toString(), u"AbCdEf"_s);
        QCOMPARE(error.detail.value(u"subcode"_s).toInt(), 2494010);
        QVERIFY(!read(400, envelope(131047)).error().detail.contains(u"subcode"_s));
    }

    void secretsAndNumbersStayOut()
    {
        const QString token = u"EAAGm0PX4ZCpsBAinventedinventedinvented"_s;
        QJsonObject more = details(u"Bad %1 for +971 50 111 2233 and 971501112233"_s.arg(token));
        more.insert(u"message"_s, u"Malformed access token EAAshort"_s);
        const auto everything = [](const Error &error) {
            return error.message + QString::fromUtf8(QJsonDocument(error.detail).toJson());
        };
        const QString refused = everything(read(401, envelope(190, more)).error());
        QVERIFY2(!refused.contains(u"EAA"_s), qPrintable(refused));
        const QString parameter = everything(
            read(400, envelope(100, details(u"Bad %1 for +971 50 111 2233 and 971501112233"_s.arg(token)))).error());
        QVERIFY2(!parameter.contains(token) && !parameter.contains(u"2233"_s), qPrintable(parameter));
        QVERIFY2(parameter.contains(u"Bad"_s), qPrintable(parameter));
    }

    void longSentencesAreCut()
    {
        const QString words =
            read(400, envelope(100, details(u"word "_s.repeated(10000)))).error().detail.value(u"details"_s).toString();
        QVERIFY(!words.isEmpty() && words.size() <= 300);
    }

    void everyCodeHasItsClass_data()
    {
        QTest::addColumn<QString>("codes");
        QTest::addColumn<QString>("errorClass");
        QTest::newRow("admin") << u"0 190 3 10 200 299 131005 368 131031 131037 131042 131045 133010 131063"_s
                               << u"admin"_s;
        QTest::newRow("retry") << u"1 2 131000 131016 4 80007 130429 131052 131053 131056 131057 133004 135000"_s
                               << u"retry"_s;
        QTest::newRow("later") << u"131048 131049 131064 132069 133016"_s << u"later"_s;
        QTest::newRow("never")
            << u"100 130472 130497 131008 131009 131021 131026 131030 131047 131050 131051 131061 "
               "131062 132000 132001 132005 132007 132008 132012 132018 132015 132016 132068 137000"_s
            << u"never"_s;
    }
    void everyCodeHasItsClass()
    {
        QFETCH(QString, codes);
        QFETCH(QString, errorClass);
        for (const QString &code : codes.split(u' ')) {
            const auto known = meta::knownErrorClass(code.toLongLong());
            QVERIFY2(known, qPrintable(code));
            QCOMPARE(meta::toText(*known), errorClass);
        }
    }

    void unknownCodesAreNeverRepeated()
    {
        for (const qint64 code : {-1LL, 5LL, 199LL, 300LL, 131001LL, 999999LL, 9223372036854775807LL}) {
            QVERIFY(!meta::knownErrorClass(code));
            QCOMPARE(meta::errorClass(code), meta::ErrorClass::Never);
        }
    }
};

CONVERSURE_TEST(MetaRepliesTest)
#include "MetaRepliesTest.moc"
