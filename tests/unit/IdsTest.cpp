// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "domain/Ids.h"

#include <QSet>

#include <algorithm>

using namespace conversure;
using namespace Qt::StringLiterals;

class IdsTest : public QObject
{
    Q_OBJECT

private:
    static constexpr qint64 noon = 1790000000000;

    static QByteArray zeros(int bytes) { return QByteArray(bytes, '\0'); }
    static QByteArray ones(int bytes) { return QByteArray(bytes, '\xff'); }

private Q_SLOTS:
    void isAVersion7Uuid()
    {
        const FixedClock clock(noon);
        QCOMPARE(
            IdSource(clock, zeros).next().toString(QUuid::WithoutBraces), u"01a0c450-6c00-7000-8000-000000000000"_s);
        QCOMPARE(
            IdSource(clock, ones).next().toString(QUuid::WithoutBraces), u"01a0c450-6c00-7000-bfff-ffffffffffff"_s);
    }

    void staysOrderedWhileTheClockStandsStill()
    {
        const FixedClock clock(noon);
        IdSource source(clock);
        QStringList made;
        for (int i = 0; i < 10'000; ++i) // more than the 4096 that one millisecond has room for
            made << source.next().toString(QUuid::WithoutBraces);
        QVERIFY(std::is_sorted(made.begin(), made.end()));
        QCOMPARE(QSet<QString>(made.begin(), made.end()).size(), made.size());
    }

    void staysOrderedWhenTheClockGoesBack()
    {
        FixedClock clock(noon);
        IdSource source(clock);
        const QString before = source.make<MessageId>().text();
        clock.advance(-60'000);
        const QString after = source.make<MessageId>().text();
        clock.advance(120'000);
        const QString later = source.make<MessageId>().text();
        QVERIFY2(before < after && after < later, qPrintable(before + u' ' + after + u' ' + later));
    }

    void differsBetweenSources()
    {
        const FixedClock clock(noon);
        QVERIFY(IdSource(clock).next() != IdSource(clock).next());
    }

    void isTextAsPostgresPrintsIt()
    {
        const auto id = AttemptId::fromText(u"0192F0C1-2B6A-7C3D-8E4F-5A6B7C8D9E0F");
        QCOMPARE(id.text(), u"0192f0c1-2b6a-7c3d-8e4f-5a6b7c8d9e0f"_s);
        QVERIFY(id == AttemptId::fromText(id.text()));
        QVERIFY(!id.isNull());
        QVERIFY(AttemptId().isNull());
        QVERIFY(AttemptId::fromText(u"not an id").isNull());
        QVERIFY(AttemptId::fromText(QString()).isNull());
    }

    void isComparedAsItIsPrinted()
    {
        const auto low = LeadId::fromText(u"0192f0c1-2b6a-7c3d-8e4f-5a6b7c8d9e0f");
        const auto high = LeadId::fromText(u"f192f0c1-2b6a-7c3d-8e4f-5a6b7c8d9e0f");
        QVERIFY(low < high);
        QVERIFY(!(high < low) && !(low < low));
        QVERIFY(low != high);
        QCOMPARE((QSet<LeadId>{low, high, low}).size(), 2);
    }
};

CONVERSURE_TEST(IdsTest)
#include "IdsTest.moc"
