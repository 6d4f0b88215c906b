// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Templates.h"
#include "Fixtures.h"
#include "TestMain.h"

using namespace conversure;
using namespace conversure::sandbox;
using namespace Qt::StringLiterals;

/// Whether sends of templates are judged as Meta does, and whether its list comes in pages.
class TemplatesTest : public QObject
{
    Q_OBJECT

private:
    const std::vector<Number> m_numbers{testNumber()};

    static MessageTemplate templateWith(const QJsonArray &components)
    {
        MessageTemplate item;
        item.wabaId = testNumber().wabaId;
        item.id = u"140000000000001"_s;
        item.name = u"visit"_s;
        item.language = u"ar"_s;
        item.components = components;
        return item;
    }

    static QJsonObject component(const QString &type, const QString &text)
    {
        return {{u"type"_s, type}, {u"text"_s, text}};
    }

    /// A picture, two variables, a reply button, a link with a variable, a code.
    static MessageTemplate visit()
    {
        const QJsonArray buttons{QJsonObject{{u"type"_s, u"QUICK_REPLY"_s}, {u"text"_s, u"Yes"_s}},
            QJsonObject{{u"type"_s, u"URL"_s}, {u"text"_s, u"Map"_s}, {u"url"_s, u"https://e.org/{{1}}"_s}},
            QJsonObject{{u"type"_s, u"URL"_s}, {u"text"_s, u"Home"_s}, {u"url"_s, u"https://e.org/"_s}},
            QJsonObject{{u"type"_s, u"COPY_CODE"_s}, {u"text"_s, u"Copy"_s}}};
        return templateWith({QJsonObject{{u"type"_s, u"HEADER"_s}, {u"format"_s, u"IMAGE"_s}},
            component(u"BODY"_s, u"Hello {{1}}, on {{2}}"_s),
            QJsonObject{{u"type"_s, u"BUTTONS"_s}, {u"buttons"_s, buttons}}});
    }

    static QJsonObject text(const QString &value) { return {{u"type"_s, u"text"_s}, {u"text"_s, value}}; }
    static QJsonObject named(const QString &name, const QString &value)
    {
        QJsonObject parameter = text(value);
        parameter.insert(u"parameter_name"_s, name);
        return parameter;
    }
    static QJsonObject image()
    {
        return {{u"type"_s, u"image"_s}, {u"image"_s, QJsonObject{{u"link"_s, u"https://e.org/a.jpg"_s}}}};
    }
    static QJsonObject part(const QString &type, const QJsonArray &parameters)
    {
        return {{u"type"_s, type}, {u"parameters"_s, parameters}};
    }
    static QJsonObject button(const QString &kind, int index, const QJsonObject &parameter)
    {
        return {{u"type"_s, u"button"_s}, {u"sub_type"_s, kind}, {u"index"_s, QString::number(index)},
            {u"parameters"_s, QJsonArray{parameter}}};
    }
    static QJsonObject code() { return {{u"type"_s, u"coupon_code"_s}, {u"coupon_code"_s, u"SAVE10"_s}}; }

    static QJsonArray right()
    {
        return {part(u"header"_s, {image()}), part(u"body"_s, {text(u"Omar"_s), text(u"Sunday"_s)}),
            button(u"url"_s, 1, text(u"7"_s)), button(u"copy_code"_s, 3, code())};
    }

    static QJsonArray rightBut(int index, const QJsonObject &component)
    {
        QJsonArray changed = right();
        changed.replace(index, component);
        return changed;
    }

    static QJsonArray rightWithout(int index)
    {
        QJsonArray changed = right();
        changed.removeAt(index);
        return changed;
    }

    static QJsonArray rightAnd(const QJsonObject &component)
    {
        QJsonArray changed = right();
        changed << component;
        return changed;
    }

