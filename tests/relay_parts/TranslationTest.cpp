// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "relay/Translation.h"
#include "TestMain.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace conversure;
using namespace conversure::relay;
using namespace Qt::StringLiterals;

/// What a delivery becomes for relay.apply: everything but messages, which WebhookHandlerTest sends the whole way.
class TranslationTest : public QObject
{
    Q_OBJECT

private:
    const CompanyId m_company = CompanyId::fromText(u"0190a000-0000-7000-8000-00000000000a");
    const CompanyId m_other = CompanyId::fromText(u"0190a000-0000-7000-8000-00000000000b");
    const NumberId m_number = NumberId::fromText(u"0190a000-0000-7000-8000-0000000000a1");
    const providers::Registry m_registry;
    const Directory m_directory{{{m_company, m_number, u"meta"_s, u"111"_s, u"waba-a"_s, {}},
        {m_other, NumberId::fromText(u"0190a000-0000-7000-8000-0000000000b1"), u"meta"_s, u"221"_s, u"waba-b"_s, {}}}};

    static QByteArray delivery(const QString &account, const QString &field, const QJsonObject &value)
    {
        const QJsonObject change{{u"field"_s, field}, {u"value"_s, value}};
        const QJsonObject entry{{u"id"_s, account}, {u"time"_s, 1'790'000'000}, {u"changes"_s, QJsonArray{change}}};
        return QJsonDocument({{u"object"_s, u"whatsapp_business_account"_s}, {u"entry"_s, QJsonArray{entry}}}).toJson();
    }

    static QJsonObject ofNumber(const QString &number, const QString &key, const QJsonObject &part)
    {
        return {{u"metadata"_s, QJsonObject{{u"phone_number_id"_s, number}}}, {key, QJsonArray{part}},
            {u"contacts"_s,
                QJsonArray{QJsonObject{
                    {u"wa_id"_s, u"971501112233"_s}, {u"profile"_s, QJsonObject{{u"name"_s, u"Omar"_s}}}}}}};
    }

    static QJsonObject paused()
    {
        return {{u"event"_s, u"PAUSED"_s}, {u"message_template_id"_s, 77}, {u"message_template_name"_s, u"visit"_s},
            {u"message_template_language"_s, u"ar"_s}, {u"reason"_s, u"QUALITY"_s}};
    }

    Translated translated(NumberId number, const QByteArray &body) const
    {
        return translate({m_company, QUuid::createUuid(), number, u"meta"_s, body, 0}, m_registry, m_directory).value();
    }

    /// The one event, without who it is for; empty when there is another number of them.
    QJsonObject eventOf(NumberId number, const QByteArray &body) const
    {
        const Translated all = translated(number, body);
        QJsonObject event = all.events.size() == 1 ? all.events.first().toObject() : QJsonObject();
        if (event.take(u"company_id"_s).toString() != m_company.text())
            return {};
        return event;
    }

    static QJsonArray omar()
    {
        return {QJsonObject{{u"kind"_s, u"phone"_s}, {u"scope"_s, QString()}, {u"value"_s, u"+971501112233"_s}}};
    }

private Q_SLOTS:
    void failuresCarryTheirClass()
    {
        const QJsonObject error{{u"code"_s, 131049}, {u"title"_s, u"t"_s}};
        const QJsonObject failed{{u"id"_s, u"wamid.1"_s}, {u"status"_s, u"failed"_s}, {u"timestamp"_s, u"1790000000"_s},
            {u"errors"_s, QJsonArray{error}}};
        const QJsonObject event =
            eventOf(m_number, delivery(u"waba-a"_s, u"messages"_s, ofNumber(u"111"_s, u"statuses"_s, failed)));
        QCOMPARE(event.value(u"error_code"_s).toString(), u"meta:131049"_s);
        QCOMPARE(event.value(u"error_class"_s).toString(), u"marketing_cap"_s);
        QCOMPARE(event.value(u"wait_seconds"_s).toInt(), 86400);

        const QJsonObject sent{{u"id"_s, u"wamid.1"_s}, {u"status"_s, u"sent"_s}, {u"timestamp"_s, u"1790000000"_s}};
        const QJsonObject calm =
            eventOf(m_number, delivery(u"waba-a"_s, u"messages"_s, ofNumber(u"111"_s, u"statuses"_s, sent)));
        QVERIFY(!calm.contains(u"error_class"_s) && !calm.contains(u"wait_seconds"_s));
    }

    void preferences_data()
    {
        QTest::addColumn<QString>("given");
        QTest::addColumn<QString>("value");
        QTest::newRow("stop") << u"stop"_s << u"stop"_s;
        QTest::newRow("resume") << u"resume"_s << u"resume"_s;
        QTest::newRow("signup") << u"signup"_s << u"resume"_s;
    }
    void preferences()
    {
        QFETCH(QString, given);
        QFETCH(QString, value);
        const QJsonObject part{{u"wa_id"_s, u"971501112233"_s}, {u"category"_s, u"marketing_messages"_s},
            {u"value"_s, given}, {u"timestamp"_s, 1'790'000'300}};
        QCOMPARE(eventOf(m_number,
                     delivery(u"waba-a"_s, u"user_preferences"_s, ofNumber(u"111"_s, u"user_preferences"_s, part))),
            (QJsonObject{{u"type"_s, u"preference"_s}, {u"number_id"_s, m_number.text()}, {u"identities"_s, omar()},
                {u"value"_s, value}, {u"timestamp"_s, 1'790'000'300}}));
    }

    void calls()
    {
        const QJsonObject part{{u"id"_s, u"wacid.1"_s}, {u"from"_s, u"971501112233"_s}, {u"event"_s, u"connect"_s},
            {u"timestamp"_s, u"1790000500"_s}};
        QCOMPARE(eventOf(m_number, delivery(u"waba-a"_s, u"calls"_s, ofNumber(u"111"_s, u"calls"_s, part))),
            (QJsonObject{{u"type"_s, u"call"_s}, {u"number_id"_s, m_number.text()}, {u"identities"_s, omar()},
                {u"profile_name"_s, u"Omar"_s}, {u"timestamp"_s, 1'790'000'500}}));
    }

    void templatesConcernAnAccount()
    {
        QCOMPARE(eventOf(NumberId(), delivery(u"waba-a"_s, u"message_template_status_update"_s, paused())),
            (QJsonObject{{u"type"_s, u"template"_s}, {u"provider"_s, u"meta"_s}, {u"account_id"_s, u"waba-a"_s},
                {u"name"_s, u"visit"_s}, {u"language"_s, u"ar"_s}, {u"provider_template_id"_s, u"77"_s},
                {u"event"_s, u"PAUSED"_s}, {u"reason"_s, u"QUALITY"_s}, {u"time"_s, 1'790'000'000}}));
    }

    void whatIsNotSaidIsLeftOut()
    {
        const QJsonObject quality{{u"new_quality_score"_s, u"RED"_s}, {u"message_template_name"_s, u"visit"_s},
            {u"message_template_language"_s, u"ar"_s}};
        const QJsonObject event =
            eventOf(NumberId(), delivery(u"waba-a"_s, u"message_template_quality_update"_s, quality));
        QCOMPARE(event.value(u"quality"_s).toString(), u"RED"_s);
        for (const QString &key : {u"event"_s, u"category"_s, u"reason"_s})
            QVERIFY2(!event.contains(key), qPrintable(key));
    }

    /// Whoever has a number's secret may speak for its own account, and for no other.
    void templatesOfOthersAreOnlyNoted()
    {
        const Translated all =
            translated(NumberId(), delivery(u"waba-b"_s, u"message_template_status_update"_s, paused()));
        QVERIFY(all.events.isEmpty());
        QVERIFY(!all.note.isEmpty());
    }

    /// A delivery of a number that brings news of its account is not cut down to the number.
    void templatesBesideANumberCount()
    {
        QCOMPARE(eventOf(m_number, delivery(u"waba-a"_s, u"message_template_status_update"_s, paused()))
                     .value(u"type"_s)
                     .toString(),
            u"template"_s);
    }

    void preferencesOfAnotherNumberAreOnlyNoted()
    {
        const QJsonObject part{{u"wa_id"_s, u"971501112233"_s}, {u"category"_s, u"marketing_messages"_s},
            {u"value"_s, u"stop"_s}, {u"timestamp"_s, 1'790'000'300}};
        const QByteArray body =
            delivery(u"waba-b"_s, u"user_preferences"_s, ofNumber(u"221"_s, u"user_preferences"_s, part));
        QVERIFY(translated(m_number, body).events.isEmpty());
        QVERIFY(translated(NumberId(), body).events.isEmpty());
    }
};

CONVERSURE_TEST(TranslationTest)
#include "TranslationTest.moc"
