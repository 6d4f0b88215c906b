// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Desk.h"
#include "TestMain.h"

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// WhatsApp's rules, held by the store against whoever asks: the service window, templates, marketing.
class RulesTest : public QObject
{
    Q_OBJECT

    using Send = Desk::Send;

    static QJsonObject body(const QJsonObject &values) { return {{QStringLiteral("body"), values}}; }

    static void putGreeting(Desk &desk, const QString &category = QStringLiteral("UTILITY"))
    {
        desk.putTemplates({Desk::templateOf(QStringLiteral("greeting"), category,
            {Desk::part(QStringLiteral("BODY"), QStringLiteral("Hello {{1}}, about {{2}}.")),
                Desk::part(QStringLiteral("FOOTER"), QStringLiteral("Marina Homes"))})});
    }
    static QJsonObject greeting(Desk &desk)
    {
        return desk.templateContent(QStringLiteral("greeting"),
            body({{QStringLiteral("1"), QStringLiteral("Omar")}, {QStringLiteral("2"), QStringLiteral("the flat")}}));
    }

    std::unique_ptr<Desk> m_desk; ///< For those that leave nothing behind and need no clock of their own.

private Q_SLOTS:
    void initTestCase() { m_desk = std::make_unique<Desk>(); }

    void freeTextNeedsAnOpenWindow()
    {
        Desk desk;
        MUST(desk.reserve(Send()));
        desk.moveClock("23 hours 59 minutes");
        MUST(desk.reserve(Send()));
        desk.moveClock("1 minute 1 second");
        const auto refused = desk.reserve(Send());
        QCOMPARE(verdict(refused), QStringLiteral("CV012"));
        QVERIFY(refused.error().detail[QStringLiteral("closed_at")].toInteger() > 0);
        QCOMPARE(desk.charged(), 2);
        desk.receive(QStringLiteral("Are you there?"));
        MUST(desk.reserve(Send()));
        desk.moveClock("25 hours");
        QCOMPARE(verdict(desk.reserve(Send())), QStringLiteral("CV012"));
        desk.apply(QStringLiteral("call"), {});
        MUST(desk.reserve(Send()));
    }

    void theWindowIsThatOfTheNumberThatWasWrittenTo()
    {
        Desk desk;
        desk.moveClock("25 hours");
        const NumberId other = desk.company.addNumber(QStringLiteral("pn-other"), 100);
        desk.receive(QStringLiteral("Hi"), {{QStringLiteral("number_id"), other.text()}});
        QCOMPARE(verdict(desk.reserve(Send())), QStringLiteral("CV012"));
        desk.receive(QStringLiteral("Hi"));
        MUST(desk.reserve(Send()));
    }

    void whatTheAccountDoesOpensNoWindow()
    {
        Desk desk;
        desk.moveClock("25 hours");
        desk.receive(
            QStringLiteral("User changed their number"), {{QStringLiteral("original_type"), QStringLiteral("system")}});
        QCOMPARE(verdict(desk.reserve(Send())), QStringLiteral("CV012"));
        // A message that was underway for a day opens what it would have opened then.
        desk.receive(QStringLiteral("late"), {{QStringLiteral("timestamp"), desk.nowSeconds() - 23 * 3600}});
        MUST(desk.reserve(Send()));
        desk.moveClock("1 hour 1 minute");
        QCOMPARE(verdict(desk.reserve(Send())), QStringLiteral("CV012"));
    }

    void aSessionGatewayHasNoWindow()
    {
        Desk desk;
        MUST(desk.root.run("update conversure.whatsapp_numbers set provider = 'evolution'"));
        desk.moveClock("40 days");
        MUST(desk.reserve(Send()));
    }

