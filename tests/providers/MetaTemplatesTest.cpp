// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Fixtures.h"
#include "TestMain.h"

#include "providers/meta/Replies.h"
#include "providers/meta/Requests.h"

#include <QJsonDocument>
#include <QUrlQuery>

using namespace conversure;
using namespace conversure::providers;
using namespace Qt::StringLiterals;

/// Templates on their way out, and the list of them on its way in. Addresses in raw strings have escaped slashes, as
/// moc takes others for comments.
class MetaTemplatesTest : public QObject
{
    Q_OBJECT

private:
    static Settings settings()
    {
        return {{u"phone_number_id"_s, u"106540352242922"_s}, {u"waba_id"_s, u"102290129340398"_s},
            {u"access_token"_s, u"EAAinvented"_s}};
    }

    static QJsonArray listOf(const QByteArray &json) { return QJsonDocument::fromJson(json).array(); }

    static OutboundTemplate templateWith(const QByteArray &components, const QByteArray &values = "{}")
    {
        return {u"welcome_visit"_s, u"ar"_s, u"POSITIONAL"_s, listOf(components),
            TemplateValues::fromJson(QJsonDocument::fromJson(values).object())};
    }

    static Result<wire::HttpRequest> requestFor(const OutboundTemplate &tmpl)
    {
        OutboundMessage message;
        message.attemptId = AttemptId::fromText(u"0192f0c1-2b6a-7c3d-8e4f-5a6b7c8d9e0f");
        message.to = {u"phone"_s, QString(), u"+971501112233"_s};
        message.type = ContentType::Template;
        message.text = u"what people see of it"_s;
        message.tmpl = tmpl;
        return meta::sendRequest(settings(), message);
    }

    /// The member "template" of the request, compact; or the code of the refusal.
    static QByteArray payloadOf(const OutboundTemplate &tmpl)
    {
        const auto request = requestFor(tmpl);
        if (!request)
            return request.error().code.toUtf8();
        const QJsonObject body = QJsonDocument::fromJson(request->body).object();
        return QJsonDocument(body.value(u"template"_s).toObject()).toJson(QJsonDocument::Compact);
    }

    static QJsonObject fixture(const QString &name)
    {
        return QJsonDocument::fromJson(test::fixtureFile(u"templates"_s, name)).object();
    }

    static QByteArray pageOf(const QByteArray &templates, const QByteArray &paging = "{}")
    {
        return "{\"data\":" + templates + ",\"paging\":" + paging + "}";
    }

private Q_SLOTS:
    void requestsGoToTheNumber()
    {
        const auto request =
            requestFor(templateWith(R"([{"type":"BODY","text":"Hello {{1}}"}])", R"({"body":{"1":"Omar"}})"));
        QVERIFY(request);
        QCOMPARE(request->url.toString(), u"https://graph.facebook.com/v23.0/106540352242922/messages"_s);
        QCOMPARE(request->body,
            R"({"biz_opaque_callback_data":"0192f0c1-2b6a-7c3d-8e4f-5a6b7c8d9e0f","messaging_product":"whatsapp",)"
            R"("recipient_type":"individual","template":{"components":[{"parameters":[{"text":"Omar","type":"text"}],)"
            R"("type":"body"}],"language":{"code":"ar"},"name":"welcome_visit"},"to":"971501112233","type":"template"})"_ba);
    }

    void payloads_data()
    {
        QTest::addColumn<QJsonObject>("given");
        const QJsonObject cases = fixture(u"payloads.json"_s);
        QVERIFY(cases.size() > 15);
        for (const QString &title : cases.keys())
            QTest::newRow(qPrintable(title)) << cases.value(title).toObject();
    }
    void payloads()
    {
        QFETCH(QJsonObject, given);
        OutboundTemplate tmpl = templateWith("[]");
        tmpl.components = given.value(u"components"_s).toArray();
        tmpl.values = TemplateValues::fromJson(given.value(u"values"_s).toObject());
        tmpl.parameterFormat = given.value(u"parameter_format"_s).toString(u"POSITIONAL"_s);
        QJsonObject expected{{u"name"_s, u"welcome_visit"_s}, {u"language"_s, QJsonObject{{u"code"_s, u"ar"_s}}}};
        if (given.value(u"sent"_s).isArray())
            expected.insert(u"components"_s, given.value(u"sent"_s));
        QCOMPARE(payloadOf(tmpl), QJsonDocument(expected).toJson(QJsonDocument::Compact));
    }

    void languagesAreExact()
    {
        for (const QString &language : {u"en"_s, u"en_US"_s, u"ar"_s, u"zh_CN"_s, u"pt_BR"_s, u"fil"_s}) {
            OutboundTemplate tmpl = templateWith(R"([{"type":"BODY","text":"x"}])");
            tmpl.language = language;
            QVERIFY2(payloadOf(tmpl).contains("{\"code\":\"" + language.toLatin1() + "\"}"), qPrintable(language));
        }
    }

