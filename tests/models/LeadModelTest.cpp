// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"
#include "TestRows.h"

#include "models/LeadModel.h"
#include "state/Inbox.h"

#include <QAbstractItemModelTester>

using namespace conversure;
using namespace conversure::test;
using models::LeadModel;

namespace {

struct Bench {
    state::Inbox inbox;
    LeadModel model{inbox};
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::QtTest};
    QSignalSpy header{&model, &LeadModel::headerChanged};
    QSignalSpy inserted{&model, &QAbstractItemModel::rowsInserted};
    QSignalSpy removed{&model, &QAbstractItemModel::rowsRemoved};
    QSignalSpy changed{&model, &QAbstractItemModel::dataChanged};

    Bench()
    {
        inbox.applyConversationPage({conversation(1, 1, 100), conversation(2, 1, 90)}, true);
        inbox.apply({lead(1, 1)});
        model.setConversation(conversationId(1));
        for (QSignalSpy *spy : {&header, &inserted, &removed, &changed})
            spy->clear();
    }

    QStringList shown() const
    {
        QStringList texts;
        for (int row = 0; row < model.rowCount(); ++row)
            texts << model.data(model.index(row), Qt::AccessibleTextRole).toString();
        return texts;
    }
};

} // namespace

class LeadModelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theHeaderSaysWhoItIs()
    {
        const Bench bench;
        QVERIFY(bench.model.isKnown());
        QCOMPARE(bench.model.leadId(), leadId(1));
        QCOMPARE(bench.model.name(), QStringLiteral("Lead 1"));
        QCOMPARE(bench.model.maskedPhone(), lead(1, 1).maskedPhone);
        QCOMPARE(bench.model.stage(), QStringLiteral("Hot"));
    }

    void onlyKnownFieldsAreRows()
    {
        Bench bench;
        QCOMPARE(bench.shown(), QStringList{QStringLiteral("Budget: 1,200,000 AED")});
        const QModelIndex budget = bench.model.index(0);
        QCOMPARE(bench.model.data(budget, LeadModel::LabelRole).toString(), QStringLiteral("Budget"));
        QCOMPARE(bench.model.data(budget, LeadModel::ValueRole).toString(), QStringLiteral("1,200,000 AED"));
        QVERIFY(bench.model.data(budget, LeadModel::IsReferenceRole).toBool());

        LeadRow more = lead(1, 2);
        more.location = QStringLiteral("Marina");
        more.language = QStringLiteral("ru");
        bench.inbox.apply({more});
        QCOMPARE(bench.shown(),
            (QStringList{QStringLiteral("Budget: 1,200,000 AED"), QStringLiteral("Location: Marina"),
                QStringLiteral("Language: русский")}));
        QCOMPARE(bench.inserted.size(), 1);
        QCOMPARE(bench.changed.size(), 0);
        QCOMPARE(bench.header.size(), 0);
        QVERIFY(!bench.model.data(bench.model.index(1), LeadModel::IsReferenceRole).toBool());

        more.rev = 3;
        more.budget.clear();
        more.location = QStringLiteral("JVC");
        bench.inbox.apply({more});
        QCOMPARE(bench.removed.size(), 1);
        QCOMPARE(bench.changed.size(), 1);
        QCOMPARE(bench.changed.first().first().toModelIndex().row(), 0);
    }

    void aNewStageIsAHeader()
    {
        Bench bench;
        LeadRow row = lead(1, 2);
        row.status = QStringLiteral("VIEWING_SCHEDULED");
        bench.inbox.apply({row});
        QCOMPARE(bench.header.size(), 1);
        QCOMPARE(bench.model.stage(), QStringLiteral("Viewing scheduled"));
        QCOMPARE(bench.changed.size(), 0);
        row.rev = 3;
        row.status = QStringLiteral("SOMETHING_NEW");
        bench.inbox.apply({row});
        QCOMPARE(bench.model.stage(), QStringLiteral("SOMETHING_NEW"));
    }

    void anUnknownLeadStillHasAName()
    {
        Bench bench;
        bench.model.setConversation(conversationId(2));
        QCOMPARE(bench.header.size(), 1);
        QVERIFY(!bench.model.isKnown());
        QCOMPARE(bench.model.name(), QStringLiteral("Lead 2"));
        QCOMPARE(bench.model.rowCount(), 0);
        bench.inbox.apply({lead(2, 1)});
        QVERIFY(bench.model.isKnown());
        QCOMPARE(bench.header.size(), 2);
        QCOMPARE(bench.model.rowCount(), 1);
    }

    void anotherLeadForTheSameConversation()
    {
        Bench bench;
        bench.inbox.apply({lead(7, 1)});
        ConversationRow merged = conversation(1, 2, 100);
        merged.leadId = leadId(7);
        bench.inbox.apply({merged});
        QCOMPARE(bench.model.leadId(), leadId(7));
        QCOMPARE(bench.model.name(), QStringLiteral("Lead 7"));
        QCOMPARE(bench.header.size(), 1);
    }

    void otherLeadsAreNotHeard()
    {
        Bench bench;
        bench.inbox.apply({lead(2, 1), conversation(2, 2, 200)});
        QCOMPARE(bench.header.size() + bench.changed.size() + bench.inserted.size(), 0);
    }

    void goneAndClearedLeaveNothing()
    {
        Bench bench;
        bench.inbox.apply({gone(feed::Gone::Kind::Conversation, conversationId(1), 9)});
        QVERIFY(!bench.model.isKnown());
        QCOMPARE(bench.model.name(), QString());
        QCOMPARE(bench.model.rowCount(), 0);
        Bench other;
        other.inbox.clear();
        QVERIFY(!other.model.isKnown());
        QCOMPARE(other.model.rowCount(), 0);
        QCOMPARE(other.header.size(), 1);
    }
};

CONVERSURE_TEST(LeadModelTest)
#include "LeadModelTest.moc"