    void anIdentityThatTheProviderCannotReachIsNone()
    {
        Desk desk;
        desk.phone = QStringLiteral("hidden-person");
        desk.receive(QStringLiteral("Hi"),
            {{QStringLiteral("identities"),
                QJsonArray{QJsonObject{{QStringLiteral("kind"), QStringLiteral("bsuid")},
                    {QStringLiteral("scope"), QStringLiteral("waba")}, {QStringLiteral("value"), desk.phone}}}}});
        desk.conversation = desk.company.conversationOf(desk.phone);
        MUST(desk.reserve(Send()));
        MUST(desk.root.run("update conversure.whatsapp_numbers set provider = 'twilio'"));
        QCOMPARE(verdict(desk.reserve(Send())), QStringLiteral("CV018"));
    }

    void aTemplateOpensAClosedWindow()
    {
        Desk desk;
        putGreeting(desk);
        desk.moveClock("3 days");
        const Send send;
        const QJsonObject order = MUST(desk.reserve(send, greeting(desk))).object(0, 0);
        QCOMPARE(order[QStringLiteral("content_type")].toString(), QStringLiteral("TEMPLATE"));
        QCOMPARE(order[QStringLiteral("text")].toString(), QStringLiteral("Hello Omar, about the flat.\nMarina Homes"));
        QCOMPARE(order[QStringLiteral("template")][QStringLiteral("name")].toString(), QStringLiteral("greeting"));
        QCOMPARE(order[QStringLiteral("message")][QStringLiteral("row")][QStringLiteral("template")].toString(),
            QStringLiteral("greeting"));
        // It opens nothing for free text.
        MUST(desk.confirm(send));
        QCOMPARE(verdict(desk.reserve(Send())), QStringLiteral("CV012"));
        // Another try sends the same.
        Send next = send;
        MUST(desk.root.run(
            "update conversure.messages set status = 'failed' where message_id = $1::uuid", {param(send.message)}));
        next.attempt = newId();
        QCOMPARE(MUST(desk.again(next)).object(0, 0)[QStringLiteral("template")][QStringLiteral("values")],
            QJsonValue(greeting(desk)[QStringLiteral("values")]));
    }

    void aTemplateThatIsNotUsableIsRefused_data()
    {
        QTest::addColumn<QByteArray>("spoil");
        QTest::newRow("paused") << QByteArray("update conversure.templates set status = 'PAUSED'");
        QTest::newRow("never heard of") << QByteArray("update conversure.templates set status = 'SOMETHING_NEW'");
        QTest::newRow("another account's") << QByteArray("update conversure.templates set account_id = 'other'");
        QTest::newRow("another provider's") << QByteArray("update conversure.templates set provider = 'twilio'");
    }

    void aTemplateThatIsNotUsableIsRefused()
    {
        QFETCH(QByteArray, spoil);
        Desk desk;
        putGreeting(desk);
        MUST(desk.root.run(spoil));
        QCOMPARE(verdict(desk.reserve(Send(), greeting(desk))), QStringLiteral("CV015"));
        QCOMPARE(desk.charged(), 0);
    }

    void aTemplateOfAnotherCompanyIsNone()
    {
        Desk desk;
        Company other(desk.database, QStringLiteral("Other"));
        MUST(desk.relay.call(QLatin1StringView("relay.put_templates"),
            {param(other.id.value), param(QStringLiteral("meta")), param(QStringLiteral("waba")),
                json(QJsonArray{Desk::templateOf(QStringLiteral("theirs"), QStringLiteral("UTILITY"),
                    {Desk::part(QStringLiteral("BODY"), QStringLiteral("Secret"))})})}));
        const auto refused = desk.reserve(Send(), desk.templateContent(QStringLiteral("theirs")));
        QCOMPARE(verdict(refused), QStringLiteral("CV015"));
        QVERIFY(!QString::fromUtf8(QJsonDocument(refused.error().detail).toJson()).contains(QStringLiteral("theirs")));
        QCOMPARE(verdict(desk.reserve(Send(),
                     {{QStringLiteral("type"), QStringLiteral("TEMPLATE")},
                         {QStringLiteral("template_id"), QStringLiteral("no id")}})),
            QStringLiteral("CV015"));
    }

