// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Desk.h"
#include "TestMain.h"

#include <QJsonDocument>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// WhatsApp's rules, held by the store against whoever asks: the service window and templates.
class RulesTest : public QObject
{
    Q_OBJECT

    using Send = Desk::Send;

    static QJsonObject body(const QJsonObject &values) { return {{QStringLiteral("body"), values}}; }

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
        desk.putGreeting();
        desk.moveClock("3 days");
        const Send send;
        const QJsonObject order = MUST(desk.reserve(send, desk.greeting())).object(0, 0);
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
        desk.status(send, QStringLiteral("failed"));
        next.attempt = newId();
        QCOMPARE(MUST(desk.again(next)).object(0, 0)[QStringLiteral("template")][QStringLiteral("values")],
            QJsonValue(desk.greeting()[QStringLiteral("values")]));
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
        desk.putGreeting();
        MUST(desk.root.run(spoil));
        QCOMPARE(verdict(desk.reserve(Send(), desk.greeting())), QStringLiteral("CV015"));
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
        row("blanks of other kinds", body({{one, omar}, {two, QStringLiteral("\u00a0\u200b\v")}}),
            QStringLiteral("missing body.2 bad body.2"));
        row("a line's end", body({{one, omar}, {two, QStringLiteral("a\u2028b")}}), QStringLiteral("bad body.2"));
        row("a document's name",
            {{QStringLiteral("body"), QJsonObject{{one, omar}, {two, omar}}},
                {QStringLiteral("header"), QJsonObject{{QStringLiteral("filename"), QStringLiteral("a.pdf")}}}},
            QStringLiteral("unknown header.filename"));
    }

    void aTemplateWantsItsVariables()
    {
        QFETCH(QJsonObject, values);
        QFETCH(QString, what);
        Desk &desk = *m_desk;
        const qint64 before = desk.charged();
        desk.putGreeting();
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

    void whatIsNoContentIsRefused_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("no text") << QByteArray(R"({"type": "TEXT"})");
        QTest::newRow("an object") << QByteArray(R"({"type": "TEXT", "text": {"a": 1}})");
        QTest::newRow("a number") << QByteArray(R"({"type": "TEXT", "text": 7})");
        QTest::newRow("nothing to see") << QByteArray(R"({"type": "TEXT", "text": "\u00a0\u200b\u2060 \n"})");
        for (const char *values :
            {"\"Omar\"", "[1]", "7", "null", R"({"body": "Omar"})", R"({"body": {"1": []}})", R"({"junk": "x"})"})
            QTest::newRow(values) << QByteArray(R"({"type": "TEMPLATE", "template_id": "ID", "values": )") + values
                    + '}';
        QTest::newRow("much too much") << QByteArray(
                                              R"({"type": "TEMPLATE", "template_id": "ID", "values": {"body": {"1": ")")
                + QByteArray(100'000, 'x') + "\"}}}";
    }

    void whatIsNoContentIsRefused()
    {
        QFETCH(QByteArray, content);
        Desk &desk = *m_desk;
        desk.putGreeting();
        content.replace("ID", desk.greeting()[QStringLiteral("template_id")].toString().toUtf8());
        const qint64 before = desk.charged();
        QCOMPARE(verdict(desk.reserve(Send(), QJsonDocument::fromJson(content).object())), QStringLiteral("CV004"));
        QCOMPARE(desk.charged(), before);
    }

    void whatCannotBeFilledInHereIsRefused_data()
    {
        QTest::addColumn<QByteArray>("part");
        QTest::newRow("a carousel") << QByteArray(R"({"type": "CAROUSEL", "cards": []})");
        QTest::newRow("an offer") << QByteArray(R"({"type": "LIMITED_TIME_OFFER"})");
        QTest::newRow("a code") << QByteArray(R"({"type": "BUTTONS", "buttons": [{"type": "OTP"}]})");
        QTest::newRow("a flow") << QByteArray(R"({"type": "BUTTONS", "buttons": [{"type": "FLOW"}]})");
        QTest::newRow("another heading") << QByteArray(R"({"type": "HEADER", "format": "PRODUCT"})");
        QTest::newRow("a variable of another kind") << QByteArray(R"({"type": "FOOTER", "text": "{{first-name}}"})");
        QTest::newRow("one in Russian") << QByteArray("{\"type\": \"HEADER\", \"text\": \"{{имя}}\"}");
    }

    void whatCannotBeFilledInHereIsRefused()
    {
        QFETCH(QByteArray, part);
        Desk &desk = *m_desk;
        desk.putTemplates({Desk::templateOf(QStringLiteral("odd"), QStringLiteral("UTILITY"),
            {Desk::part(QStringLiteral("BODY"), QStringLiteral("Hello")), QJsonDocument::fromJson(part).object()})});
        const auto refused = desk.reserve(Send(), desk.templateContent(QStringLiteral("odd")));
        QCOMPARE(verdict(refused), QStringLiteral("CV015"));
        QCOMPARE(refused.error().detail[QStringLiteral("status")].toString(), QStringLiteral("UNSUPPORTED"));
    }

    void anotherTrySaysTheSameOrNothing()
    {
        Desk desk;
        const auto put = [&](const char *percent) {
            desk.putTemplates({Desk::templateOf(QStringLiteral("offer"), QStringLiteral("UTILITY"),
                {Desk::part(QStringLiteral("BODY"), QLatin1StringView(percent) + QStringLiteral(" % for {{1}}"))})});
        };
        put("10");
        const QJsonObject content =
            desk.templateContent(QStringLiteral("offer"), body({{QStringLiteral("1"), QStringLiteral("Omar")}}));
        const Send send;
        MUST(desk.reserve(send, content));
        MUST(desk.fail(send));
        put("25");
        Send next = send;
        next.attempt = newId();
        for (const auto &refused : {desk.again(next), desk.reserve(next, content)}) {
            QCOMPARE(verdict(refused), QStringLiteral("CV015"));
            QCOMPARE(refused.error().detail[QStringLiteral("status")].toString(), QStringLiteral("CHANGED"));
        }
        put("10");
        MUST(desk.again(next));
    }

    void whatLooksLikeAVariableInAValueIsNotFilled()
    {
        Desk desk;
        desk.putGreeting();
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

    void newsOfTemplatesComesTwiceAndOutOfOrder()
    {
        Desk desk;
        desk.putGreeting();
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
        QCOMPARE(verdict(desk.reserve(Send(), desk.greeting())), QStringLiteral("CV015"));
    }

    void whatFailsForItsTemplateIsAReasonToAsk()
    {
        Desk desk;
        desk.putGreeting();
        const auto asked = [&] {
            const QStringList kinds = column(desk.root, "select kind from conversure.jobs");
            MUST(desk.root.run("delete from conversure.jobs"));
            return kinds.join(u' ');
        };
        asked();
        const QString problem = QStringLiteral("template_problem");
        const Send send;
        MUST(desk.reserve(send, desk.greeting()));
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
