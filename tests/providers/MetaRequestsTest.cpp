// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "providers/meta/Requests.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

using namespace conversure;
using namespace conversure::providers;
using namespace Qt::StringLiterals;

class MetaRequestsTest : public QObject
{
    Q_OBJECT

private:
    static Settings settings()
    {
        return {
            {QStringLiteral("phone_number_id"), QStringLiteral("106540352242922")},
            {QStringLiteral("access_token"), QStringLiteral("EAAinvented")},
        };
    }

    static Settings with(const QString &key, const QString &value)
    {
        Settings changed = settings();
        changed.insert(key, value);
        return changed;
    }

    static OutboundMessage message(const QString &text = QStringLiteral("Hello Omar"))
    {
        OutboundMessage message;
        message.attemptId = AttemptId::fromText(u"0192f0c1-2b6a-7c3d-8e4f-5a6b7c8d9e0f");
        message.to = {QStringLiteral("phone"), QString(), QStringLiteral("+971501112233")};
        message.text = text;
        return message;
    }

    static OutboundMessage messageTo(const QString &kind, const QString &value)
    {
        OutboundMessage changed = message();
        changed.to = {kind, QString(), value};
        return changed;
    }

    static QJsonObject bodyOf(const OutboundMessage &message)
    {
        const auto request = meta::sendRequest(settings(), message);
        return request ? QJsonDocument::fromJson(request->body).object() : QJsonObject();
    }

    static QString refusalOf(const Settings &settings, const OutboundMessage &message)
    {
        const auto request = meta::sendRequest(settings, message);
        if (request)
            return QStringLiteral("accepted");
        return request.error().kind == ErrorKind::Invalid ? request.error().code : QStringLiteral("wrong kind");
    }

private Q_SLOTS:
    void textToAPhoneIsExactlyThis()
    {
        const auto request = meta::sendRequest(settings(), message());
        QVERIFY(request);
        QCOMPARE(request->method, QByteArray("POST"));
        QCOMPARE(request->url.toString(), QStringLiteral("https://graph.facebook.com/v23.0/106540352242922/messages"));
        QCOMPARE(request->headers.size(), 2);
        QCOMPARE(wire::headerValue(request->headers, "authorization"), QByteArray("Bearer EAAinvented"));
        QCOMPARE(wire::headerValue(request->headers, "content-type"), QByteArray("application/json"));
        QCOMPARE(request->body,
            QByteArray("{\"biz_opaque_callback_data\":\"0192f0c1-2b6a-7c3d-8e4f-5a6b7c8d9e0f\","
                       "\"messaging_product\":\"whatsapp\",\"recipient_type\":\"individual\","
                       "\"text\":{\"body\":\"Hello Omar\",\"preview_url\":false},"
                       "\"to\":\"971501112233\",\"type\":\"text\"}"));
    }