    /// 0 when the send is accepted.
    static int codeOf(const QJsonArray &components, const MessageTemplate &item)
    {
        const QJsonObject payload{{u"name"_s, item.name}, {u"language"_s, QJsonObject{{u"code"_s, item.language}}},
            {u"components"_s, components}};
        const auto answer = objectionToTemplate(payload, &item);
        return answer ? errorOf(*answer)["code"_L1].toInt() : 0;
    }

    static QJsonObject errorOf(const Answer &answer)
    {
        return QJsonDocument::fromJson(answer.body)["error"_L1].toObject();
    }

    static std::vector<MessageTemplate> shelf(int size)
    {
        std::vector<MessageTemplate> all;
        for (int i = 0; i < size; ++i) {
            all.push_back(templateWith({component(u"BODY"_s, u"x"_s)}));
            all.back().name = u"name_%1"_s.arg(i);
        }
        return all;
    }

    Outcome asked(const QByteArray &query, const QByteArray &token = "token-of-the-test") const
    {
        return judge({"GET", "/v23.0/200000000000042/message_templates" + query,
                         {{"Authorization", "Bearer " + token}, {"Host", "127.0.0.1:4010"}}, {}},
            m_numbers);
    }

    QJsonObject page(const QByteArray &query, const std::vector<MessageTemplate> &all) const
    {
        const Outcome outcome = asked(query);
        const Answer answer = std::holds_alternative<TemplateQuery>(outcome)
            ? templatePage(std::get<TemplateQuery>(outcome), all)
            : std::get<Answer>(outcome);
        return QJsonDocument::fromJson(answer.body).object();
    }

private Q_SLOTS:
    void sendsAreJudged_data()
    {
        QTest::addColumn<QJsonArray>("components");
        QTest::addColumn<int>("code");
        const auto row = [](const char *name, const QJsonArray &components, int code) {
            QTest::newRow(name) << components << code;
        };
        row("right", right(), 0);
        row("with a payload",
            rightAnd(button(u"quick_reply"_s, 0, {{u"type"_s, u"payload"_s}, {u"payload"_s, u"Y"_s}})), 0);
        row("no header", rightWithout(0), 132012);
        row("text for a picture", rightBut(0, part(u"header"_s, {text(u"x"_s)})), 132012);
        row("no body", rightWithout(1), 132000);
        row("one too few", rightBut(1, part(u"body"_s, {text(u"a"_s)})), 132000);
        row("one too many", rightBut(1, part(u"body"_s, {text(u"a"_s), text(u"b"_s), text(u"c"_s)})), 132000);
        row("picture in the body", rightBut(1, part(u"body"_s, {text(u"a"_s), image()})), 132012);
        row("names where there are none", rightBut(1, part(u"body"_s, {named(u"a"_s, u"a"_s), text(u"b"_s)})), 132012);
        row("line break", rightBut(1, part(u"body"_s, {text(u"a\nb"_s), text(u"b"_s)})), 132018);
        row("tab", rightBut(1, part(u"body"_s, {text(u"a\tb"_s), text(u"b"_s)})), 132018);
        row("five blanks", rightBut(1, part(u"body"_s, {text(u"a     b"_s), text(u"b"_s)})), 132018);
        row("four blanks", rightBut(1, part(u"body"_s, {text(u"a    b"_s), text(u"b"_s)})), 0);
        row("too long", rightBut(1, part(u"body"_s, {text(QString(1020, u'x')), text(u"b"_s)})), 132005);
        row("no link", rightWithout(2), 131008);
        row("no code", rightWithout(3), 131008);
        row("link of another button", rightBut(2, button(u"url"_s, 0, text(u"7"_s))), 132012);
        row("no such button", rightAnd(button(u"url"_s, 4, text(u"7"_s))), 132012);
        row("plain link filled", rightAnd(button(u"url"_s, 2, text(u"7"_s))), 132000);
        row("text for a code", rightBut(3, button(u"copy_code"_s, 3, text(u"SAVE10"_s))), 132012);
        row("nothing", {}, 132012);
    }
    void sendsAreJudged()
    {
        QFETCH(QJsonArray, components);
        QFETCH(int, code);
        QCOMPARE(codeOf(components, visit()), code);
    }