    void whatCannotBeSentIsRefused_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("language");
        QTest::addColumn<QByteArray>("components");
        QTest::addColumn<QByteArray>("values");
        QTest::addColumn<QByteArray>("refusal");
        const QByteArray hello = R"([{"type":"BODY","text":"Hello {{1}}"}])";
        const QByteArray omar = R"({"body":{"1":"Omar"}})";
        const auto row = [](const char *title, const QString &name, const QString &language,
                             const QByteArray &components, const QByteArray &values, const QByteArray &refusal) {
            QTest::newRow(title) << name << language << components << values << refusal;
        };
        row("right", u"visit"_s, u"en"_s, hello, omar, {});
        row("no name", QString(), u"en"_s, hello, omar, "provider:template");
        row("capital", u"Visit"_s, u"en"_s, hello, omar, "provider:template");
        row("no language", u"visit"_s, QString(), hello, omar, "provider:template");
        row("language with a break", u"visit"_s, u"en\n"_s, hello, omar, "provider:template");
        row("carousel", u"visit"_s, u"en"_s, R"([{"type":"CAROUSEL"}])", omar, "provider:template");
        row("missing", u"visit"_s, u"en"_s, hello, "{}", "provider:template-fields");
        row("blank", u"visit"_s, u"en"_s, hello, R"({"body":{"1":" \n"}})", "provider:template-fields");
        row("no https", u"visit"_s, u"en"_s, R"([{"type":"HEADER","format":"IMAGE"}])",
            R"({"header":{"link":"e.org/a.jpg"}})", "provider:template-fields");
    }
    void whatCannotBeSentIsRefused()
    {
        QFETCH(QString, name);
        QFETCH(QString, language);
        QFETCH(QByteArray, components);
        QFETCH(QByteArray, values);
        QFETCH(QByteArray, refusal);
        OutboundTemplate tmpl = templateWith(components, values);
        tmpl.name = name;
        tmpl.language = language;
        const auto request = requestFor(tmpl);
        QCOMPARE(request.has_value(), refusal.isEmpty());
        if (!request) {
            QCOMPARE(request.error().kind, ErrorKind::Invalid);
            QCOMPARE(request.error().code.toLatin1(), refusal);
        }
    }

    void missingFieldsAreNamed()
    {
        const Error error =
            requestFor(templateWith(R"([{"type":"HEADER","format":"IMAGE"},{"type":"BODY","text":"{{1}} {{2}}"}])",
                           R"({"body":{"1":"the secret of Omar"}})"))
                .error();
        QCOMPARE(error.detail.value(u"missing"_s).toArray(), (QJsonArray{u"header.link"_s, u"body.2"_s}));
        QVERIFY(!error.message.contains(u"Omar"_s));
    }

    void theListIsAskedForPageByPage()
    {
        const auto first = meta::templatesRequest(settings(), {});
        QVERIFY(first);
        QCOMPARE(first->method, "GET"_ba);
        QCOMPARE(first->url.path(), u"/v23.0/102290129340398/message_templates"_s);
        QCOMPARE(wire::headerValue(first->headers, "Authorization"), "Bearer EAAinvented"_ba);
        QVERIFY(first->body.isEmpty());
        const QUrlQuery query(first->url);
        QCOMPARE(query.queryItemValue(u"limit"_s), u"100"_s);
        const QStringList fields = query.queryItemValue(u"fields"_s, QUrl::FullyDecoded).split(u',');
        for (const QString &field : {u"id"_s, u"name"_s, u"language"_s, u"status"_s, u"category"_s,
                 u"parameter_format"_s, u"quality_score"_s, u"rejected_reason"_s, u"components"_s})
            QVERIFY2(fields.contains(field), qPrintable(field));
        QVERIFY(!query.hasQueryItem(u"after"_s));
        QVERIFY(!first->url.toString().contains(u"EAA"_s));

        const auto second = meta::templatesRequest(settings(), u"QVF+/D=Y&x"_s);
        QVERIFY(second);
        QVERIFY2(second->url.query(QUrl::FullyEncoded).endsWith(u"&after=QVF%2B%2FD%3DY%26x"_s),
            qPrintable(second->url.toString(QUrl::FullyEncoded)));
    }

    void unusablePagesAreRefused()
    {
        Settings without = settings();
        without.remove(u"waba_id"_s);
        QCOMPARE(meta::templatesRequest(without, {}).error().detail.value(u"setting"_s).toString(), u"waba_id"_s);
        QCOMPARE(meta::templatesRequest(settings(), u"a b"_s).error().code, u"provider:cursor"_s);
        QCOMPARE(meta::templatesRequest(settings(), QString(2049, u'x')).error().code, u"provider:cursor"_s);
        without = settings();
        without.remove(u"phone_number_id"_s); // it is the account's list
        QVERIFY(meta::templatesRequest(without, {}));
    }

    void pagesAreRead()
    {
        const auto page = meta::readTemplates({200, {}, test::fixtureFile(u"templates"_s, u"page.json"_s)});
        QVERIFY(page);
        QCOMPARE(page->next, u"QVFDYw"_s);
        QCOMPARE(page->templates.size(), 2);
        const TemplateRow first = page->templates.at(0);
        QCOMPARE(first.provider, u"meta"_s);
        QCOMPARE(first.providerTemplateId, u"1402000000000001"_s);
        QCOMPARE(first.name, u"welcome_visit"_s);
        QCOMPARE(first.language, u"en_US"_s);
        QCOMPARE(first.status, u"APPROVED"_s);
        QCOMPARE(first.category, u"MARKETING"_s);
        QCOMPARE(first.parameterFormat, u"NAMED"_s);
        QCOMPARE(first.quality, u"GREEN"_s);
        QVERIFY(first.rejectedReason.isEmpty());
        QCOMPARE(first.components, listOf(R"([{"type":"BODY","text":"Hello {{first_name}}"}])"));
        const TemplateRow second = page->templates.at(1);
        QCOMPARE(second.providerTemplateId, u"1402000000000002"_s);
        QCOMPARE(second.parameterFormat, u"POSITIONAL"_s);
        QCOMPARE(second.quality, u"UNKNOWN"_s);
        QCOMPARE(second.rejectedReason, u"INVALID_FORMAT"_s);
        QVERIFY(second.components.isEmpty());
    }

    void theLastPageHasNoNext()
    {
        const auto page =
            meta::readTemplates({200, {}, pageOf("[]", R"({"cursors":{"before":"QVFEZA","after":"QVFEZA"}})")});
        QVERIFY(page);
        QVERIFY(page->templates.isEmpty());
        QVERIFY(page->next.isEmpty());
    }

    /// Else what is behind it would count as deleted.
    void aNextPageWithoutACursorIsAnError()
    {
        const Error error = meta::readTemplates({200, {}, pageOf("[]", R"({"next":"x?access_token=EAAx"})")}).error();
        QCOMPARE(error.kind, ErrorKind::Unavailable);
        QVERIFY(!error.message.contains(u"EAA"_s));
    }

    void namelessTemplatesAreLeftOut()
    {
        const auto page = meta::readTemplates({200, {},
            pageOf(R"([{"name":"","language":"en"},{"name":"a"},5,{"name":"b","language":"en","status":7}])")});
        QVERIFY(page);
        QCOMPARE(page->templates.size(), 1);
        QCOMPARE(page->templates.at(0).name, u"b"_s);
        QCOMPARE(page->templates.at(0).status, u"UNKNOWN"_s);
    }

    void whatIsNoPageIsAnError_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("code");
        QTest::addColumn<bool>("again");
        QTest::newRow("page of a hotel") << 200 << "<html>"_ba << u"meta:http-200"_s << true;
        QTest::newRow("no data") << 200 << "{}"_ba << u"meta:http-200"_s << true;
        QTest::newRow("cut short") << 200 << R"({"data":[{"name":"a")"_ba << u"meta:http-200"_s << true;
        QTest::newRow("fault") << 500 << R"({"error":{"code":2,"message":"x"}})"_ba << u"meta:2"_s << true;
        QTest::newRow("gateway") << 502 << "x"_ba << u"meta:http-502"_s << true;
        QTest::newRow("budget") << 400 << R"({"error":{"code":80007,"message":"x"}})"_ba << u"meta:80007"_s << true;
        QTest::newRow("token") << 401 << R"({"error":{"code":190,"message":"EAAx"}})"_ba << u"meta:190"_s << false;
        QTest::newRow("no such account") << 400 << R"({"error":{"code":100,"message":"x"}})"_ba << u"meta:100"_s
                                         << false;
        QTest::newRow("data and error") << 200 << R"({"data":[],"error":{"code":190}})"_ba << u"meta:190"_s << false;
    }
    void whatIsNoPageIsAnError()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(QString, code);
        QFETCH(bool, again);
        const auto page = meta::readTemplates({status, {}, body});
        QVERIFY(!page);
        QCOMPARE(page.error().code, code);
        QCOMPARE(page.error().kind, again ? ErrorKind::Unavailable : ErrorKind::Refused);
        QVERIFY(!page.error().message.contains(u"EAA"_s));
    }
};

CONVERSURE_TEST(MetaTemplatesTest)
#include "MetaTemplatesTest.moc"