    void aTemplateWantsItsVariables_data()
    {
        QTest::addColumn<QJsonObject>("values");
        QTest::addColumn<QString>("what");
        const auto row = [](const char *name, const QJsonObject &values, const QString &what) {
            QTest::newRow(name) << values << what;
        };
        const QString one = QStringLiteral("1");
        const QString two = QStringLiteral("2");
        const QString omar = QStringLiteral("Omar");
        row("none", {}, QStringLiteral("missing body.1,body.2"));
        row("one", body({{one, omar}}), QStringLiteral("missing body.2"));
        row("blank", body({{one, omar}, {two, QStringLiteral("  ")}}), QStringLiteral("missing body.2"));
        row("one more", body({{one, omar}, {two, omar}, {QStringLiteral("3"), omar}}),
            QStringLiteral("unknown body.3"));
        row("line break", body({{one, omar}, {two, QStringLiteral("a\nb")}}), QStringLiteral("bad body.2"));
        row("five blanks", body({{one, omar}, {two, QStringLiteral("a     b")}}), QStringLiteral("bad body.2"));
        row("too long", body({{one, omar}, {two, QString(1025, u'x')}}), QStringLiteral("bad body.2"));
        row("no object", {{QStringLiteral("body"), QStringLiteral("Omar")}}, QStringLiteral("missing body.1,body.2"));
        row("no text", body({{one, omar}, {two, QJsonArray()}}), QStringLiteral("missing body.2"));
    }

    void aTemplateWantsItsVariables()
    {
        QFETCH(QJsonObject, values);
        QFETCH(QString, what);
        Desk &desk = *m_desk;
        const qint64 before = desk.charged();
        putGreeting(desk);
        const auto refused = desk.reserve(Send(), desk.templateContent(QStringLiteral("greeting"), values));
        QCOMPARE(verdict(refused), QStringLiteral("CV016"));
        QStringList said;
        for (const QString &kind : {QStringLiteral("missing"), QStringLiteral("unknown"), QStringLiteral("bad")}) {
            QStringList fields;
            for (const QJsonValue &field : refused.error().detail[kind].toArray())
                fields << field.toString();
            if (!fields.isEmpty())
                said << kind + u' ' + fields.join(u',');
        }
        QCOMPARE(said.join(u' '), what);
        QCOMPARE(desk.charged(), before);
    }

    void whatLooksLikeAVariableInAValueIsNotFilled()
    {
        Desk desk;
        putGreeting(desk);
        const QJsonObject content = desk.templateContent(QStringLiteral("greeting"),
            body({{QStringLiteral("1"), QStringLiteral("{{2}}")}, {QStringLiteral("2"), QStringLiteral("x")}}));
        QCOMPARE(MUST(desk.reserve(Send(), content)).object(0, 0)[QStringLiteral("text")].toString(),
            QStringLiteral("Hello {{2}}, about x.\nMarina Homes"));
    }

    void headersAndButtonsHaveFieldsToo()
    {
        Desk desk;
        desk.putTemplates({Desk::templateOf(QStringLiteral("brochure"), QStringLiteral("UTILITY"),
            {QJsonObject{{QStringLiteral("type"), QStringLiteral("HEADER")},
                 {QStringLiteral("format"), QStringLiteral("DOCUMENT")}},
                Desk::part(QStringLiteral("BODY"), QStringLiteral("Dear {{first_name}}")),
                QJsonObject{{QStringLiteral("type"), QStringLiteral("BUTTONS")},
                    {QStringLiteral("buttons"),
                        QJsonArray{QJsonObject{{QStringLiteral("type"), QStringLiteral("QUICK_REPLY")},
                                       {QStringLiteral("text"), QStringLiteral("Yes")}},
                            QJsonObject{{QStringLiteral("type"), QStringLiteral("URL")},
                                {QStringLiteral("url"), QStringLiteral("https://x.example/{{1}}")}}}}}})});
        const auto refused = desk.reserve(Send(), desk.templateContent(QStringLiteral("brochure")));
        QCOMPARE(refused.error().detail[QStringLiteral("missing")].toArray(),
            (QJsonArray{
                QStringLiteral("body.first_name"), QStringLiteral("buttons.1"), QStringLiteral("header.link")}));
        QJsonObject values = body({{QStringLiteral("first_name"), QStringLiteral("Анна")}});
        values.insert(QStringLiteral("header"),
            QJsonObject{{QStringLiteral("link"), QStringLiteral("http://x.example/a.pdf")},
                {QStringLiteral("filename"), QStringLiteral("Prices.pdf")}});
        values.insert(QStringLiteral("buttons"), QJsonObject{{QStringLiteral("1"), QStringLiteral("42")}});
        QCOMPARE(desk.reserve(Send(), desk.templateContent(QStringLiteral("brochure"), values))
                     .error()
                     .detail[QStringLiteral("bad")]
                     .toArray(),
            QJsonArray{QStringLiteral("header.link")});
        values.insert(
            QStringLiteral("header"), QJsonObject{{QStringLiteral("link"), QStringLiteral("https://x.example/a.pdf")}});
        MUST(desk.reserve(Send(), desk.templateContent(QStringLiteral("brochure"), values)));
    }

