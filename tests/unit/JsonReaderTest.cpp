// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "wire/JsonLimits.h"
#include "wire/JsonReader.h"

#include <QElapsedTimer>

using namespace conversure;
using namespace Qt::StringLiterals;
using wire::JsonReader;

class JsonReaderTest : public QObject
{
    Q_OBJECT

private:
    static JsonReader reader(const QByteArray &json)
    {
        const auto parsed = JsonReader::parse(json);
        return parsed ? *parsed : JsonReader(QJsonValue(QJsonValue::Undefined), u"did not parse"_s);
    }

    template <class T>
    static QString messageOf(const Result<T> &result)
    {
        return result ? u"no error"_s : result.error().message;
    }

private Q_SLOTS:
    void refusesWhatIsNotJson_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("spaces") << QByteArray("  \n");
        QTest::newRow("word") << QByteArray("hello");
        QTest::newRow("scalar") << QByteArray("5");
        QTest::newRow("cut") << QByteArray("{\"a\":[1,2");
        QTest::newRow("cut in a string") << QByteArray("{\"a\":\"b");
        QTest::newRow("cut in an escape") << QByteArray("{\"a\":\"b\\");
        QTest::newRow("trailing comma") << QByteArray("[1,]");
        QTest::newRow("two documents") << QByteArray("{}{}");
        QTest::newRow("closed too often") << QByteArray("[1]]]]");
        QTest::newRow("only closed") << QByteArray("}}}");
        QTest::newRow("number out of range") << QByteArray("[1e999]");
        QTest::newRow("invalid UTF-8") << QByteArray("[\"\xff\xfe\"]");
        QTest::newRow("invalid UTF-8 in a key") << QByteArray("{\"\xff\":1}");
        QTest::newRow("surrogate in UTF-8") << QByteArray("[\"\xed\xa0\x80\"]");
        QTest::newRow("same key twice") << QByteArray("{\"a\":1,\"a\":2}");
        QTest::newRow("same key twice, with space") << QByteArray("{\"a\" : 1 ,\n\"b\":{}, \"a\"\t:2}");
        QTest::newRow("same key twice, escaped") << QByteArray("{\"id\":1,\"\\u0069d\":2}");
        QTest::newRow("same key twice, far below") << QByteArray("[{\"a\":[{\"b\":1,\"c\":{\"b\":2},\"b\":3}]}]");
        QTest::newRow("binary") << QByteArray::fromHex("000102ff7b22");
    }
    void refusesWhatIsNotJson()
    {
        QFETCH(QByteArray, bytes);
        const auto parsed = JsonReader::parse(bytes);
        QVERIFY(!parsed);
        QCOMPARE(parsed.error().kind, ErrorKind::Invalid);
        QCOMPARE(parsed.error().code, u"json:malformed"_s);
        QVERIFY(!parsed.error().message.isEmpty());
    }

    void acceptsWhatIsJson_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("object") << QByteArray("{}");
        QTest::newRow("list") << QByteArray(" [ ] ");
        QTest::newRow("same key in neighbours") << QByteArray("[{\"a\":1},{\"a\":2,\"b\":{\"a\":3}}]");
        QTest::newRow("a key that is a value too") << QByteArray("{\"a\":\"a\",\"b\":[\"a\",\"b\"]}");
        QTest::newRow("quotes and brackets in strings") << QByteArray("{\"a\\\"\":\"{[\\\\\",\"a\":\"\\\"a\\\":\"}");
        QTest::newRow("byte order mark") << QByteArray("\xef\xbb\xbf{\"a\":1}");
    }
    void acceptsWhatIsJson()
    {
        QFETCH(QByteArray, bytes);
        const auto parsed = JsonReader::parse(bytes);
        QVERIFY2(parsed, qPrintable(messageOf(parsed)));
    }

    void depthHasALimit()
    {
        const auto nested = [](qsizetype depth) { return QByteArray(depth, '[') + QByteArray(depth, ']'); };
        QVERIFY(JsonReader::parse(nested(wire::JsonLimits::depth)));
        QVERIFY(messageOf(JsonReader::parse(nested(wire::JsonLimits::depth + 1))).contains(u"deep"_s));
        QVERIFY(!JsonReader::parse(nested(5'000'000)));
        QVERIFY(!JsonReader::parse(QByteArray("{\"a\":").repeated(100'000)));
    }

    void sizeHasALimit()
    {
        const auto list = [](qsizetype count) { return '[' + QByteArray("0,").repeated(count - 1) + "0]"; };
        QVERIFY(JsonReader::parse(list(1000)));
        QVERIFY(messageOf(JsonReader::parse(list(wire::JsonLimits::values + 1))).contains(u"values"_s));
        QVERIFY(
            messageOf(JsonReader::parse('"' + QByteArray(wire::JsonLimits::bytes, 'x') + '"')).contains(u"large"_s));
    }

    void manyKeysAreReadInTime()
    {
        QByteArray json = "{";
        for (int i = 0; i < 100'000; ++i)
            json += '"' + QByteArray::number(i) + "\":0,";
        json += "\"last\":1}";
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(reader(json)[u"last"_s].integer().value_or(0), 1);
        QVERIFY2(timer.elapsed() < 10'000, "not linear");
    }

    void errorsNameThePath()
    {
        const JsonReader root = reader("{\"entry\":[{\"changes\":[{\"value\":{\"id\":5,\"list\":{}}}]}]}");
        const JsonReader value = root[u"entry"_s].at(0)[u"changes"_s].at(0)[u"value"_s];
        QCOMPARE(value.path(), u"entry[0].changes[0].value"_s);
        QCOMPARE(messageOf(value[u"id"_s].text()), u"entry[0].changes[0].value.id: expected text"_s);
        QCOMPARE(messageOf(value[u"none"_s].id()), u"entry[0].changes[0].value.none: expected an id"_s);
        QCOMPARE(messageOf(value[u"list"_s].elements()), u"entry[0].changes[0].value.list: expected a list"_s);
        QCOMPARE(messageOf(root[u"entry"_s].at(7).integer()), u"entry[7]: expected a whole number"_s);
        QCOMPARE(messageOf(root.text()), u"document: expected text"_s);
        QCOMPARE(value[u"id"_s].text().error().code, u"json:type"_s);
        QCOMPARE(value[u"id"_s].text().error().kind, ErrorKind::Invalid);
    }

    void walkingPastTheEndIsHarmless()
    {
        const JsonReader root = reader("{\"a\":1,\"b\":null,\"c\":[1]}");
        QVERIFY(!root[u"x"_s][u"y"_s].at(3)[u"z"_s].exists());
        QVERIFY(!root[u"a"_s][u"y"_s].exists());
        QVERIFY(!root[u"c"_s].at(1).exists());
        QVERIFY(!root[u"c"_s].at(-1).exists());
        QVERIFY(!root[u"b"_s].exists());
        QVERIFY(root[u"a"_s].exists());
        QVERIFY(root.isObject() && !root.isArray());
        QVERIFY(root[u"c"_s].isArray() && !root[u"c"_s].isObject());
    }

    void wholeNumbers_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("integer");
        QTest::addColumn<QString>("id");
        QTest::newRow("number") << QByteArray("1790000000") << u"1790000000"_s << u"1790000000"_s;
        QTest::newRow("digits") << QByteArray("\"1790000000\"") << u"1790000000"_s << u"1790000000"_s;
        QTest::newRow("beyond a double") << QByteArray("9007199254740993") << u"9007199254740993"_s
                                         << u"9007199254740993"_s;
        QTest::newRow("largest") << QByteArray("9223372036854775807") << u"9223372036854775807"_s
                                 << u"9223372036854775807"_s;
        QTest::newRow("negative") << QByteArray("-5") << u"-5"_s << u"-5"_s;
        QTest::newRow("zero") << QByteArray("0") << u"0"_s << u"0"_s;
        QTest::newRow("one") << QByteArray("1") << u"1"_s << u"1"_s;
        QTest::newRow("whole double") << QByteArray("5.0") << u"5"_s << u"5"_s;
        QTest::newRow("too large") << QByteArray("9223372036854775808") << u"-"_s << u"-"_s;
        QTest::newRow("far too large") << QByteArray("12345678901234567890123") << u"-"_s << u"-"_s;
        QTest::newRow("fraction") << QByteArray("1.5") << u"-"_s << u"-"_s;
        QTest::newRow("word") << QByteArray("\"soon\"") << u"-"_s << u"soon"_s;
        QTest::newRow("digits too large")
            << QByteArray("\"9223372036854775808\"") << u"-"_s << u"9223372036854775808"_s;
        QTest::newRow("digits with a space") << QByteArray("\" 5\"") << u"-"_s << u" 5"_s;
        QTest::newRow("digits with a sign") << QByteArray("\"+5\"") << u"-"_s << u"+5"_s;
        QTest::newRow("Arabic digits") << QByteArray("\"٥\"") << u"-"_s << u"٥"_s;
        QTest::newRow("empty") << QByteArray("\"\"") << u"-"_s << QString();
        QTest::newRow("true") << QByteArray("true") << u"-"_s << u"-"_s;
        QTest::newRow("null") << QByteArray("null") << u"-"_s << u"-"_s;
        QTest::newRow("list") << QByteArray("[1]") << u"-"_s << u"-"_s;
    }
    void wholeNumbers()
    {
        QFETCH(QByteArray, json);
        QFETCH(QString, integer);
        QFETCH(QString, id);
        const JsonReader value = reader('[' + json + ']').at(0);
        const auto number = value.integer();
        QCOMPARE(number ? QString::number(*number) : u"-"_s, integer);
        QCOMPARE(value.id().value_or(u"-"_s), id);
    }

    void textComesOutStorable()
    {
        const JsonReader root = reader("[\"a\\u0000b\",\"\\ud800x\",\"x\\udc00\",\"\\ud83d\\udc4b\",\"مرحبا\"]");
        QCOMPARE(root.at(0).text().value_or(QString()), u"a\uFFFDb"_s);
        QCOMPARE(root.at(1).text().value_or(QString()), u"\uFFFDx"_s);
        QCOMPARE(root.at(2).textOr(), u"x\uFFFD"_s);
        QCOMPARE(root.at(3).id().value_or(QString()), u"👋"_s);
        QCOMPARE(root.at(4).textOr(), u"مرحبا"_s);
    }

    void optionalValues()
    {
        const JsonReader root = reader("{\"text\":\"t\",\"empty\":\"\",\"number\":5,\"null\":null,\"list\":[1,\"b\"]}");
        QCOMPARE(root[u"text"_s].textOr(u"f"_s), u"t"_s);
        QCOMPARE(root[u"empty"_s].textOr(u"f"_s), QString());
        QCOMPARE(root[u"number"_s].textOr(u"f"_s), u"f"_s);
        QCOMPARE(root[u"null"_s].textOr(u"f"_s), u"f"_s);
        QCOMPARE(root[u"none"_s].textOr(u"f"_s), u"f"_s);
        QCOMPARE(root[u"list"_s].elementsOrNone().size(), size_t(2));
        QCOMPARE(root[u"list"_s].elementsOrNone().at(1).path(), u"list[1]"_s);
        QCOMPARE(root[u"text"_s].elementsOrNone().size(), size_t(0));
        QCOMPARE(root[u"list"_s].elements()->size(), size_t(2));
    }
};

CONVERSURE_TEST(JsonReaderTest)
#include "JsonReaderTest.moc"
