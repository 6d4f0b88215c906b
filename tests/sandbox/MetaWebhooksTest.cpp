// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/MetaWebhooks.h"
#include "Fixtures.h"
#include "TestMain.h"
#include "sandbox/JsonText.h"

#include <QJsonArray>
#include <QMessageAuthenticationCode>

using namespace conversure::sandbox;
using namespace Qt::StringLiterals;

/// Whether webhooks are what Meta posts: shape, member order, escapes, signature.
class MetaWebhooksTest : public QObject
{
    Q_OBJECT

private:
    static QJsonObject text(const QString &body) { return {{u"text"_s, QJsonObject{{u"body"_s, body}}}}; }

    static StatusUpdate update(const QString &status)
    {
        return {
            {u"971500000001"_s, u"AE.1"_s, {}, {}}, u"wamid.S"_s, status, 1795341625, u"attempt-1"_s, u"service"_s, {}};
    }

    static QJsonObject statusOf(const StatusUpdate &status)
    {
        return changeValue(statusWebhook(testNumber(), status))["statuses"_L1][0].toObject();
    }

private Q_SLOTS:
    void messageIsByteForByteAsMetaWritesIt()
    {
        const InboundMessage message{{u"971500000001"_s, u"AE.1"_s, u"Аня"_s, {}}, u"wamid.X/Y"_s, 1795341625,
            u"text"_s, text(u"a/b \"c\" \\ 👋\n"_s)};
        QCOMPARE(messageWebhook(testNumber(), message),
            fileContents(QStringLiteral(CONVERSURE_SOURCE_DIR "/tests/sandbox/fixtures/webhook__text.json")).trimmed());
    }

    void aHiddenNumberIsAbsent()
    {
        const InboundMessage message{
            {{}, u"AE.40000000000001"_s, u"Noor"_s, u"noor.reads"_s}, u"wamid.X"_s, 1, u"text"_s, text(u"Hi"_s)};
        const QJsonObject value = changeValue(messageWebhook(testNumber(), message));
        const QJsonObject contact = value["contacts"_L1][0].toObject();
        QVERIFY(!contact.contains("wa_id"_L1));
        QCOMPARE(contact["user_id"_L1].toString(), u"AE.40000000000001"_s);
        QCOMPARE(contact["profile"_L1]["username"_L1].toString(), u"noor.reads"_s);
        QVERIFY(!value["messages"_L1][0].toObject().contains("from"_L1));
        QCOMPARE(value["messages"_L1][0]["from_user_id"_L1].toString(), u"AE.40000000000001"_s);
    }

    void carriesAnyKindOfMessage()
    {
        const QJsonObject content{{u"location"_s, QJsonObject{{u"latitude"_s, 25.0805}, {u"longitude"_s, 55.5}}},
            {u"context"_s, QJsonObject{{u"forwarded"_s, true}}}};
        const InboundMessage message{{u"971500000001"_s, {}, {}, {}}, u"wamid.X"_s, 1, u"location"_s, content};
        const QJsonObject written = changeValue(messageWebhook(testNumber(), message))["messages"_L1][0].toObject();
        QCOMPARE(written["type"_L1].toString(), u"location"_s);
        QCOMPARE(written["location"_L1], content["location"_L1]);
        QCOMPARE(written["context"_L1], content["context"_L1]);
    }

    void statusCarriesWhatIsOurs()
    {
        const QJsonObject sent = statusOf(update(u"sent"_s));
        QCOMPARE(sent["id"_L1].toString(), u"wamid.S"_s);
        QCOMPARE(sent["status"_L1].toString(), u"sent"_s);
        QCOMPARE(sent["timestamp"_L1].toString(), u"1795341625"_s);
        QCOMPARE(sent["recipient_id"_L1].toString(), u"971500000001"_s);
        QCOMPARE(sent["biz_opaque_callback_data"_L1].toString(), u"attempt-1"_s);
        QCOMPARE(sent["conversation"_L1]["origin"_L1]["type"_L1].toString(), u"service"_s);
        QCOMPARE(sent["pricing"_L1]["pricing_model"_L1].toString(), u"PMP"_s);
        QCOMPARE(sent["pricing"_L1]["billable"_L1].toBool(), true);
        const QJsonObject read = statusOf(update(u"read"_s));
        QCOMPARE(read["conversation"_L1]["id"_L1], sent["conversation"_L1]["id"_L1]);
    }

