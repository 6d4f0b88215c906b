// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "ui/inbox/HeightIndex.h"
#include "ui/inbox/MessageFlow.h"

#include <QRandomGenerator>

#include <numeric>

using namespace conversure::ui;

class HeightIndexTest : public QObject
{
    Q_OBJECT

private:
    static int sumBefore(const std::vector<int> &heights, int row)
    {
        return std::accumulate(heights.begin(), heights.begin() + row, 0);
    }

    static void compare(const HeightIndex &index, const std::vector<int> &heights)
    {
        const int rows = static_cast<int>(heights.size());
        QCOMPARE(index.size(), rows);
        for (int row = 0; row <= rows; ++row)
            QCOMPARE(index.top(row), sumBefore(heights, row));
        for (int row = 0; row < rows; ++row) {
            QCOMPARE(index.rowAt(index.top(row)), row);
            QCOMPARE(index.rowAt(index.top(row + 1) - 1), row);
        }
    }

    /// A flow of \a rows rows, all estimated 40 high and really 30 to 60.
    static MessageFlow makeFlow(int rows)
    {
        MessageFlow flow([](int row) { return 30 + row * 7 % 31; });
        flow.reset(std::vector<int>(static_cast<size_t>(rows), 40), false);
        flow.setViewport(500, 16, 16);
        flow.settle();
        return flow;
    }

private Q_SLOTS:
    void emptyHasNoRow()
    {
        const HeightIndex index;
        QCOMPARE(index.total(), 0);
        QCOMPARE(index.rowAt(0), -1);
    }

    void agreesWithPlainSums()
    {
        QRandomGenerator random(42);
        std::vector<int> heights;
        HeightIndex index;
        for (int step = 0; step < 300; ++step) {
            const int rows = static_cast<int>(heights.size());
            const int row = random.bounded(rows + 1);
            const int kind = random.bounded(3);
            if (kind == 0 || rows == 0) {
                const std::vector<int> added(random.bounded(1u, 5u), random.bounded(1, 90));
                heights.insert(heights.begin() + row, added.begin(), added.end());
                index.insert(row, added);
            } else if (kind == 1) {
                const int at = std::min(row, rows - 1);
                heights[static_cast<size_t>(at)] = random.bounded(1, 90);
                index.set(at, heights[static_cast<size_t>(at)]);
            } else {
                const int at = std::min(row, rows - 1);
                heights.erase(heights.begin() + at);
                index.remove(at, 1);
            }
            compare(index, heights);
        }
    }

    void outsideIsTheNearestRow()
    {
        HeightIndex index;
        index.reset({10, 20, 30});
        QCOMPARE(index.rowAt(-5), 0);
        QCOMPARE(index.rowAt(60), 2);
        QCOMPARE(index.rowAt(1000), 2);
    }

    void flowBeginsAtTheEnd()
    {
        const MessageFlow flow = makeFlow(100);
        QVERIFY(flow.isAtEnd());
        QCOMPARE(flow.visible().back().row, 99);
        QCOMPARE(flow.visible().back().bottom(), 500 - 16);
        QCOMPARE(flow.value(), flow.maximum());
    }

    void everyStepMovesByExactlyItsDistance()
    {
        MessageFlow flow = makeFlow(400);
        for (int step = 0; step < 150; ++step) {
            const MessageFlow::Row before = flow.visible().front();
            flow.scrollBy(60);
            const MessageFlow::Row *after = flow.visibleRow(before.row);
            QVERIFY(after);
            QCOMPARE(after->top, before.top + 60);
        }
    }

    void stopsAtBothEnds()
    {
        MessageFlow flow = makeFlow(30);
        flow.scrollBy(100'000);
        flow.scrollBy(100'000);
        QCOMPARE(flow.visible().front().row, 0);
        QCOMPARE(flow.visible().front().top, 16);
        QCOMPARE(flow.value(), 0);
        flow.scrollBy(-100'000);
        QVERIFY(flow.isAtEnd());
    }

    void aShortListIsAlwaysAtTheEnd()
    {
        MessageFlow flow = makeFlow(3);
        flow.scrollBy(60);
        QVERIFY(flow.isAtEnd());
        QCOMPARE(flow.maximum(), 0);
    }

    void rowsAddedAboveMoveNothing()
    {
        MessageFlow flow = makeFlow(100);
        flow.scrollBy(700);
        const std::vector<MessageFlow::Row> before = flow.visible();
        flow.insert(0, std::vector<int>(50, 40));
        flow.settle();
        QCOMPARE(flow.visible().size(), before.size());
        QCOMPARE(flow.visible().front().row, before.front().row + 50);
        QCOMPARE(flow.visible().front().bottom(), before.front().bottom());
    }

    void aJumpLandsWhereTheBarSays()
    {
        MessageFlow flow = makeFlow(1000);
        flow.jumpTo(flow.maximum() / 2);
        const int row = flow.visible().front().row;
        QVERIFY2(row > 400 && row < 600, qPrintable(QString::number(row)));
        QVERIFY(!flow.isAtEnd());
    }
};

CONVERSURE_TEST(HeightIndexTest)
#include "HeightIndexTest.moc"
