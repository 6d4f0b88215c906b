// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "relay/Queue.h"
#include "TestMain.h"
#include "relay/Backoff.h"
#include "relay/Signal.h"

#include <future>
#include <thread>

using namespace conversure::relay;
using namespace std::chrono_literals;
using Item = std::unique_ptr<int>;

namespace {

Item item(int value)
{
    return std::make_unique<int>(value);
}

QList<int> values(const std::vector<Item> &items)
{
    QList<int> out;
    for (const Item &one : items)
        out << *one;
    return out;
}

} // namespace

class QueueTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesAllThereIsInOrder()
    {
        Queue<Item> queue(10, 100);
        for (int i = 0; i < 5; ++i)
            QVERIFY(queue.push(item(i), 1));
        QCOMPARE(values(queue.take(3, {})), QList<int>({0, 1, 2}));
        QCOMPARE(values(queue.take(100, {})), QList<int>({3, 4}));
        QCOMPARE(queue.count(), 0);
        QCOMPARE(queue.bytes(), 0);
    }

    void refusesAnItemTooMany()
    {
        Queue<Item> queue(2, 100);
        QVERIFY(queue.push(item(1)));
        QVERIFY(queue.push(item(2)));
        Item third = item(3);
        QVERIFY(!queue.push(std::move(third)));
        QVERIFY2(third != nullptr, "a refused item stays with its owner");
        queue.take(1, {});
        QVERIFY(queue.push(std::move(third)));
    }

    void refusesAByteTooMany()
    {
        Queue<Item> queue(10, 100);
        QVERIFY(queue.push(item(1), 60));
        QVERIFY(!queue.push(item(2), 41));
        QVERIFY(queue.push(item(2), 40));
        QVERIFY(!queue.push(item(3), 1));
        queue.take(1, {});
        QVERIFY(queue.push(item(3), 60));
    }

    void aPushWakesTheTaker()
    {
        Queue<Item> queue(10, 100);
        auto taken = std::async(std::launch::async, [&] { return values(queue.take(10, {})); });
        QVERIFY(queue.push(item(7)));
        QCOMPARE(taken.wait_for(10s), std::future_status::ready);
        QCOMPARE(taken.get(), QList<int>({7}));
    }

    void aStopWakesTheTaker()
    {
        Queue<Item> queue(10, 100);
        std::stop_source stop;
        auto taken = std::async(std::launch::async, [&] { return queue.take(10, stop.get_token()).size(); });
        stop.request_stop();
        QCOMPARE(taken.wait_for(10s), std::future_status::ready);
        QCOMPARE(taken.get(), 0U);
    }

    void whatIsLeftAfterAStopCanBeTaken()
    {
        Queue<Item> queue(10, 100);
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(queue.push(item(1)));
        QCOMPARE(values(queue.take(10, stop.get_token())), QList<int>({1}));
        QVERIFY(queue.take(10, stop.get_token()).empty());
    }

    void aTimeoutEndsTheWait()
    {
        Queue<Item> queue(10, 100);
        QVERIFY(queue.take(10, {}, 1ms).empty());
    }

    void nothingIsLostBetweenThreads()
    {
        constexpr int each = 2000;
        Queue<int> queue(50, 1000);
        std::vector<std::jthread> pushers;
        for (int p = 0; p < 4; ++p) {
            pushers.emplace_back([&queue, p] {
                for (int i = 0; i < each; ++i) {
                    int value = p * each + i;
                    while (!queue.push(std::move(value), 20))
                        std::this_thread::yield();
                }
            });
        }
        QSet<int> seen;
        int taken = 0;
        while (taken < 4 * each) {
            const std::vector<int> batch = queue.take(256, {}, 10s);
            QVERIFY(!batch.empty());
            QVERIFY(batch.size() <= 50);
            taken += static_cast<int>(batch.size());
            for (const int value : batch)
                seen.insert(value);
        }
        QCOMPARE(seen.size(), 4 * each);
    }

    void aSignalIsKeptUntilSomebodyWaits()
    {
        Signal signal;
        signal.give();
        signal.give();
        QVERIFY(signal.wait({}, 10s));
        QVERIFY(!signal.wait({}, 1ms));
    }

    void theBackoffStaysWithinItsBounds()
    {
        Backoff backoff;
        auto longest = 0ms;
        for (int i = 0; i < 200; ++i) {
            const auto pause = backoff.next();
            QVERIFY(pause >= Backoff::shortest);
            QVERIFY(pause <= Backoff::longest);
            longest = std::max(longest, pause);
        }
        QVERIFY2(longest > 2000ms, "it grows");
        backoff.reset();
        QVERIFY(backoff.next() <= 2 * Backoff::shortest);
    }
};

CONVERSURE_TEST(QueueTest)
#include "QueueTest.moc"
