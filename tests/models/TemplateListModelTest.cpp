// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"
#include "TestRows.h"

#include "domain/Clock.h"
#include "models/TemplateListModel.h"
#include "state/Inbox.h"

#include <QAbstractItemModelTester>

using namespace conversure;
using namespace conversure::test;
using models::TemplateListModel;

namespace {

constexpr qint64 nowMs = 1'763'805'600'000;

TemplateRow with(TemplateRow row, QString TemplateRow::*member, const char *value)
{
    row.*member = QLatin1StringView(value);
    return row;
}

struct Bench {
    state::Inbox inbox;
    FixedClock clock{nowMs};
    TemplateListModel model{inbox, clock};
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::QtTest};

    Bench()
    {
        inbox.applyConversationPage({conversation(1, 1, nowMs * 1000)}, true);
        inbox.applyTemplates({templateRow(1, 1, QStringLiteral("viewing"), QStringLiteral("Hello {{1}},\nsee you.")),
            templateRow(2, 1, QStringLiteral("contract"), QStringLiteral("It is ready.")),
            with(templateRow(3, 1, QStringLiteral("offer"), QStringLiteral("Only today.")), &TemplateRow::category,
                "MARKETING")});
        model.setConversation(conversationId(1));
    }

    QStringList names() const
    {
        QStringList names;
        for (int row = 0; row < model.rowCount(); ++row)
            names << role(row, TemplateListModel::NameRole).toString();
        return names;
    }

    QVariant role(int row, int wanted) const { return model.data(model.index(row), wanted); }
    bool usable(int row) const { return role(row, TemplateListModel::UsableRole).toBool(); }
    QString reason(int row) const { return role(row, TemplateListModel::ReasonRole).toString(); }
};

QStringList list(const char *names)
{
    return QString::fromLatin1(names).split(u' ', Qt::SkipEmptyParts);
}

} // namespace

class TemplateListModelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aRowSaysAllThatIsNeeded()
    {
        const Bench bench;
        QCOMPARE(bench.names(), list("contract offer viewing"));
        QCOMPARE(bench.role(2, TemplateListModel::IdRole).value<TemplateId>(), templateId(1));
        QCOMPARE(bench.role(2, TemplateListModel::PreviewRole).toString(), QStringLiteral("Hello …, see you."));
        QCOMPARE(bench.role(1, TemplateListModel::CategoryRole).toString(), QStringLiteral("Marketing"));
        QCOMPARE(bench.role(1, TemplateListModel::LanguageRole).toString(), QStringLiteral("English"));
        QCOMPARE(bench.role(0, Qt::AccessibleTextRole).toString(),
            QStringLiteral("contract, English, Utility, It is ready."));
    }

    void languagesAreNamedInTheirOwnWords_data()
    {
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("name");
        QTest::newRow("English") << QStringLiteral("en") << QStringLiteral("English");
        QTest::newRow("of a country") << QStringLiteral("en_US") << QStringLiteral("English (US)");
        QTest::newRow("Arabic") << QStringLiteral("ar") << QStringLiteral("العربية");
        QTest::newRow("Russian") << QStringLiteral("ru") << QStringLiteral("русский");
        QTest::newRow("none") << QStringLiteral("xyz") << QStringLiteral("xyz");
    }

    void languagesAreNamedInTheirOwnWords()
    {
        QFETCH(QString, code);
        QFETCH(QString, name);
        Bench bench;
        TemplateRow row = templateRow(2, 2, QStringLiteral("contract"));
        row.language = code;
        bench.inbox.apply({row});
        QCOMPARE(bench.role(0, TemplateListModel::LanguageRole).toString(), name);
    }

    void whatCannotBeSentComesLastWithItsReason_data()
    {
        QTest::addColumn<QString>("status");
        QTest::addColumn<QString>("reason");
        QTest::newRow("paused") << QStringLiteral("PAUSED") << QStringLiteral("Paused");
        QTest::newRow("waiting") << QStringLiteral("PENDING") << QStringLiteral("approval");
        QTest::newRow("rejected") << QStringLiteral("REJECTED")
                                  << QStringLiteral("Rejected by WhatsApp: invalid format");
        QTest::newRow("disabled") << QStringLiteral("DISABLED") << QStringLiteral("Disabled");
        QTest::newRow("a word of the future") << QStringLiteral("FROZEN") << QStringLiteral("FROZEN");
    }

    void whatCannotBeSentComesLastWithItsReason()
    {
        QFETCH(QString, status);
        QFETCH(QString, reason);
        Bench bench;
        TemplateRow row = templateRow(2, 2, QStringLiteral("contract"));
        row.status = status;
        row.rejectedReason = QStringLiteral("INVALID_FORMAT");
        bench.inbox.apply({row});
        QCOMPARE(bench.names(), list("offer viewing contract"));
        QVERIFY(!bench.usable(2));
        QVERIFY2(bench.reason(2).contains(reason), qPrintable(bench.reason(2)));
        QVERIFY(bench.role(2, Qt::AccessibleTextRole).toString().contains(bench.reason(2)));
        QVERIFY(bench.usable(0));
        QVERIFY(bench.reason(0).isEmpty());
        row.rev = 3;
        row.status = QStringLiteral("APPROVED");
        bench.inbox.apply({row});
        QCOMPARE(bench.names(), list("contract offer viewing"));
        QVERIFY(bench.usable(0));
    }

    void onlyOfThisNumbersAccount()
    {
        Bench bench;
        bench.inbox.apply({with(templateRow(4, 1, QStringLiteral("a_foreign")), &TemplateRow::accountId, "waba-2"),
            with(templateRow(5, 1, QStringLiteral("b_foreign")), &TemplateRow::provider, "twilio"),
            with(templateRow(6, 1, QStringLiteral("deleted")), &TemplateRow::status, "DELETED")});
        QCOMPARE(bench.names(), list("contract offer viewing a_foreign b_foreign"));
        QVERIFY(!bench.usable(3));
        QVERIFY(!bench.usable(4));
        QVERIFY(bench.reason(3).contains(QStringLiteral("another number")));
        QCOMPARE(bench.model.suggested(9).size(), 3);
    }

    void marketingNeedsConsent()
    {
        Bench bench;
        ConversationRow talk = conversation(1, 2, nowMs * 1000);
        talk.optedOut = QStringLiteral("word");
        bench.inbox.apply({talk});
        QCOMPARE(bench.names(), list("contract viewing offer"));
        QVERIFY(!bench.usable(2));
        talk.rev = 3;
        talk.optedOut.clear();
        talk.marketingAfter = (nowMs + 60'000) * 1000;
        bench.inbox.apply({talk});
        QVERIFY(!bench.usable(2));
        QVERIFY(bench.reason(2).contains(QStringLiteral("until")));
        bench.clock.advance(60'000);
        bench.model.refresh();
        QCOMPARE(bench.names(), list("contract offer viewing"));
        QVERIFY(bench.usable(1));
    }

    void theFilterLooksEverywhere_data()
    {
        QTest::addColumn<QString>("filter");
        QTest::addColumn<QStringList>("found");
        QTest::newRow("name") << QStringLiteral("VIEW") << list("viewing");
        QTest::newRow("text") << QStringLiteral("today") << list("offer");
        QTest::newRow("category") << QStringLiteral("utility") << list("contract viewing");
        QTest::newRow("language") << QStringLiteral("english") << list("contract offer viewing");
        QTest::newRow("all words") << QStringLiteral("  hello english ") << list("viewing");
        QTest::newRow("nothing") << QStringLiteral("hello marketing") << QStringList();
    }

    void theFilterLooksEverywhere()
    {
        QFETCH(QString, filter);
        QFETCH(QStringList, found);
        Bench bench;
        bench.model.setFilter(filter);
        QCOMPARE(bench.names(), found);
        bench.model.setFilter({});
        QCOMPARE(bench.names().size(), 3);
    }

    void whatWasUsedLatelyComesFirst()
    {
        Bench bench;
        QSignalSpy recent(&bench.model, &TemplateListModel::recentChanged);
        bench.model.noteUsed(templateId(1));
        bench.model.noteUsed(templateId(3));
        QCOMPARE(bench.names(), list("offer viewing contract"));
        QCOMPARE(recent.size(), 2);
        QCOMPARE(bench.model.suggested(2), (QList<TemplateId>{templateId(3), templateId(1)}));
        bench.model.noteUsed(templateId(1));
        QCOMPARE(bench.model.recent(), (QList<TemplateId>{templateId(1), templateId(3)}));
        bench.inbox.apply({with(templateRow(1, 2, QStringLiteral("viewing")), &TemplateRow::status, "PAUSED")});
        QCOMPARE(bench.model.suggested(1), QList<TemplateId>{templateId(3)});
    }

    void theLeadsLanguageGoesBeforeOthers()
    {
        Bench bench;
        LeadRow known = lead(1, 1);
        known.language = QStringLiteral("ar");
        bench.inbox.apply({known, with(templateRow(7, 1, QStringLiteral("z_arabic")), &TemplateRow::language, "ar")});
        QCOMPARE(bench.names().first(), QStringLiteral("z_arabic"));
    }

    void goneAndCleared()
    {
        Bench bench;
        bench.inbox.apply({gone(feed::Gone::Kind::Template, templateId(2), 5)});
        QCOMPARE(bench.names(), list("offer viewing"));
        QVERIFY(!bench.model.isUsable(templateId(2)));
        QVERIFY(!bench.model.reason(templateId(2)).isEmpty());
        bench.inbox.clear();
        QCOMPARE(bench.model.rowCount(), 0);
        QVERIFY(bench.model.isEmpty());
    }
};

CONVERSURE_TEST(TemplateListModelTest)
#include "TemplateListModelTest.moc"
