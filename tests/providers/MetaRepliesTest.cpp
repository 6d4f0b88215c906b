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
Q_DECLARE_METATYPE(conversure::SendErrorClass)

class MetaRepliesTest : public QObject
{
    Q_OBJECT

private:
    static Result<SendResult> read(int status, const QByteArray &body, const QByteArray &retryAfter = {})
    {
        QList<wire::Header> headers;
        if (!retryAfter.isNull())
            headers << wire::Header{"retry-after", retryAfter};
        return meta::readSendResponse({status, headers, body});
    }

    static QString classOf(const Error &error) { return error.detail.value(u"class"_s).toString(); }

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
        QCOMPARE(result->messageStatus, u"accepted"_s);
    }

    /// Held is not refused: sending it again would send it twice.
    void heldTemplatesAreAccepted()
    {
        const auto result =
            read(200, "{\"messages\":[{\"id\":\"wamid.H\",\"message_status\":\"held_for_quality_assessment\"}]}");
        QVERIFY(result);
        QCOMPARE(result->messageStatus, u"held_for_quality_assessment"_s);
        QVERIFY(read(200, "{\"messages\":[{\"id\":\"wamid.H\",\"message_status\":5}]}")->messageStatus.isEmpty());
    }

    void acceptedForAHiddenNumber()
    {
        const auto result =
            read(200, "{\"contacts\":[{\"user_id\":\"AE.77310455821903\"}],\"messages\":[{\"id\":\"wamid.B\"}]}");
        QVERIFY(result);
        QCOMPARE(result->providerMessageId, u"wamid.B"_s);
        QVERIFY(result->messageStatus.isEmpty());
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
        QCOMPARE(
            classOf(result.error()), status >= 500 && !body.contains("999999") ? u"provider_down"_s : u"unknown"_s);
    }

    void errorsAreSorted_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("code");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<QString>("errorClass");
        const auto row = [](const char *name, int status, int code, ErrorKind kind, const QString &errorClass) {
            QTest::newRow(name) << status << code << kind << errorClass;
        };
        row("token", 401, 190, ErrorKind::Refused, u"auth_problem"_s);
        row("token, code 0", 401, 0, ErrorKind::Refused, u"auth_problem"_s);
        row("permission", 403, 230, ErrorKind::Refused, u"auth_problem"_s);
        row("throughput", 400, 130429, ErrorKind::Unavailable, u"pace_limited"_s);
        row("throughput with 429", 429, 130429, ErrorKind::Unavailable, u"pace_limited"_s);
        row("throughput with 500", 500, 130429, ErrorKind::Refused, u"pace_limited"_s);
        row("pair limit", 400, 131056, ErrorKind::Unavailable, u"pace_limited"_s);
        row("budget of the app", 400, 4, ErrorKind::Unavailable, u"pace_limited"_s);
        row("budget of the account", 400, 80007, ErrorKind::Unavailable, u"pace_limited"_s);
        row("parameter", 400, 100, ErrorKind::Refused, u"invalid_content"_s);
        row("window", 400, 131047, ErrorKind::Refused, u"window_closed"_s);
        row("spam", 400, 131048, ErrorKind::Refused, u"provider_limit"_s);
        row("spam with 429", 429, 131048, ErrorKind::Refused, u"provider_limit"_s);
        row("cap", 400, 131049, ErrorKind::Refused, u"marketing_cap"_s);
        row("cap with 429", 429, 131049, ErrorKind::Refused, u"marketing_cap"_s);
        row("wrong category with 429", 429, 131064, ErrorKind::Refused, u"provider_limit"_s);
        row("opted out", 400, 131050, ErrorKind::Refused, u"opted_out"_s);
        row("paused", 400, 132015, ErrorKind::Refused, u"template_problem"_s);
        row("account locked", 403, 131031, ErrorKind::Refused, u"account_problem"_s);
        row("known with 500", 500, 131047, ErrorKind::Refused, u"window_closed"_s);
        row("with 200", 200, 131047, ErrorKind::Refused, u"window_closed"_s);
        row("fault with 200", 200, 131000, ErrorKind::Refused, u"provider_down"_s);
        row("fault with 400", 400, 131000, ErrorKind::Refused, u"provider_down"_s);
        row("fault with 429", 429, 131016, ErrorKind::Unavailable, u"provider_down"_s);
        row("generic with 400", 400, 135000, ErrorKind::Refused, u"unknown"_s);
        row("unknown", 400, 999999, ErrorKind::Refused, u"unknown"_s);
        row("unknown with 429", 429, 999999, ErrorKind::Unavailable, u"pace_limited"_s);
        row("maintenance with 503", 503, 131057, ErrorKind::Ambiguous, u"provider_down"_s);
        for (const int code : {1, 2, 131000, 131016, 133004})
            QTest::addRow("fault %d with 500", code) << 500 << code << ErrorKind::Ambiguous << u"provider_down"_s;
        for (const int code : {135000, 999999})
            QTest::addRow("code %d with 503", code) << 503 << code << ErrorKind::Ambiguous << u"unknown"_s;
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
        QCOMPARE(classOf(result.error()), errorClass);
        QCOMPARE(result.error().detail.value(u"http"_s).toInt(), status);
    }

    void waitsAreToldInSeconds_data()
    {
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<int>("seconds");
        const auto row = [](const char *name, int code, const QByteArray &header, int seconds) {
            QTest::newRow(name) << code << header << seconds;
        };
        row("throughput", 130429, {}, 60);
        row("throughput by header", 130429, "2", 2);
        row("blanks", 130429, " 12 ", 12);
        row("a date", 130429, "Wed, 21 Oct 2026 07:28:00 GMT", 60);
        row("negative", 130429, "-5", 60);
        row("for ever", 130429, "99999999", 604800);
        row("pair limit", 131056, {}, 6);
        row("pair limit by header", 131056, "2", 6);
        row("pair limit, longer", 131056, "30", 30);
        row("budget", 80007, {}, 300);
        row("cap", 131049, {}, 86400);
        row("cap by header", 131049, "5", 86400);
        row("spam", 131048, {}, 21600);
        row("flow", 132069, {}, 3600);
        row("fault", 131000, {}, 60);
        row("maintenance", 131057, {}, 600);
        row("window", 131047, {}, 0);
        row("unknown by header", 999999, "9", 9);
    }
    void waitsAreToldInSeconds()
    {
        QFETCH(int, code);
        QFETCH(QByteArray, header);
        QFETCH(int, seconds);
        const QJsonObject detail = read(400, envelope(code), header.isEmpty() ? QByteArray() : header).error().detail;
        QCOMPARE(detail.value(u"retry_after"_s).toInt(), seconds);
        QCOMPARE(detail.contains(u"retry_after"_s), seconds > 0);
    }

    void answersOfOthersAreSortedByStatus()
    {
        const Error slow = read(429, "slow down", "3").error();
        QCOMPARE(slow.kind, ErrorKind::Unavailable);
        QCOMPARE(slow.code, u"meta:http-429"_s);
        QCOMPARE(classOf(slow), u"pace_limited"_s);
        QCOMPARE(slow.detail.value(u"retry_after"_s).toInt(), 3);
        QCOMPARE(read(413, "too large").error().kind, ErrorKind::Refused);
        QCOMPARE(classOf(read(413, "too large").error()), u"unknown"_s);
        QCOMPARE(read(404, "{}").error().code, u"meta:http-404"_s);
    }

    /// A 5xx says nothing of what came before it, whatever else Meta says.
    void transientErrorsAreNotRepeatedBlindly()
    {
        const QByteArray passes = envelope(999999, {{u"is_transient"_s, true}});
        QCOMPARE(read(500, passes).error().kind, ErrorKind::Ambiguous);
        QCOMPARE(read(400, passes).error().kind, ErrorKind::Refused);
        QCOMPARE(classOf(read(400, passes).error()), u"provider_down"_s);
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
        QTest::addColumn<SendErrorClass>("errorClass");
        QTest::addColumn<int>("wait");
        QTest::addColumn<bool>("mayRepeat");
        using Class = SendErrorClass;
        const auto row = [](const QString &codes, Class errorClass, int wait = 0, bool mayRepeat = false) {
            QTest::newRow(qPrintable(codes)) << codes << errorClass << wait << mayRepeat;
        };
        row(u"0 190 3 10 200 250 299 131005"_s, Class::AuthProblem);
        row(u"1 2 131000 131016 133004"_s, Class::ProviderDown, 60);
        row(u"131057"_s, Class::ProviderDown, 600);
        row(u"4 80007"_s, Class::PaceLimited, 300, true);
        row(u"130429"_s, Class::PaceLimited, 60, true);
        row(u"131056"_s, Class::PaceLimited, 6, true);
        row(u"100 131008 131009 131051 131052 131053"_s, Class::InvalidContent);
        row(u"135000"_s, Class::Unknown);
        row(u"131021 131026 131030 130497 131062 137000"_s, Class::NotReachable);
        row(u"131047"_s, Class::WindowClosed);
        row(u"131050"_s, Class::OptedOut);
        row(u"131049"_s, Class::MarketingCap, 86400);
        row(u"130472"_s, Class::MarketingCap);
        row(u"131048 131064 133016"_s, Class::ProviderLimit, 21600);
        row(u"368 131031 131042 131037 131045 133010 131063"_s, Class::AccountProblem);
        row(u"131061 132000 132001 132005 132007 132008 132012 132015 132016 132018 132068"_s, Class::TemplateProblem);
        row(u"132069"_s, Class::TemplateProblem, 3600);
    }
    void everyCodeHasItsClass()
    {
        QFETCH(QString, codes);
        QFETCH(SendErrorClass, errorClass);
        QFETCH(int, wait);
        QFETCH(bool, mayRepeat);
        for (const QString &code : codes.split(u' ')) {
            const auto known = meta::knownError(code.toLongLong());
            QVERIFY2(known, qPrintable(code));
            QCOMPARE(toText(known->errorClass), toText(errorClass));
            QCOMPARE(known->waitSeconds, wait);
            QCOMPARE(known->mayRepeat, mayRepeat);
        }
    }

    void unknownCodesAreNeverRepeated()
    {
        for (const qint64 code : {-1LL, 5LL, 199LL, 300LL, 131001LL, 999999LL, 9223372036854775807LL}) {
            QVERIFY(!meta::knownError(code));
            QCOMPARE(toText(meta::errorFacts(code).errorClass), u"unknown"_s);
            QVERIFY(!meta::errorFacts(code).mayRepeat);
        }
    }
};

CONVERSURE_TEST(MetaRepliesTest)
#include "MetaRepliesTest.moc"