    void namedTemplatesWantNames()
    {
        MessageTemplate item = templateWith({component(u"BODY"_s, u"{{day}} {{first_name}}"_s)});
        item.parameterFormat = u"NAMED"_s;
        QCOMPARE(codeOf({part(u"body"_s, {named(u"first_name"_s, u"Omar"_s), named(u"day"_s, u"Sunday"_s)})}, item), 0);
        QCOMPARE(codeOf({part(u"body"_s, {text(u"Omar"_s), text(u"Sunday"_s)})}, item), 132012);
        QCOMPARE(codeOf({part(u"body"_s, {named(u"name"_s, u"Omar"_s), named(u"day"_s, u"Sunday"_s)})}, item), 132012);
        QCOMPARE(codeOf({part(u"body"_s, {named(u"day"_s, u"Sunday"_s)})}, item), 132000);
    }

    void whatHasNoVariablesTakesNone()
    {
        const MessageTemplate item = templateWith(
            {component(u"HEADER"_s, u"Hello"_s), component(u"BODY"_s, u"x"_s), component(u"FOOTER"_s, u"y"_s)});
        QCOMPARE(codeOf({}, item), 0);
        QCOMPARE(codeOf({part(u"body"_s, {text(u"a"_s)})}, item), 132000);
        QCOMPARE(codeOf({part(u"header"_s, {text(u"a"_s)})}, item), 132000);
    }

    void statusesDecide_data()
    {
        QTest::addColumn<QString>("status");
        QTest::addColumn<int>("code");
        QTest::newRow("approved") << u"APPROVED"_s << 0;
        QTest::newRow("paused") << u"PAUSED"_s << 132015;
        QTest::newRow("disabled") << u"DISABLED"_s << 132016;
        for (const char *status : {"PENDING", "REJECTED", "IN_APPEAL", "ARCHIVED"})
            QTest::newRow(status) << QString::fromLatin1(status) << 132001;
    }
    void statusesDecide()
    {
        QFETCH(QString, status);
        QFETCH(int, code);
        MessageTemplate item = visit();
        item.status = status;
        QCOMPARE(codeOf(right(), item), code);
    }

    void whatIsNotThereSaysSo()
    {
        const QJsonObject payload{{u"name"_s, u"visit"_s}, {u"language"_s, QJsonObject{{u"code"_s, u"en_US"_s}}}};
        const auto answer = objectionToTemplate(payload, nullptr);
        QVERIFY(answer);
        QCOMPARE(answer->status, 404);
        QCOMPARE(errorOf(*answer)["code"_L1].toInt(), 132001);
        QVERIFY(errorOf(*answer)["error_data"_L1]["details"_L1].toString().contains("(visit)"_L1));
        QVERIFY(errorOf(*answer)["error_data"_L1]["details"_L1].toString().contains("en_US"_L1));
    }

    void theListComesInPages()
    {
        const auto all = shelf(5);
        QStringList names;
        QByteArray after;
        for (int pages = 1; pages <= 3; ++pages) {
            const QJsonObject answer = page("?limit=2" + after, all);
            for (const QJsonValue &item : answer["data"_L1].toArray())
                names << item["name"_L1].toString();
            after = "&after=" + answer["paging"_L1]["cursors"_L1]["after"_L1].toString().toLatin1();
            QCOMPARE(answer["paging"_L1].toObject().contains("next"_L1), pages < 3);
        }
        QCOMPARE(names, (QStringList{u"name_0"_s, u"name_1"_s, u"name_2"_s, u"name_3"_s, u"name_4"_s}));
        const QJsonObject beyond = page("?limit=2" + after, all);
        QVERIFY(beyond["data"_L1].toArray().isEmpty());
        QVERIFY(!beyond["paging"_L1].toObject().contains("next"_L1));
        QVERIFY(page("", {})["data"_L1].isArray());
    }