    /// The rules of the schema for a text message, by hand: known members only, and their limits.
    void bodyKeepsTheSchema_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("text");
        QTest::newRow("phone") << u"phone"_s << u"+971501112233"_s << u"Hello"_s;
        QTest::newRow("arabic") << u"phone"_s << u"+971501112233"_s << u"مرحبا 👋"_s;
        QTest::newRow("hidden number") << u"bsuid"_s << u"AE.77310455821903"_s << u"hello"_s;
        QTest::newRow("parent id") << u"bsuid"_s << u"AE.ENT.77310455821903"_s << u"hello"_s;
        QTest::newRow("longest") << u"phone"_s << u"+79161234567"_s << QString(4096, u'x');
        QTest::newRow("quotes") << u"phone"_s << u"+79161234567"_s << u"a \"b\"\\\n\tc"_s;
    }
    void bodyKeepsTheSchema()
    {
        QFETCH(QString, kind);
        QFETCH(QString, value);
        QFETCH(QString, text);
        OutboundMessage sent = messageTo(kind, value);
        sent.text = text;
        const QJsonObject body = bodyOf(sent);

        QSet<QString> allowed{u"messaging_product"_s, u"recipient_type"_s, u"to"_s, u"recipient"_s, u"context"_s,
            u"biz_opaque_callback_data"_s, u"type"_s, u"text"_s};
        for (const QString &key : body.keys())
            QVERIFY2(allowed.contains(key), qPrintable(key));
        QCOMPARE(body.value(u"messaging_product"_s).toString(), u"whatsapp"_s);
        QCOMPARE(body.value(u"recipient_type"_s).toString(), u"individual"_s);
        QCOMPARE(body.value(u"type"_s).toString(), u"text"_s);
        QVERIFY(body.contains(u"to"_s) != body.contains(u"recipient"_s));
        static const QRegularExpression digits(u"^[0-9]{5,15}$"_s);
        static const QRegularExpression bsuid(u"^[A-Z]{2}\\.(ENT\\.)?[A-Za-z0-9]{1,128}$"_s);
        QVERIFY(!body.contains(u"to"_s) || digits.match(body.value(u"to"_s).toString()).hasMatch());
        QVERIFY(!body.contains(u"recipient"_s) || bsuid.match(body.value(u"recipient"_s).toString()).hasMatch());
        QVERIFY(body.value(u"biz_opaque_callback_data"_s).toString().size() <= 512);
        QCOMPARE(body.value(u"text"_s).toObject().value(u"body"_s).toString(), text);
        QVERIFY(body.value(u"text"_s).toObject().value(u"preview_url"_s).isBool());
    }

    void hiddenNumberGoesToRecipient()
    {
        const QJsonObject body = bodyOf(messageTo(u"bsuid"_s, u"AE.77310455821903"_s));
        QCOMPARE(body.value(u"recipient"_s).toString(), u"AE.77310455821903"_s);
        QVERIFY(!body.contains(u"to"_s));
    }

    void attemptTravelsWithTheMessage()
    {
        QCOMPARE(bodyOf(message()).value(u"biz_opaque_callback_data"_s).toString(), message().attemptId.text());
        OutboundMessage nameless = message();
        nameless.attemptId = AttemptId();
        QCOMPARE(refusalOf(settings(), nameless), u"provider:attempt"_s);
    }

    void linksArePreviewed()
    {
        const auto preview = [](const QString &text) {
            return bodyOf(message(text)).value(u"text"_s).toObject().value(u"preview_url"_s).toBool();
        };
        QVERIFY(preview(u"See https://example.org/villa"_s));
        QVERIFY(!preview(u"No link, but https is a word"_s));
    }

    void textHasLimits()
    {
        QCOMPARE(refusalOf(settings(), message(QString(4097, u'x'))), u"provider:text-length"_s);
        QCOMPARE(refusalOf(settings(), message(QString())), u"provider:text-length"_s);
        QCOMPARE(refusalOf(settings(), message(u" \n\t "_s)), u"provider:text-length"_s);
        const QString secret = QString(5000, u's');
        const Error error = meta::sendRequest(settings(), message(secret)).error();
        QCOMPARE(error.detail.value(u"length"_s).toInt(), 5000);
        QCOMPARE(error.detail.value(u"limit"_s).toInt(), 4096);
        QVERIFY(!error.message.contains(u"sss"_s));
    }

    void onlyTextAndTemplatesAreSent()
    {
        OutboundMessage image = message();
        image.type = ContentType::Image;
        QCOMPARE(refusalOf(settings(), image), u"provider:content-type"_s);
        image.type = ContentType::Template; // but no template
        QCOMPARE(refusalOf(settings(), image), u"provider:content-type"_s);
        image.type = ContentType::Text;
        image.tmpl = OutboundTemplate();
        QCOMPARE(refusalOf(settings(), image), u"provider:content-type"_s);
    }

    void unusableRecipientsAreRefused_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("value");
        QTest::newRow("no plus") << u"phone"_s << u"971501112233"_s;
        QTest::newRow("empty phone") << u"phone"_s << QString();
        QTest::newRow("letters") << u"phone"_s << u"+97150abc"_s;
        QTest::newRow("too short") << u"phone"_s << u"+971"_s;
        QTest::newRow("empty bsuid") << u"bsuid"_s << QString();
        QTest::newRow("bsuid with a space") << u"bsuid"_s << u"AE.77 31"_s;
        QTest::newRow("endless bsuid") << u"bsuid"_s << QString(201, u'A');
        QTest::newRow("another kind") << u"lid"_s << u"+971501112233"_s;
    }
    void unusableRecipientsAreRefused()
    {
        QFETCH(QString, kind);
        QFETCH(QString, value);
        QCOMPARE(refusalOf(settings(), messageTo(kind, value)), u"provider:recipient"_s);
    }

    void addressComesFromTheSettings_data()
    {
        QTest::addColumn<QString>("base");
        QTest::addColumn<QString>("version");
        QTest::addColumn<QString>("url");
        const QString rest = u"106540352242922/messages"_s;
        QTest::newRow("sandbox") << u"http://127.0.0.1:4010"_s << u"v24.0"_s
                                 << u"http://127.0.0.1:4010/v24.0/"_s + rest;
        QTest::newRow("IPv6") << u"http://[::1]:4010/"_s << QString() << u"http://[::1]:4010/v23.0/"_s + rest;
        QTest::newRow("slash") << u"https://graph.facebook.com/"_s << QString()
                               << u"https://graph.facebook.com/v23.0/"_s + rest;
        QTest::newRow("proxy path") << u"https://proxy.example/meta//"_s << u" v23.0 "_s
                                    << u"https://proxy.example/meta/v23.0/"_s + rest;
    }
    void addressComesFromTheSettings()
    {
        QFETCH(QString, base);
        QFETCH(QString, version);
        QFETCH(QString, url);
        Settings changed = with(u"api_base_url"_s, base);
        changed.insert(u"api_version"_s, version);
        const auto request = meta::sendRequest(changed, message());
        QVERIFY(request);
        QCOMPARE(request->url.toString(), url);
    }

    void unusableSettingsAreRefused_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        const QString base = u"api_base_url"_s;
        QTest::newRow("token in the clear") << base << u"http://graph.facebook.com"_s;
        QTest::newRow("looks like loopback") << base << u"http://127.0.0.1.example.org"_s;
        QTest::newRow("another scheme") << base << u"ftp://graph.facebook.com"_s;
        QTest::newRow("no scheme") << base << u"graph.facebook.com"_s;
        QTest::newRow("no host") << base << u"https:///x"_s;
        QTest::newRow("credentials") << base << u"https://a:b@graph.facebook.com"_s;
        QTest::newRow("query") << base << u"https://graph.facebook.com?x=1"_s;
        QTest::newRow("version") << u"api_version"_s << u"latest"_s;
        QTest::newRow("version climbs") << u"api_version"_s << u"v23.0/../v1.0"_s;
        QTest::newRow("no number") << u"phone_number_id"_s << u" "_s;
        QTest::newRow("number climbs") << u"phone_number_id"_s << u"../me"_s;
        QTest::newRow("no token") << u"access_token"_s << QString();
        QTest::newRow("token with a header") << u"access_token"_s << u"EAA\r\nX-Evil: 1"_s;
    }
    void unusableSettingsAreRefused()
    {
        QFETCH(QString, key);
        QFETCH(QString, value);
        const auto request = meta::sendRequest(with(key, value), message());
        QVERIFY(!request);
        QCOMPARE(request.error().code, u"provider:setting-invalid"_s);
        QCOMPARE(request.error().detail.value(u"setting"_s).toString(), key);
        QVERIFY(!request.error().message.contains(u"EAA"_s));
    }
};

CONVERSURE_TEST(MetaRequestsTest)
#include "MetaRequestsTest.moc"
