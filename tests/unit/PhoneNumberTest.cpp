// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "domain/PhoneNumber.h"

using namespace conversure;
using namespace Qt::StringLiterals;

class PhoneNumberTest : public QObject
{
    Q_OBJECT

private:
    static QString e164Of(const Result<PhoneNumber> &number) { return number ? number->e164() : number.error().code; }

private Q_SLOTS:
    void readsWhatPeopleType_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("region");
        QTest::addColumn<QString>("e164");
        QTest::newRow("E.164") << u"+971501112233"_s << QString() << u"+971501112233"_s;
        QTest::newRow("spaces") << u"+971 50 111 2233"_s << QString() << u"+971501112233"_s;
        QTest::newRow("brackets") << u"+7 (916) 123-45-67"_s << QString() << u"+79161234567"_s;
        QTest::newRow("national in its region") << u"050 111 2233"_s << u"AE"_s << u"+971501112233"_s;
        QTest::newRow("00 in its region") << u"00971501112233"_s << u"AE"_s << u"+971501112233"_s;
        QTest::newRow("international in another region") << u"+79161234567"_s << u"AE"_s << u"+79161234567"_s;
        QTest::newRow("Arabic digits") << u"+٩٧١٥٠١١١٢٢٣٣"_s << QString() << u"+971501112233"_s;
        QTest::newRow("national without region") << u"050 111 2233"_s << QString() << u"phone:invalid"_s;
        QTest::newRow("empty") << QString() << u"AE"_s << u"phone:invalid"_s;
        QTest::newRow("word") << u"call me"_s << u"AE"_s << u"phone:invalid"_s;
        QTest::newRow("too short") << u"+9715"_s << QString() << u"phone:invalid"_s;
        QTest::newRow("too long") << u"+97150111223344556677"_s << QString() << u"phone:invalid"_s;
    }
    void readsWhatPeopleType()
    {
        QFETCH(QString, text);
        QFETCH(QString, region);
        QFETCH(QString, e164);
        QCOMPARE(e164Of(PhoneNumber::parse(text, region)), e164);
    }

    void takesWhatsAppIds_data()
    {
        QTest::addColumn<QString>("digits");
        QTest::addColumn<QString>("e164");
        QTest::newRow("UAE") << u"971501112233"_s << u"+971501112233"_s;
        QTest::newRow("outside every plan") << u"99999999999"_s << u"+99999999999"_s;
        QTest::newRow("shortest") << u"12345"_s << u"+12345"_s;
        QTest::newRow("longest") << u"123456789012345"_s << u"+123456789012345"_s;
        QTest::newRow("too short") << u"1234"_s << u"phone:invalid"_s;
        QTest::newRow("too long") << u"1234567890123456"_s << u"phone:invalid"_s;
        QTest::newRow("plus") << u"+971501112233"_s << u"phone:invalid"_s;
        QTest::newRow("space") << u"971 501112233"_s << u"phone:invalid"_s;
        QTest::newRow("Arabic digits") << u"٩٧١٥٠١١١٢٢٣٣"_s << u"phone:invalid"_s;
        QTest::newRow("empty") << QString() << u"phone:invalid"_s;
    }
    void takesWhatsAppIds()
    {
        QFETCH(QString, digits);
        QFETCH(QString, e164);
        QCOMPARE(e164Of(PhoneNumber::fromWhatsAppId(digits)), e164);
    }

    void printsItself()
    {
        const PhoneNumber number = *PhoneNumber::fromWhatsAppId(u"971501112233"_s);
        QCOMPARE(number.digits(), u"971501112233"_s);
        QCOMPARE(number.international(), u"+971 50 111 2233"_s);
        QVERIFY(number == *PhoneNumber::parse(u"+971 50 111 22 33"_s));
        QVERIFY(!(number == *PhoneNumber::parse(u"+971 50 111 22 34"_s)));
    }
};

CONVERSURE_TEST(PhoneNumberTest)
#include "PhoneNumberTest.moc"
