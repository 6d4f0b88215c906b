// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"
#include "TestRows.h"

#include "state/ChangeQueue.h"

#include <QElapsedTimer>
#include <QThread>

#include <thread>

using namespace conversure;
using namespace conversure::test;
using state::ChangeQueue;

namespace {

/// What came out of a queue, and when.
class Listener : public QObject
{
public:
    explicit Listener(const ChangeQueue &queue)
    {
        m_clock.start();
        connect(&queue, &ChangeQueue::ready, this, [this](const QList<feed::Change> &changes) {
            times << m_clock.nsecsElapsed();
            onOwnThread &= QThread::currentThread() == thread();
            for (const feed::Change &change : changes)
                rows << std::get<MessageRow>(change);
        });
    }

    QList<qint64> times;
    QList<MessageRow> rows;
    bool onOwnThread = true;

private:
    QElapsedTimer m_clock;
};

} // namespace

class ChangeQueueTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aBurstIsOneChange()
    {
        ChangeQueue queue;
        const Listener listener(queue);
        for (int n = 0; n < 1000; ++n)
            queue.push({message(n, 1, 1, n)});
        QVERIFY(listener.times.isEmpty()); // never from inside push
        QTRY_COMPARE(listener.rows.size(), 1000);
        QCOMPARE(listener.times.size(), 1);
    }

    void manyThreadsLoseNothingAndKeepTheirOrder()
    {
        constexpr int threads = 4;
        constexpr int each = 2000;
        ChangeQueue queue;
        const Listener listener(queue);
        std::vector<std::jthread> workers;
        for (int t = 0; t < threads; ++t) {
            workers.emplace_back([&queue, t] {
                for (int n = 0; n < each; ++n)
                    queue.push({message(n, t, 1, n)});
            });
        }
        QTRY_COMPARE_WITH_TIMEOUT(listener.rows.size(), qsizetype(threads) * each, 20000);
        QVERIFY(listener.onOwnThread);
        QHash<ConversationId, Microseconds> last;
        for (const MessageRow &row : listener.rows) {
            QVERIFY(row.sortAt == last.value(row.conversationId, -1) + 1);
            last[row.conversationId] = row.sortAt;
        }
    }

    void framesAreNotCloserThanSixteenMilliseconds()
    {
        ChangeQueue queue;
        const Listener listener(queue);
        const std::jthread worker([&queue](const std::stop_token &stop) {
            for (int n = 0; !stop.stop_requested(); ++n) {
                queue.push({message(n, 1, 1, n)});
                std::this_thread::yield();
            }
        });
        QTRY_VERIFY(listener.times.size() >= 8);
        for (qsizetype i = 1; i < listener.times.size(); ++i)
            QVERIFY2(listener.times.at(i) - listener.times.at(i - 1) >= 15'000'000, qPrintable(QString::number(i)));
    }

    void itWakesAgainAfterSleep()
    {
        ChangeQueue queue;
        const Listener listener(queue);
        QVERIFY(!queue.isAwake());
        for (int n = 1; n <= 3; ++n) {
            queue.push({message(n, 1, 1, n)});
            QTRY_COMPARE(listener.rows.size(), n);
            QTRY_VERIFY(!queue.isAwake());
        }
    }

    void whatWaitsCanBeHadAtOnce()
    {
        ChangeQueue queue;
        const Listener listener(queue);
        queue.deliver();
        QVERIFY(listener.times.isEmpty());
        queue.push({message(1, 1, 1, 1)});
        queue.push({message(2, 1, 1, 2)});
        queue.deliver();
        QCOMPARE(listener.rows.size(), 2);
        QCOMPARE(listener.times.size(), 1);
        queue.push({message(3, 1, 1, 3)});
        QTRY_COMPARE(listener.rows.size(), 3);
        QTRY_VERIFY(!queue.isAwake());
    }

    void nothingIsNothing()
    {
        ChangeQueue queue;
        const Listener listener(queue);
        queue.push({});
        queue.push({message(1, 1, 1, 1)});
        QTRY_COMPARE(listener.rows.size(), 1);
        QCOMPARE(listener.times.size(), 1);
    }
};

CONVERSURE_TEST(ChangeQueueTest)
#include "ChangeQueueTest.moc"