    void aWordStopsMarketingAndNothingElse_data()
    {
        QTest::addColumn<QString>("word");
        QTest::addColumn<bool>("stops");
        for (const char *word :
            {"STOP", "stop.", " Stop! ", "إيقاف", "ايقاف", "الغاء الإشتراك", "СТОП", "Отпишите меня!", "Unsubscribe"})
            QTest::newRow(word) << QString::fromUtf8(word) << true;
        for (const char *word : {"Please stop by at five", "bus stop", "?", "Stopover", "لا", "нет"})
            QTest::newRow(word) << QString::fromUtf8(word) << false;
    }

    void aWordStopsMarketingAndNothingElse()
    {
        QFETCH(QString, word);
        QFETCH(bool, stops);
        Desk &desk = *m_desk;
        putGreeting(desk, QStringLiteral("MARKETING"));
        desk.receive(word);
        QCOMPARE(verdict(desk.reserve(Send(), greeting(desk))),
            stops ? QStringLiteral("CV013") : QStringLiteral("accepted"));
        MUST(desk.reserve(Send())); // who writes is answered
        if (!stops)
            return;
        putGreeting(desk, QStringLiteral("UTILITY"));
        MUST(desk.reserve(Send(), greeting(desk)));
        putGreeting(desk, QStringLiteral("MARKETING"));
        desk.receive(QStringLiteral("START"));
        MUST(desk.reserve(Send(), greeting(desk)));
    }

    void whatIsStoppedCannotBeInsertedByAnybody()
    {
        Desk desk;
        putGreeting(desk, QStringLiteral("MARKETING"));
        desk.receive(QStringLiteral("stop"));
        const auto inserted = desk.root.run(
            "insert into conversure.messages (company_id, message_id, conversation_id, number_id, direction, status, "
            "content_type, sort_at, template_id, template_values) select c.company_id, gen_random_uuid(), "
            "c.conversation_id, c.number_id, 'OUTBOUND', 'sending', 'TEMPLATE', now(), t.template_id, '{}' from "
            "conversure.conversations c, conversure.templates t");
        QCOMPARE(verdict(inserted), QStringLiteral("CV013"));
    }

    void anAdminsListReplacesTheWords()
    {
        Desk desk;
        putGreeting(desk, QStringLiteral("MARKETING"));
        const auto set = [&](const QByteArray &stops, const QByteArray &starts) {
            return verdict(desk.admin, "select api.set_opt_out_words(" + stops + ", " + starts + ")");
        };
        QCOMPARE(verdict(desk.client, "select api.set_opt_out_words(null, null)"), QStringLiteral("CV002"));
        QCOMPARE(set("'{}'", "null"), QStringLiteral("CV004"));
        QCOMPARE(set("'{basta}'", "'{Basta!}'"), QStringLiteral("CV004"));
        QCOMPARE(set("'{Basta, \"no grazie\"}'", "null"), QStringLiteral("accepted"));
        desk.receive(QStringLiteral("stop"));
        MUST(desk.reserve(Send(), greeting(desk)));
        desk.receive(QStringLiteral("¡BASTA!"));
        QCOMPARE(verdict(desk.reserve(Send(), greeting(desk))), QStringLiteral("CV013"));
    }

