// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "domain/Template.h"

#include <QJsonDocument>

using namespace conversure;
using namespace Qt::StringLiterals;

class TemplateTest : public QObject
{
    Q_OBJECT

private:
    static TemplateRow rowWith(const QByteArray &components)
    {
        TemplateRow row;
        row.status = u"APPROVED"_s;
        row.parameterFormat = u"POSITIONAL"_s;
        row.components = QJsonDocument::fromJson(components).array();
        return row;
    }

    /// The example of the contract: a picture, two variables, a link with a variable.
    static TemplateRow visit()
    {
        return rowWith( // a raw string a line: moc takes the slashes of an address in a longer one for a comment
            R"([{"type":"HEADER","format":"IMAGE","example":{"header_handle":["https://example.org/h.jpg"]}},)"
            R"({"type":"BODY","text":"Hello {{1}}, your viewing is on {{2}}. See you {{2}}!",)"
            R"("example":{"body_text":[["Omar","Sunday"]]}},)"
            R"({"type":"FOOTER","text":"Reply STOP to opt out"},)"
            R"({"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Confirm"},)"
            R"({"type":"URL","text":"Map","url":"https://example.org/m/{{1}}","example":["https://example.org/m/7"]},)"
            R"({"type":"URL","text":"Home","url":"https://example.org/"},)"
            R"({"type":"PHONE_NUMBER","text":"Call","phone_number":"+97145550100"},)"
            R"({"type":"COPY_CODE","text":"Copy code","example":"SAVE10"}]}])");
    }

    static TemplateRow named()
    {
        TemplateRow row = rowWith(R"([
            {"type":"HEADER","format":"TEXT","text":"For {{first_name}}",
             "example":{"header_text_named_params":[{"param_name":"first_name","example":"Omar"}]}},
            {"type":"BODY","text":"{{tower}} on {{ day }} for {{first_name}}",
             "example":{"body_text_named_params":[{"param_name":"day","example":"Sunday"},
                                                  {"param_name":"tower","example":"Marina Gate"}]}}])");
        row.parameterFormat = u"NAMED"_s;
        return row;
    }

    static TemplateValues full()
    {
        TemplateValues values;
        values.set(u"header"_s, u"link"_s, u"https://cdn.example.org/villa.jpg"_s);
        values.set(u"body"_s, u"1"_s, u"Omar"_s);
        values.set(u"body"_s, u"2"_s, u"Sunday"_s);
        values.set(u"buttons"_s, u"1"_s, u"42"_s);
        values.set(u"buttons"_s, u"4"_s, u"SAVE10"_s);
        return values;
    }

    static QStringList names(const QList<TemplateField> &fields)
    {
        QStringList names;
        for (const TemplateField &field : fields)
            names << field.part + u'.' + field.key;
        return names;
    }

    static const TemplateField *fieldNamed(const QList<TemplateField> &fields, const QString &name)
    {
        for (const TemplateField &field : fields) {
            if (field.part + u'.' + field.key == name)
                return &field;
        }
        return nullptr;
    }