    void aFailureHasErrorsAndNoContacts()
    {
        StatusUpdate failed = update(u"failed"_s);
        failed.failure = FailureReason{131047, u"Re-engagement message"_s, u"More than 24 hours"_s};
        const QJsonObject value = changeValue(statusWebhook(testNumber(), failed));
        QVERIFY(!value.contains("contacts"_L1));
        const QJsonObject status = value["statuses"_L1][0].toObject();
        QVERIFY(!status.contains("recipient_user_id"_L1));
        QVERIFY(!status.contains("pricing"_L1));
        QCOMPARE(status["errors"_L1][0]["code"_L1].toInt(), 131047);
        QCOMPARE(status["errors"_L1][0]["error_data"_L1]["details"_L1].toString(), u"More than 24 hours"_s);
    }

    void newsOfATemplateConcernAnAccount()
    {
        const TemplateUpdate update{u"200"_s, u"140000000000001"_s, u"visit"_s, u"ar"_s, u"MARKETING"_s, 1795341625};
        QCOMPARE(templateStatusWebhook(update, u"PAUSED"_s, u"QUALITY"_s),
            R"({"object":"whatsapp_business_account","entry":[{"id":"200","time":1795341625,"changes":[{"value":)"
            R"({"event":"PAUSED","reason":"QUALITY","message_template_category":"MARKETING",)"
            R"("message_template_id":140000000000001,"message_template_name":"visit",)"
            R"("message_template_language":"ar"},"field":"message_template_status_update"}]}]})"_ba);
        const QJsonObject value = changeValue(templateStatusWebhook(update, u"APPROVED"_s, {}));
        QCOMPARE(value["reason"_L1].toString(), u"NONE"_s);
        QVERIFY(!value.contains("metadata"_L1));
        const QJsonObject quality = changeValue(templateQualityWebhook(update, u"GREEN"_s, u"RED"_s));
        QCOMPARE(quality["previous_quality_score"_L1].toString(), u"GREEN"_s);
        QCOMPARE(quality["new_quality_score"_L1].toString(), u"RED"_s);
        const QJsonObject category = changeValue(templateCategoryWebhook(update, u"UTILITY"_s, u"MARKETING"_s));
        QCOMPARE(category["new_category"_L1].toString(), u"MARKETING"_s);
    }

    void preferencesAndCallsNameThePerson()
    {
        const Person omar{u"971500000001"_s, u"AE.1"_s, u"Omar"_s, {}};
        const QJsonObject preference = changeValue(preferenceWebhook(testNumber(), {omar, u"stop"_s, 1795341625}));
        const QJsonObject change = preference["user_preferences"_L1][0].toObject();
        QCOMPARE(preference["metadata"_L1]["phone_number_id"_L1].toString(), testNumber().phoneNumberId);
        QCOMPARE(preference["contacts"_L1][0]["profile"_L1]["name"_L1].toString(), u"Omar"_s);
        QCOMPARE(change["wa_id"_L1].toString(), u"971500000001"_s);
        QCOMPARE(change["category"_L1].toString(), u"marketing_messages"_s);
        QCOMPARE(change["value"_L1].toString(), u"stop"_s);
        QVERIFY(change["timestamp"_L1].isDouble()); // a number here, a text in messages
        const QJsonObject call = changeValue(callWebhook(testNumber(), {omar, u"wacid.1"_s, 1795341625}));
        QCOMPARE(call["calls"_L1][0]["from"_L1].toString(), u"971500000001"_s);
        QCOMPARE(call["calls"_L1][0]["event"_L1].toString(), u"connect"_s);
        QCOMPARE(call["calls"_L1][0]["timestamp"_L1].toString(), u"1795341625"_s);
    }

    void signatureVerifiesOverTheRawBytesOnly()
    {
        const QByteArray body = statusWebhook(testNumber(), update(u"sent"_s)) + "\n";
        const QByteArray expected =
            QMessageAuthenticationCode::hash(body, testNumber().appSecret.toUtf8(), QCryptographicHash::Sha256).toHex();
        QCOMPARE(signatureOf(testNumber(), body), "sha256=" + expected);
        QVERIFY(signatureOf(testNumber(), body.trimmed()) != signatureOf(testNumber(), body));
    }

    void writesEveryScalar()
    {
        const QJsonArray values{1, -2.5, true, QJsonValue::Null, u"\u0001\u007f€"_s, QJsonArray{}, QJsonObject{}};
        const QByteArray written = json::value(values);
        QCOMPARE(written, R"([1,-2.5,true,null,"\u0001\u007f\u20ac",[],{}])"_ba);
        QCOMPARE(QJsonDocument::fromJson(written).array(), values);
    }
};

CONVERSURE_TEST(MetaWebhooksTest)
#include "MetaWebhooksTest.moc"