    void theProvidersSwitchIsThePersonsAlone()
    {
        Desk desk;
        putGreeting(desk, QStringLiteral("MARKETING"));
        const auto prefers = [&](const char *value, qint64 ago) {
            desk.apply(QStringLiteral("preference"),
                {{QStringLiteral("value"), QLatin1StringView(value)},
                    {QStringLiteral("timestamp"), desk.nowSeconds() - ago}});
        };
        const auto lift = [&] {
            return verdict(desk.client.call(QLatin1StringView("api.lift_opt_out"),
                {param(desk.conversation.value), param(QStringLiteral("she asked me to"))}));
        };
        prefers("stop", 100);
        prefers("stop", 100);
        QCOMPARE(desk.reserve(Send(), greeting(desk)).error().detail[QStringLiteral("kind")].toString(),
            QStringLiteral("provider"));
        QCOMPARE(lift(), QStringLiteral("CV002"));
        desk.receive(QStringLiteral("START"));
        QCOMPARE(verdict(desk.reserve(Send(), greeting(desk))), QStringLiteral("CV013"));
        prefers("resume", 50);
        MUST(desk.reserve(Send(), greeting(desk)));
        prefers("stop", 70); // older than the word that counts
        MUST(desk.reserve(Send(), greeting(desk)));

        desk.receive(QStringLiteral("stop"));
        QCOMPARE(verdict(desk.reserve(Send(), greeting(desk))), QStringLiteral("CV013"));
        QCOMPARE(verdict(desk.client.call(QLatin1StringView("api.lift_opt_out"),
                     {param(desk.conversation.value), param(QStringLiteral(" "))})),
            QStringLiteral("CV004"));
        QCOMPARE(lift(), QStringLiteral("accepted"));
        QCOMPARE(lift(), QStringLiteral("CV003"));
        MUST(desk.reserve(Send(), greeting(desk)));
        QCOMPARE(
            number(desk.root, "select count(*) from conversure.audit_log where action = 'lead.opt_out_lifted'"), 1);
    }

    void aRefusalOfTheProviderIsRemembered()
    {
        Desk desk;
        putGreeting(desk, QStringLiteral("MARKETING"));
        const Send capped;
        MUST(desk.reserve(capped, greeting(desk)));
        desk.status(capped, QStringLiteral("failed"),
            {{QStringLiteral("error_code"), QStringLiteral("meta:131049")},
                {QStringLiteral("error_class"), QStringLiteral("marketing_cap")},
                {QStringLiteral("wait_seconds"), 86400}});
        Send next = capped;
        next.attempt = newId();
        const auto refused = desk.again(next);
        QCOMPARE(verdict(refused), QStringLiteral("CV017"));
        const qint64 wait =
            refused.error().detail[QStringLiteral("retry_at")].toInteger() / 1'000'000 - desk.nowSeconds();
        QVERIFY2(wait > 86'300 && wait <= 86'400, qPrintable(QString::number(wait)));
        desk.moveClock("24 hours 1 minute");
        MUST(desk.again(next));
        desk.status(next, QStringLiteral("failed"),
            {{QStringLiteral("error_code"), QStringLiteral("meta:131050")},
                {QStringLiteral("error_class"), QStringLiteral("opted_out")}});
        next.attempt = newId();
        QCOMPARE(verdict(desk.again(next)), QStringLiteral("CV013"));
    }