private Q_SLOTS:
    void fieldsComeFromTheComponents()
    {
        const QList<TemplateField> fields = fieldsOf(visit());
        QCOMPARE(
            names(fields), (QStringList{u"header.link"_s, u"body.1"_s, u"body.2"_s, u"buttons.1"_s, u"buttons.4"_s}));
        QCOMPARE(fieldNamed(fields, u"body.2"_s)->example, u"Sunday"_s);
        QCOMPARE(fieldNamed(fields, u"buttons.1"_s)->example, u"7"_s);
        QCOMPARE(fieldNamed(fields, u"buttons.4"_s)->example, u"SAVE10"_s);
        QVERIFY(fieldNamed(fields, u"buttons.1"_s)->label.contains(u"Map"_s));
        for (const TemplateField &field : fields)
            QVERIFY2(!field.label.isEmpty() && field.required && field.maxLength > 0, qPrintable(field.key));
    }

    void namedFieldsKeepTheirNames()
    {
        const QList<TemplateField> fields = fieldsOf(named());
        QCOMPARE(
            names(fields), (QStringList{u"header.first_name"_s, u"body.tower"_s, u"body.day"_s, u"body.first_name"_s}));
        QCOMPARE(fields.at(0).label, u"first name"_s);
        QCOMPARE(fields.at(0).example, u"Omar"_s);
        QCOMPARE(fields.at(1).example, u"Marina Gate"_s);
        QCOMPARE(fields.at(2).example, u"Sunday"_s);
        QVERIFY(fields.at(3).example.isEmpty());
    }

    void headers_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QStringList>("fields");
        QTest::newRow("none") << "{}"_ba << QStringList();
        QTest::newRow("plain text") << R"({"format":"TEXT","text":"Hello"})"_ba << QStringList();
        QTest::newRow("no format") << R"({"text":"Hello {{1}}"})"_ba << QStringList{u"header.1"_s};
        QTest::newRow("picture") << R"({"format":"IMAGE"})"_ba << QStringList{u"header.link"_s};
        QTest::newRow("video") << R"({"format":"VIDEO"})"_ba << QStringList{u"header.link"_s};
        QTest::newRow("document") << R"({"format":"DOCUMENT"})"_ba
                                  << QStringList{u"header.link"_s, u"header.filename"_s};
        QTest::newRow("place") << R"({"format":"LOCATION"})"_ba
                               << QStringList{u"header.latitude"_s, u"header.longitude"_s};
    }
    void headers()
    {
        QFETCH(QByteArray, header);
        QFETCH(QStringList, fields);
        QJsonObject object = QJsonDocument::fromJson(header).object();
        object.insert(u"type"_s, u"HEADER"_s);
        TemplateRow row = rowWith(R"([{"type":"BODY","text":"Hello"}])");
        row.components.prepend(object);
        QCOMPARE(names(fieldsOf(row)), fields);
    }

    void variablesAreOrdered_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("variables");
        QTest::newRow("none") << u"No {1} variable {{}} {{a b}} {{"_s << QStringList();
        QTest::newRow("numbers by value") << u"{{10}} {{2}} {{1}} {{2}}"_s << QStringList{u"1"_s, u"2"_s, u"10"_s};
        QTest::newRow("names as they stand") << u"{{b}} {{a}} {{b}}"_s << QStringList{u"b"_s, u"a"_s};
        QTest::newRow("mixed") << u"{{b}} {{2}} {{a}} {{1}}"_s << QStringList{u"1"_s, u"2"_s, u"b"_s, u"a"_s};
        QTest::newRow("blanks") << u"{{ 1 }}{{1}}"_s << QStringList{u"1"_s};
        QTest::newRow("no number at all") << u"{{99999999999999999999}}"_s << QStringList{u"99999999999999999999"_s};
        QTest::newRow("arabic") << u"مرحبا {{1}}، موعدك {{2}}"_s << QStringList{u"1"_s, u"2"_s};
    }
    void variablesAreOrdered()
    {
        QFETCH(QString, text);
        QFETCH(QStringList, variables);
        QCOMPARE(templateVariables(text), variables);
    }

    void renders()
    {
        const TemplateText text = render(visit(), full());
        QCOMPARE(text.header, u"https://cdn.example.org/villa.jpg"_s);
        QCOMPARE(text.body, u"Hello Omar, your viewing is on Sunday. See you Sunday!"_s);
        QCOMPARE(text.footer, u"Reply STOP to opt out"_s);
        QCOMPARE(text.buttons, (QStringList{u"Confirm"_s, u"Map"_s, u"Home"_s, u"Call"_s, u"Copy code"_s}));
    }

    void whatIsNotFilledStaysVisible()
    {
        TemplateValues values;
        values.set(u"body"_s, u"1"_s, u" \n "_s);
        values.set(u"body"_s, u"2"_s, u"Sunday"_s);
        QCOMPARE(render(visit(), values).body, u"Hello {{1}}, your viewing is on Sunday. See you Sunday!"_s);
        QCOMPARE(render(named(), {}).header, u"For {{first_name}}"_s);
    }

    void aValueIsNotFilledInItsTurn()
    {
        TemplateValues values;
        values.set(u"body"_s, u"1"_s, u"{{2}}"_s);
        values.set(u"body"_s, u"2"_s, u"Sunday"_s);
        QCOMPARE(render(visit(), values).body, u"Hello {{2}}, your viewing is on Sunday. See you Sunday!"_s);
    }

    void documentsShowTheirName()
    {
        const TemplateRow row = rowWith(R"([{"type":"HEADER","format":"DOCUMENT"},{"type":"BODY","text":"x"}])");
        TemplateValues values;
        values.set(u"header"_s, u"link"_s, u"https://example.org/1.pdf"_s);
        QCOMPARE(render(row, values).header, u"https://example.org/1.pdf"_s);
        values.set(u"header"_s, u"filename"_s, u"Prices.pdf"_s);
        QCOMPARE(render(row, values).header, u"Prices.pdf"_s);
    }

    void valuesAreCleaned_data()
    {
        QTest::addColumn<QString>("given");
        QTest::addColumn<QString>("cleaned");
        QTest::newRow("as it is") << u"Omar  Al Mansoori"_s << u"Omar  Al Mansoori"_s;
        QTest::newRow("lines") << u"a\nb\r\nc\td"_s << u"a b c d"_s;
        QTest::newRow("blanks around a line") << u"a   \n\n   b"_s << u"a b"_s;
        QTest::newRow("four blanks") << u"a    b"_s << u"a    b"_s;
        QTest::newRow("nine blanks") << u"a         b"_s << u"a    b"_s;
        QTest::newRow("ends") << u"  a \n"_s << u"a"_s;
        QTest::newRow("other breaks") << u"a\u2028b\u2029c\vd\fe"_s << u"a b c d e"_s;
        QTest::newRow("nothing") << u"\n\t "_s << QString();
        QTest::newRow("arabic") << u"الأحد\nالقادم"_s << u"الأحد القادم"_s;
    }
    void valuesAreCleaned()
    {
        QFETCH(QString, given);
        QFETCH(QString, cleaned);
        QCOMPARE(cleanValue(given), cleaned);
        QCOMPARE(cleanValue(cleaned), cleaned);
    }

    void completeIsComplete()
    {
        QCOMPARE(names(missingFields(visit(), full())), QStringList());
        QCOMPARE(missingFields(visit(), {}).size(), 5);
        QVERIFY(missingFields(rowWith(R"([{"type":"BODY","text":"Hello"}])"), {}).isEmpty());
    }

    void whatWouldBeRefusedIsMissing_data()
    {
        QTest::addColumn<QString>("part");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::newRow("empty") << u"body"_s << u"1"_s << QString();
        QTest::newRow("blank") << u"body"_s << u"2"_s << u" \n"_s;
        QTest::newRow("too long") << u"body"_s << u"1"_s << QString(1025, u'x');
        QTest::newRow("in the clear") << u"header"_s << u"link"_s << u"http://example.org/a.jpg"_s;
        QTest::newRow("no address") << u"header"_s << u"link"_s << u"a.jpg"_s;
        QTest::newRow("no host") << u"header"_s << u"link"_s << u"https:///a.jpg"_s;
        QTest::newRow("blank in the address") << u"header"_s << u"link"_s << u"https://example.org/a b.jpg"_s;
        QTest::newRow("code") << u"buttons"_s << u"4"_s << QString(16, u'X');
    }
    void whatWouldBeRefusedIsMissing()
    {
        QFETCH(QString, part);
        QFETCH(QString, key);
        QFETCH(QString, value);
        TemplateValues values = full();
        values.set(part, key, value);
        QCOMPARE(names(missingFields(visit(), values)), QStringList{part + u'.' + key});
    }

    void placesAreOnEarth()
    {
        const TemplateRow row = rowWith(R"([{"type":"HEADER","format":"LOCATION"},{"type":"BODY","text":"x"}])");
        TemplateValues values;
        values.set(u"header"_s, u"latitude"_s, u"25.0805"_s);
        values.set(u"header"_s, u"longitude"_s, u"-120"_s);
        QVERIFY(missingFields(row, values).isEmpty());
        values.set(u"header"_s, u"latitude"_s, u"91"_s);
        values.set(u"header"_s, u"longitude"_s, u"east"_s);
        QCOMPARE(missingFields(row, values).size(), 2);
    }

    void aFileNameMayBeMissing()
    {
        const TemplateRow row = rowWith(R"([{"type":"HEADER","format":"DOCUMENT"},{"type":"BODY","text":"x"}])");
        TemplateValues values;
        values.set(u"header"_s, u"link"_s, u"https://example.org/1.pdf"_s);
        QVERIFY(missingFields(row, values).isEmpty());
        values.set(u"header"_s, u"filename"_s, QString(241, u'x'));
        QCOMPARE(names(missingFields(row, values)), QStringList{u"header.filename"_s});
    }

    void onlyApprovedOnesOfAKnownFormAreSent_data()
    {
        QTest::addColumn<QString>("status");
        QTest::addColumn<QByteArray>("component");
        QTest::addColumn<bool>("sendable");
        const QByteArray plain = R"({"type":"FOOTER","text":"x"})";
        QTest::newRow("approved") << u"APPROVED"_s << plain << true;
        for (const char *status : {"PENDING", "REJECTED", "PAUSED", "DISABLED", "DELETED", "SOMETHING_NEW", ""})
            QTest::newRow(status) << QString::fromLatin1(status) << plain << false;
        QTest::newRow("carousel") << u"APPROVED"_s << R"({"type":"CAROUSEL","cards":[]})"_ba << false;
        QTest::newRow("offer") << u"APPROVED"_s << R"({"type":"LIMITED_TIME_OFFER"})"_ba << false;
        QTest::newRow("header of the future")
            << u"APPROVED"_s << R"({"type":"HEADER","format":"HOLOGRAM"})"_ba << false;
        QTest::newRow("flow") << u"APPROVED"_s << R"({"type":"BUTTONS","buttons":[{"type":"FLOW","text":"x"}]})"_ba
                              << false;
        QTest::newRow("one-time password")
            << u"APPROVED"_s << R"({"type":"BUTTONS","buttons":[{"type":"OTP","text":"x"}]})"_ba << false;
        QTest::newRow("place") << u"APPROVED"_s << R"({"type":"HEADER","format":"LOCATION"})"_ba << true;
        QTest::newRow("a variable of another kind")
            << u"APPROVED"_s << R"({"type":"FOOTER","text":"{{first-name}}"})"_ba << false;
        QTest::newRow("no object") << u"APPROVED"_s << "5"_ba << false;
    }
    void onlyApprovedOnesOfAKnownFormAreSent()
    {
        QFETCH(QString, status);
        QFETCH(QByteArray, component);
        QFETCH(bool, sendable);
        TemplateRow row = rowWith(R"([{"type":"BODY","text":"x"}])");
        row.components.append(QJsonDocument::fromJson('[' + component + ']').array().at(0));
        row.status = status;
        QCOMPARE(isSendable(row), sendable);
    }

    void valuesTravelAsJson()
    {
        const QByteArray json = R"({"body":{"1":"Omar","2":"Sunday"},"buttons":{"1":"42","4":"SAVE10"},)"
                                R"("header":{"link":"https://cdn.example.org/villa.jpg"}})";
        QCOMPARE(QJsonDocument(full().toJson()).toJson(QJsonDocument::Compact), json);
        QCOMPARE(TemplateValues::fromJson(QJsonDocument::fromJson(json).object()), full());
        QCOMPARE(TemplateValues().toJson(), QJsonObject());
        const QJsonObject odd{{u"body"_s, QJsonObject{{u"1"_s, 5}}}, {u"header"_s, u"x"_s}};
        QCOMPARE(TemplateValues::fromJson(odd), TemplateValues());
    }
};

CONVERSURE_TEST(TemplateTest)
#include "TemplateTest.moc"
