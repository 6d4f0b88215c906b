// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"
#include "TestRows.h"

#include "models/TemplateFill.h"

using namespace conversure;
using namespace conversure::test;

namespace {

QList<models::TemplateFact> facts()
{
    LeadRow row = lead(1, 1);
    row.name = QStringLiteral("Dr. Layla Haddad");
    row.location = QStringLiteral("Dubai Marina");
    row.propertyType = QStringLiteral("Apartment");
    return models::templateFacts(row, QStringLiteral("Sara Khan"), QStringLiteral("Marina Homes"));
}

} // namespace

class TemplateFillTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void firstNames_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("first");
        QTest::newRow("plain") << QStringLiteral("Layla Haddad") << QStringLiteral("Layla");
        QTest::newRow("title") << QStringLiteral("Mr. Omar Al Mansoori") << QStringLiteral("Omar");
        QTest::newRow("Arabic") << QStringLiteral("عبد الله الفلاسي") << QStringLiteral("عبد الله");
        QTest::newRow("Arabic title") << QStringLiteral("السيد نور") << QStringLiteral("نور");
        QTest::newRow("Abu") << QStringLiteral("Abu Bakr") << QStringLiteral("Abu Bakr");
        QTest::newRow("one word") << QStringLiteral("Екатерина") << QStringLiteral("Екатерина");
        QTest::newRow("a title alone") << QStringLiteral("Dr") << QStringLiteral("Dr");
        QTest::newRow("blank") << QStringLiteral("  ") << QString();
    }

    void firstNames()
    {
        QFETCH(QString, name);
        QFETCH(QString, first);
        QCOMPARE(models::firstName(name), first);
    }

    void onlyWhatIsKnownIsOffered()
    {
        QStringList labels;
        const QList<models::TemplateFact> known = facts();
        for (const models::TemplateFact &fact : known) {
            labels << fact.label;
            QVERIFY(!fact.value.isEmpty());
        }
        QVERIFY(labels.contains(QStringLiteral("Location")));
        QVERIFY(!labels.contains(QStringLiteral("Bedrooms")));
        QVERIFY(models::templateFacts({}, {}, {}).isEmpty());
    }

    void namedFieldsAreFilledByTheirNames()
    {
        const TemplateRow row = templateRow(1, 1, QStringLiteral("t"),
            QStringLiteral("{{First_Name}} {{lead_name}} {{agent}} {{location}} {{property_type}} {{budget}} "
                           "{{viewing_time}} {{beds}}"));
        const TemplateValues values = models::prefilled(row, facts());
        const auto value = [&](const char *key) {
            return values.value(QStringLiteral("body"), QLatin1StringView(key));
        };
        QCOMPARE(value("First_Name"), QStringLiteral("Layla"));
        QCOMPARE(value("lead_name"), QStringLiteral("Dr. Layla Haddad"));
        QCOMPARE(value("agent"), QStringLiteral("Sara Khan"));
        QCOMPARE(value("location"), QStringLiteral("Dubai Marina"));
        QCOMPARE(value("property_type"), QStringLiteral("Apartment"));
        QCOMPARE(value("budget"), QStringLiteral("1,200,000 AED"));
        QCOMPARE(value("viewing_time"), QString());
        QCOMPARE(value("beds"), QString());
    }

    void numberedFieldsByTheWordsBefore_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("second");
        const QString layla = QStringLiteral("Layla");
        const QString sara = QStringLiteral("Sara Khan");
        QTest::newRow("greeting") << QStringLiteral("Hello {{1}}, your viewing is on {{2}}.") << layla << QString();
        QTest::newRow("two of them") << QStringLiteral("Dear *{{1}}*!\nMy name is {{2}}.") << layla << sara;
        QTest::newRow("Arabic") << QStringLiteral("مرحباً {{1}}، معك {{2}} من مارينا") << layla << sara;
        QTest::newRow("Russian") << QStringLiteral("Здравствуйте, {{1}}! Меня зовут {{2}}.") << layla << sara;
        QTest::newRow("not a greeting") << QStringLiteral("The price is {{1}}, and delhi {{2}}") << QString()
                                        << QString();
        QTest::newRow("at the beginning") << QStringLiteral("{{1}}, hello {{2}}") << QString() << layla;
    }

    void numberedFieldsByTheWordsBefore()
    {
        QFETCH(QString, body);
        QFETCH(QString, first);
        QFETCH(QString, second);
        const TemplateValues values = models::prefilled(templateRow(1, 1, QStringLiteral("t"), body), facts());
        QCOMPARE(values.value(QStringLiteral("body"), QStringLiteral("1")), first);
        QCOMPARE(values.value(QStringLiteral("body"), QStringLiteral("2")), second);
    }
};

CONVERSURE_TEST(TemplateFillTest)
#include "TemplateFillTest.moc"
