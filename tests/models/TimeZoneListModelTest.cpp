// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "models/TimeZoneListModel.h"

#include <QAbstractItemModelTester>
#include <QDateTime>
#include <QLocale>
#include <QTimeZone>

using namespace conversure::models;

class TimeZoneListModelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void listsPlacesAndNotOffsets()
    {
        TimeZoneListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QVERIFY(model.rowCount() > 300);
        for (int row = 0; row < model.rowCount(); ++row) {
            const QString id = model.index(row).data(TimeZoneListModel::IdRole).toString();
            QVERIFY2(!id.startsWith(QStringLiteral("UTC+")) && !id.startsWith(QStringLiteral("Etc/")), qPrintable(id));
        }
    }

    void isFoundAsPeopleTypeIt()
    {
        const TimeZoneListModel model;
        const int row = model.rowOf(QStringLiteral(" america/new york "));
        QVERIFY(row >= 0);
        QCOMPARE(model.index(row).data().toString(), QStringLiteral("America/New York"));
        QCOMPARE(model.index(row).data(TimeZoneListModel::IdRole).toString(), QStringLiteral("America/New_York"));
        QCOMPARE(model.rowOf(QStringLiteral("America/New_York")), row);
        QCOMPARE(model.rowOf(QStringLiteral("Atlantis/Poseidonia")), -1);
        QVERIFY(model.rowOf(TimeZoneListModel::systemZone()) >= 0);
    }

    void saysWhatTimeItIsThere()
    {
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedKingdom));
        const qint64 noonUtc = QDateTime(QDate(2026, 5, 14), QTime(12, 0), Qt::UTC).toMSecsSinceEpoch();
        QCOMPARE(TimeZoneListModel::nowThere(QStringLiteral("Asia/Dubai"), noonUtc),
            QStringLiteral("It is 16:00 there now."));
        QCOMPARE(TimeZoneListModel::nowThere(QStringLiteral("Nowhere/At_All"), noonUtc), QString());
        QLocale::setDefault(QLocale::c());
    }
};

CONVERSURE_TEST(TimeZoneListModelTest)
#include "TimeZoneListModelTest.moc"
