// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "LiveHouse.h"
#include "TestMain.h"

using namespace conversure;
using namespace conversure::relay;
using namespace conversure::relay::live_test;

/// Who gets which rows, in which frames.
class HubTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rowsGoToWhomTheyConcern()
    {
        House house;
        Peer all;
        Peer mine;
        Peer other;
        Peer foreign;
        house.enter(all, session(1, {u"all"_s, u"free"_s}));
        house.enter(mine, session(2, {u"u:2"_s}));
        house.enter(other, session(3, {u"u:3"_s}));
        house.enter(foreign, session(4, {u"all"_s, u"u:2"_s}, companyB));
        house.publish(20, {row(11, {u"all"_s, u"u:2"_s}), row(12, {u"all"_s}), row(13, {})});
        QCOMPARE(all.log, QStringList({u"changes@20:11,12"_s}));
        QCOMPARE(mine.log, QStringList({u"changes@20:11"_s}));
        QVERIFY(other.log.isEmpty());
        QVERIFY(foreign.log.isEmpty());
    }

    void whoLostSightHearsGone()
    {
        House house;
        Peer before;
        Peer after;
        Peer both;
        house.enter(before, session(1, {u"u:1"_s}));
        house.enter(after, session(2, {u"u:2"_s}));
        house.enter(both, session(3, {u"u:1"_s, u"u:2"_s}));
        house.publish(20, {row(11, {u"u:2"_s}, {u"u:1"_s})});
        QCOMPARE(before.log, QStringList({u"changes@20:-11"_s}));
        QCOMPARE(after.log, QStringList({u"changes@20:11"_s}));
        QCOMPARE(both.log, QStringList({u"changes@20:11"_s}));
    }

    void sameSightSharesOneBuffer()
    {
        House house;
        Peer a;
        Peer b;
        house.enter(a, session(1, {u"all"_s}));
        house.enter(b, session(2, {u"all"_s, u"free"_s}));
        house.publish(20, {row(11, {u"all"_s})});
        QCOMPARE(a.frames.last().constData(), b.frames.last().constData()); // the same memory
    }

    void aBroadcastGoesOutInSlices()
    {
        House house;
        std::vector<std::unique_ptr<Peer>> peers;
        for (int i = 0; i < 150; ++i) {
            peers.push_back(std::make_unique<Peer>());
            house.enter(*peers.back(), session(i, {u"all"_s}));
        }
        house.desk.publish({cursor(20), {row(11, {u"all"_s})}});
        const auto served = [&] {
            return std::count_if(peers.begin(), peers.end(), [](const auto &peer) { return !peer->log.isEmpty(); });
        };
        QCOMPARE(served(), 0);
        QVERIFY(house.turn());
        QCOMPARE(served(), 64);
        QVERIFY(house.turn());
        QCOMPARE(served(), 128);
        QVERIFY(house.turn());
        QCOMPARE(served(), 150);
        QVERIFY(!house.turn());
    }

    void aBigBatchIsSplitAndPromisesLast()
    {
        House house;
        Peer peer;
        house.enter(peer, session(1, {u"all"_s}));
        QList<store::FeedRow> rows;
        for (int i = 0; i < 40; ++i)
            rows << row(11 + i, {u"all"_s}, {}, 8 * 1024);
        house.publish(60, rows);
        QVERIFY(peer.log.size() > 1);
        qsizetype seen = 0;
        for (qsizetype i = 0; i < peer.log.size(); ++i) {
            QVERIFY(peer.frames.at(peer.frames.size() - 1 - i).size() < 256 * 1024);
            const bool last = i == peer.log.size() - 1;
            QVERIFY2(peer.log.at(i).startsWith(last ? u"changes@60:"_s : u"changes@10:"_s), qPrintable(peer.log.at(i)));
            seen += peer.log.at(i).count(u',') + 1;
        }
        QCOMPARE(seen, rows.size());
    }

    void framesWaitingUnderOldRightsAreVoid()
    {
        Limits limits;
        limits.subscribersPerTurn = 1;
        House house(limits);
        Peer peer;
        house.enter(peer, session(1, {u"t:1"_s}));
        house.desk.publish({cursor(20), {row(11, {u"t:1"_s})}}); // on its way, not yet sent
        house.desk.publish({cursor(21), {sessionNews(user(1), "topics")}});
        house.answer(house.authority.take(), session(1, {u"t:2"_s}));
        house.settle();
        QCOMPARE(peer.log, QStringList({u"resync@21"_s}));
    }

    void aSlowClientIsToldToReadAgain_data()
    {
        QTest::addColumn<qsizetype>("frames");
        QTest::addColumn<qsizetype>("bytes");
        QTest::newRow("frames") << qsizetype(5) << qsizetype(10);
        QTest::newRow("bytes") << qsizetype(1) << qsizetype(1000);
    }

    void aSlowClientIsToldToReadAgain()
    {
        QFETCH(qsizetype, frames);
        QFETCH(qsizetype, bytes);
        Limits limits;
        limits.subscriberFrames = 5;
        limits.subscriberBytes = 1000;
        House house(limits);
        Peer slow;
        Peer fast;
        house.enter(slow, session(1, {u"all"_s}));
        house.enter(fast, session(2, {u"all"_s}));
        slow.waitingFrames = frames;
        slow.waitingBytes = bytes;
        house.publish(20, {row(11, {u"all"_s})});
        QCOMPARE(slow.log, QStringList({u"resync@20"_s, u"close:1013"_s}));
        QCOMPARE(fast.log, QStringList({u"changes@20:11"_s}));
        house.publish(21, {row(12, {u"all"_s})});
        QCOMPARE(slow.log.size(), 2);
    }

    void whatIsKeptHasALimitToo()
    {
        Limits limits;
        limits.subscriberFrames = 3;
        House house(limits);
        Peer peer;
        house.hello(peer, cursor(5));
        house.answer(house.authority.take(), session(1, {u"all"_s}));
        peer.takeLog();
        for (quint64 i = 0; i < 4; ++i)
            house.publish(20 + i, {row(11, {u"all"_s})});
        QCOMPARE(peer.log, QStringList({u"resync@23"_s, u"close:1013"_s}));
    }

    void theCursorReachesTheIdle()
    {
        House house;
        Peer peer;
        house.enter(peer, session(1, {u"u:1"_s}));
        house.publish(50, {row(11, {u"u:2"_s})});
        QVERIFY(peer.log.isEmpty());
        house.desk.sendCursor();
        house.settle();
        QCOMPARE(peer.log, QStringList({u"changes@50"_s}));
    }

    void anotherEpochIsReadAgain()
    {
        House house;
        Peer peer;
        house.enter(peer, session(1, {u"u:1"_s}));
        house.desk.publish({feed::Cursor{u"epoch-2"_s, 3, 0}, {}});
        QCOMPARE(peer.log, QStringList({u"resync@3"_s}));
    }

    void whoHasLeftGetsNothing()
    {
        House house;
        LiveId id = 0;
        {
            Peer peer;
            id = house.enter(peer, session(1, {u"all"_s}));
            house.desk.publish({cursor(20), {row(11, {u"all"_s}), sessionNews(user(1), "topics")}});
            house.desk.close(id);
        }
        house.settle();
        house.answer(house.authority.take(), session(1, {u"all"_s}));
        house.publish(21, {row(12, {u"all"_s})});
        QVERIFY(house.posted.empty());
        QVERIFY(house.desk.hasSpoken(id));
    }
};

CONVERSURE_TEST(HubTest)
#include "HubTest.moc"