    void newsOfTemplatesComesTwiceAndOutOfOrder()
    {
        Desk desk;
        putGreeting(desk);
        const auto news = [&](const char *event, qint64 ago) {
            desk.apply(QStringLiteral("template"),
                {{QStringLiteral("provider"), QStringLiteral("meta")},
                    {QStringLiteral("account_id"), QStringLiteral("waba")},
                    {QStringLiteral("name"), QStringLiteral("greeting")},
                    {QStringLiteral("language"), QStringLiteral("en")},
                    {QStringLiteral("event"), QLatin1StringView(event)},
                    {QStringLiteral("time"), desk.nowSeconds() - ago}});
        };
        const auto status = [&] { return text(desk.root, "select status from conversure.templates"); };
        desk.moveClock("1 hour");
        news("PAUSED", 100);
        news("PAUSED", 100);
        QCOMPARE(status(), QStringLiteral("PAUSED"));
        news("APPROVED", 200);
        QCOMPARE(status(), QStringLiteral("PAUSED"));
        news("FLAGGED", 10);
        QCOMPARE(status(), QStringLiteral("PAUSED"));
        news("REINSTATED", 5);
        QCOMPARE(status(), QStringLiteral("APPROVED"));
        // Their clock is not ours, and a list may be on its way: it has the last word, so it is read again.
        MUST(desk.root.run("delete from conversure.jobs"));
        news("PAUSED", 5000);
        QCOMPARE(status(), QStringLiteral("APPROVED"));
        QCOMPARE(column(desk.root, "select kind || ' ' || key from conversure.jobs"),
            QStringList{QStringLiteral("sync_templates meta waba")});
        // A list without it: the account has it no more, and messages that name it keep their name.
        desk.putTemplates({});
        QCOMPARE(status(), QStringLiteral("DELETED"));
        QCOMPARE(verdict(desk.reserve(Send(), greeting(desk))), QStringLiteral("CV015"));
    }

    void whatFailsForItsTemplateIsAReasonToAsk()
    {
        Desk desk;
        putGreeting(desk);
        const auto asked = [&] {
            const QStringList kinds = column(desk.root, "select kind from conversure.jobs");
            MUST(desk.root.run("delete from conversure.jobs"));
            return kinds.join(u' ');
        };
        asked();
        const QString problem = QStringLiteral("template_problem");
        const Send send;
        MUST(desk.reserve(send, greeting(desk)));
        const QJsonObject row = MUST(desk.fail(send, QStringLiteral("meta:132015"),
                                         {{QStringLiteral("class"), problem}, {QStringLiteral("retry_after"), 3600}}))
                                    .object(0, 0)[QStringLiteral("row")]
                                    .toObject();
        const qint64 wait =
            row[QStringLiteral("error_detail")][QStringLiteral("retry_at")].toInteger() / 1'000'000 - desk.nowSeconds();
        QVERIFY2(wait > 3500 && wait <= 3600, qPrintable(QString::number(wait)));
        QCOMPARE(asked(), QStringLiteral("sync_templates"));
        Send next = send;
        next.attempt = newId();
        MUST(desk.again(next));
        desk.status(next, QStringLiteral("failed"),
            {{QStringLiteral("error_code"), QStringLiteral("meta:132015")}, {QStringLiteral("error_class"), problem}});
        QCOMPARE(asked(), QStringLiteral("sync_templates"));
        // Nobody's word but the account's changes it.
        QCOMPARE(text(desk.root, "select status from conversure.templates"), QStringLiteral("APPROVED"));
    }

    void newsOfAnUnknownTemplateAsksForTheList()
    {
        Desk desk;
        MUST(desk.root.run("delete from conversure.jobs"));
        desk.apply(QStringLiteral("template"),
            {{QStringLiteral("provider"), QStringLiteral("meta")},
                {QStringLiteral("account_id"), QStringLiteral("waba")},
                {QStringLiteral("name"), QStringLiteral("new_one")}, {QStringLiteral("language"), QStringLiteral("ar")},
                {QStringLiteral("event"), QStringLiteral("APPROVED")}, {QStringLiteral("time"), desk.nowSeconds()}});
        MUST(desk.client.call(QLatin1StringView("api.sync_templates"), {param(desk.conversation.value)}));
        QCOMPARE(column(desk.root, "select kind || ' ' || key from conversure.jobs"),
            QStringList{QStringLiteral("sync_templates meta waba")});
    }
};

CONVERSURE_TEST(RulesTest)
#include "RulesTest.moc"
