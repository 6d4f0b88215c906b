// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "usecases/StorePlace.h"

using namespace conversure::usecases;

/// Where a store is, as links say it, and the way back to its door.
class StorePlaceTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aPlaceNamesNobody_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("place");
        QTest::newRow("whole") << QStringLiteral("postgresql://cv_1:secret@db.example:5433/main?sslmode=require")
                               << QStringLiteral("db.example:5433/main");
        QTest::newRow("short") << QStringLiteral("postgres://db.example/main") << QStringLiteral("db.example/main");
        QTest::newRow("IPv6") << QStringLiteral("postgresql://a@[2001:db8::1]:5432/main")
                              << QStringLiteral("[2001:db8::1]:5432/main");
        QTest::newRow("socket") << QStringLiteral("postgresql://a:b@/main?host=%2Ftmp%2Fstore&port=5440")
                                << QStringLiteral("localhost:5440/main");
        QTest::newRow("no database") << QStringLiteral("postgresql://db.example") << QString();
        QTest::newRow("no URL") << QStringLiteral("host=db.example dbname=main") << QString();
        QTest::newRow("another kind") << QStringLiteral("https://db.example/main") << QString();
    }

    void aPlaceNamesNobody()
    {
        QFETCH(QString, url);
        QFETCH(QString, place);
        QCOMPARE(storePlace(url), place);
    }

    void theDoorIsReachedOverTls()
    {
        QCOMPARE(doorOf(QStringLiteral("db.example:5433/main")),
            QStringLiteral("postgresql://conversure_door@db.example:5433/main?sslmode=require"));
        QCOMPARE(doorOf(QStringLiteral("localhost:5433/main")),
            QStringLiteral("postgresql://conversure_door@localhost:5433/main"));
        QCOMPARE(
            doorOf(QStringLiteral("127.0.0.1/main")), QStringLiteral("postgresql://conversure_door@127.0.0.1/main"));
        QCOMPARE(
            storePlace(doorOf(QStringLiteral("[2001:db8::1]:5432/main"))), QStringLiteral("[2001:db8::1]:5432/main"));
    }

    void aLinkCarriesTheDoorsPassword()
    {
        const QString link = QStringLiteral("conversure://join?store=db.example/main&relay=wss://r.example#CODE.ROOT");
        const QString door = QStringLiteral("postgresql://conversure_door:p%26a%23s%20s@db.example/main");
        const QString full = linkWithDoor(link, door);
        QVERIFY(full.startsWith(QStringLiteral("conversure://join?store=db.example/main&relay=")));
        QVERIFY(full.endsWith(QStringLiteral("#CODE.ROOT")));
        QCOMPARE(doorPasswordIn(full), QStringLiteral("p&a#s s"));
        QCOMPARE(doorPasswordIn(full.left(50) + QStringLiteral("\n  ") + full.mid(50)), QStringLiteral("p&a#s s"));
        QCOMPARE(storePlace(doorOf(QStringLiteral("db.example/main"), doorPasswordIn(full))),
            QStringLiteral("db.example/main"));
        QCOMPARE(linkWithDoor(link, QStringLiteral("postgresql://conversure_door@db.example/main")), link);
        QCOMPARE(doorPasswordIn(link), QString());
    }
};

CONVERSURE_TEST(StorePlaceTest)
#include "StorePlaceTest.moc"