    /// As in live answers: whoever follows the address instead of the cursor shows the token around.
    void theNextAddressIsATrap()
    {
        const QString next = page("?limit=2", shelf(5))["paging"_L1]["next"_L1].toString();
        QVERIFY2(
            next.startsWith("http://127.0.0.1:4010/v23.0/200000000000042/message_templates?"_L1), qPrintable(next));
        QVERIFY(next.contains("access_token=token-of-the-test"_L1));
        const Outcome followed = asked(QByteArray::fromStdString(next.mid(next.indexOf(u'?')).toStdString()));
        QVERIFY(std::holds_alternative<Answer>(followed));
        QCOMPARE(std::get<Answer>(followed).status, 400);
    }

    void theListHasWhatIsAskedFor()
    {
        auto all = shelf(3);
        all[1].status = u"PAUSED"_s;
        all[1].language = u"en"_s;
        all[2].wabaId = u"another"_s;
        const QJsonObject usual = page("", all)["data"_L1][0].toObject();
        QCOMPARE(usual.keys(),
            (QStringList{u"category"_s, u"components"_s, u"id"_s, u"language"_s, u"name"_s, u"parameter_format"_s,
                u"status"_s}));
        QCOMPARE(page("", all)["data"_L1].toArray().size(), 2);
        const QJsonObject chosen = page("?fields=name%2Cquality_score%2Crejected_reason&status=PAUSED", all);
        QCOMPARE(chosen["data"_L1].toArray(),
            (QJsonArray{QJsonObject{{u"id"_s, all[1].id}, {u"name"_s, u"name_1"_s},
                {u"quality_score"_s, QJsonObject{{u"score"_s, u"GREEN"_s}}}, {u"rejected_reason"_s, u"NONE"_s}}}));
        QCOMPARE(page("?language=en&name=me_1", all)["data"_L1].toArray().size(), 1);
        QCOMPARE(page("?category=MARKETING", all)["data"_L1].toArray().size(), 0);
    }

    void wrongQuestionsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("query");
        QTest::newRow("limit") << "?limit=0"_ba;
        QTest::newRow("limit is a word") << "?limit=all"_ba;
        QTest::newRow("cursor") << "?after=nonsense"_ba;
        QTest::newRow("field") << "?fields=access_token"_ba;
        QTest::newRow("token in the query") << "?access_token=token-of-the-test"_ba;
    }
    void wrongQuestionsAreRefused()
    {
        QFETCH(QByteArray, query);
        QCOMPARE(page(query, shelf(1))["error"_L1]["code"_L1].toInt(), 100);
        QCOMPARE(page(query, {})["error"_L1]["code"_L1].toInt(), 100);
    }

    void onlyItsOwnTokenOpensAnAccount()
    {
        QCOMPARE(std::get<Answer>(asked("", "another")).status, 401);
        Number other = testNumber();
        other.phoneNumberId = u"1"_s;
        other.wabaId = u"2"_s;
        other.accessToken = u"another-token"_s;
        const Outcome outcome =
            judge({"GET", "/v23.0/200000000000042/message_templates", {{"Authorization", "Bearer another-token"}}, {}},
                {testNumber(), other});
        QCOMPARE(errorOf(std::get<Answer>(outcome))["error_subcode"_L1].toInt(), 33);
        const Outcome posted = judge(
            {"POST", "/v23.0/200000000000042/message_templates", {{"Authorization", "Bearer token-of-the-test"}}, {}},
            m_numbers);
        QCOMPARE(std::get<Answer>(posted).status, 400);
    }
};

CONVERSURE_TEST(TemplatesTest)
#include "TemplatesTest.moc"
