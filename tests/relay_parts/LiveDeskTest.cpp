// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "LiveHouse.h"
#include "TestMain.h"

using namespace conversure;
using namespace conversure::relay;
using namespace conversure::relay::live_test;

/// From hello to live, and what ends it.
class LiveDeskTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void helloWelcomesAndSubscribes()
    {
        House house;
        Peer peer;
        house.hello(peer);
        const SessionQuestion signIn = house.authority.take();
        QCOMPARE(signIn.kind, Kind::SignIn);
        QCOMPARE(signIn.tokenHash, QCryptographicHash::hash("token", QCryptographicHash::Sha256));
        QVERIFY(peer.log.isEmpty());
        house.answer(signIn, session(1, {u"all"_s}));
        QCOMPARE(peer.log, QStringList({u"welcome@10"_s}));
        const SessionQuestion catchUp = house.authority.take();
        QCOMPARE(catchUp.kind, Kind::CatchUp);
        QCOMPARE(catchUp.cursor, cursor(10));
        house.answer(catchUp, session(1, {u"all"_s}));
        house.publish(12, {row(11, {u"all"_s})});
        QCOMPARE(peer.log.last(), u"changes@12:11"_s);
    }

    void anythingElseFirstCloses_data()
    {
        QTest::addColumn<QByteArray>("message");
        QTest::newRow("not JSON") << QByteArray("hello");
        QTest::newRow("other frame") << QByteArray("{\"t\":\"welcome\"}");
        QTest::newRow("empty") << QByteArray();
    }

    void anythingElseFirstCloses()
    {
        QFETCH(QByteArray, message);
        House house;
        Peer peer;
        house.desk.receive(house.desk.open(peer), message);
        QCOMPARE(peer.log, QStringList({u"close:1002"_s}));
        QVERIFY(house.authority.questions.empty());
    }

    void anUnknownTokenIsNotSignedIn()
    {
        House house;
        Peer peer;
        house.hello(peer);
        house.answer(house.authority.take(), failure(ErrorKind::SignedOut, u"CV001"_s, {}));
        QCOMPARE(peer.log, QStringList({u"closed:not_signed_in"_s, u"close:1008"_s}));
    }

    void withoutStoreTheClientComesAgain()
    {
        House house;
        Peer peer;
        house.hello(peer);
        house.answer(house.authority.take(), failure(ErrorKind::Unavailable, u"store:lost"_s, {}));
        QCOMPARE(peer.log, QStringList({u"close:1013"_s}));
    }

    void tooManyQuestionsTurnAway()
    {
        House house;
        house.authority.full = true;
        Peer peer;
        house.hello(peer);
        QCOMPARE(peer.log, QStringList({u"close:1013"_s}));
    }

    void aResumeSendsWhatWasMissedThenWhatIsNew()
    {
        House house;
        Peer peer;
        house.hello(peer, cursor(5));
        house.answer(house.authority.take(), session(1, {u"u:1"_s}));
        QCOMPARE(peer.takeLog(), QStringList({u"welcome@5"_s})); // promises no more than the client has
        const SessionQuestion catchUp = house.authority.take();
        QCOMPARE(catchUp.cursor, cursor(5));
        house.publish(20, {row(11, {u"u:1"_s})});
        house.publish(21, {row(12, {u"u:1"_s})});
        QVERIFY2(peer.log.isEmpty(), "kept until what is older has been sent");
        house.answer(catchUp, session(1, {u"u:1"_s}),
            QList<store::FeedRow>{row(6, {u"u:1"_s}), row(7, {u"u:2"_s}), row(8, {u"u:2"_s}, {u"u:1"_s})});
        QCOMPARE(peer.log, QStringList({u"changes@10:6,-8"_s, u"changes@20:11"_s, u"changes@21:12"_s}));
    }

    void aClientAheadOfThisRelayKeepsItsCursor()
    {
        House house;
        Peer peer;
        house.hello(peer, cursor(15));
        house.answer(house.authority.take(), session(1, {u"u:1"_s}));
        house.answer(house.authority.take(), session(1, {u"u:1"_s}), QList<store::FeedRow>{row(16, {u"u:1"_s})});
        QCOMPARE(peer.log, QStringList({u"welcome@15"_s, u"changes@15:16"_s}));
    }

    void tooOldIsToldToReadAgain()
    {
        House house;
        Peer peer;
        house.hello(peer, feed::Cursor{u"epoch-0"_s, 3, 0});
        house.answer(house.authority.take(), session(1, {u"u:1"_s}));
        const SessionQuestion catchUp = house.authority.take();
        house.publish(20, {row(11, {u"u:1"_s})});
        house.answer(catchUp, session(1, {u"u:1"_s}), failure(ErrorKind::Refused, u"feed:resync"_s, {}));
        QCOMPARE(peer.log, QStringList({u"welcome@3"_s, u"resync@20"_s}));
        house.publish(21, {row(12, {u"u:1"_s})});
        QCOMPARE(peer.log.last(), u"changes@21:12"_s);
    }

    void tooMuchToCatchUpIsToldToReadAgain()
    {
        Limits limits;
        limits.subscriberBytes = 100'000;
        House house(limits);
        Peer peer;
        house.hello(peer, cursor(5));
        house.answer(house.authority.take(), session(1, {u"u:1"_s}));
        QList<store::FeedRow> rows;
        for (int i = 0; i < 10; ++i)
            rows << row(6, {u"u:1"_s}, {}, 8000);
        house.answer(house.authority.take(), session(1, {u"u:1"_s}), rows);
        QCOMPARE(peer.log, QStringList({u"welcome@5"_s, u"resync@10"_s}));
    }

    void aSessionThatEndsWhileCatchingUpIsClosed()
    {
        House house;
        Peer peer;
        house.hello(peer, cursor(5));
        house.answer(house.authority.take(), session(1, {u"u:1"_s}));
        house.answer(house.authority.take(), failure(ErrorKind::SignedOut, u"CV001"_s, {}));
        QCOMPARE(peer.log.mid(1), QStringList({u"closed:signed_out"_s, u"close:1008"_s}));
    }

    void topicsThatChangeWhileCatchingUpAreReadAgain()
    {
        House house;
        Peer peer;
        house.hello(peer, cursor(5));
        house.answer(house.authority.take(), session(1, {u"t:1"_s}));
        const SessionQuestion catchUp = house.authority.take();
        house.publish(20, {row(11, {u"t:1"_s})});
        house.answer(catchUp, session(1, {u"t:2"_s}), QList<store::FeedRow>{row(6, {u"t:2"_s})});
        QCOMPARE(peer.log, QStringList({u"welcome@5"_s, u"resync@20"_s}));
        house.publish(21, {row(12, {u"t:1"_s}), row(13, {u"t:2"_s})});
        QCOMPARE(peer.log.last(), u"changes@21:13"_s);
    }

    void missedNewsOfTopicsIsReadAgain()
    {
        House house;
        Peer peer;
        house.hello(peer, cursor(5));
        house.answer(house.authority.take(), session(1, {u"u:1"_s}));
        house.answer(house.authority.take(), session(1, {u"u:1"_s}),
            QList<store::FeedRow>{row(6, {u"u:1"_s}), sessionNews(user(1), "topics")});
        QCOMPARE(peer.log, QStringList({u"welcome@5"_s, u"resync@10"_s}));
    }

    void signingOutClosesThatSessionOnly()
    {
        House house;
        Peer one;
        Peer two;
        const LiveId first = house.enter(one, session(1, {u"u:1"_s}));
        house.enter(two, session(1, {u"u:1"_s}));
        house.publish(20, {row(11, {u"u:1"_s}), sessionNews(user(1), "signed_out")});
        QVERIFY2(one.log.isEmpty() && two.log.isEmpty(), "nothing goes out until the store has said who is left");
        for (int i = 0; i < 2; ++i) {
            const SessionQuestion question = house.authority.take();
            QCOMPARE(question.kind, Kind::Recheck);
            if (question.peer == first)
                house.answer(question, failure(ErrorKind::SignedOut, u"CV001"_s, {}));
            else
                house.answer(question, session(1, {u"u:1"_s}));
        }
        QCOMPARE(one.log, QStringList({u"closed:signed_out"_s, u"close:1008"_s}));
        QCOMPARE(two.log, QStringList({u"changes@20:11"_s}));
        QVERIFY(house.authority.questions.empty());
    }

    void newRightsTakeHoldAtOnce()
    {
        House house;
        Peer peer;
        Peer colleague;
        house.enter(peer, session(1, {u"t:1"_s}));
        house.enter(colleague, session(2, {u"t:1"_s}));
        house.publish(20, {sessionNews(user(1), "topics"), row(11, {u"t:1"_s})});
        house.publish(21, {row(12, {u"t:1"_s})});
        QVERIFY(peer.log.isEmpty());
        QCOMPARE(colleague.log, QStringList({u"changes@20:11"_s, u"changes@21:12"_s}));
        house.answer(house.authority.take(), session(1, {u"t:2"_s}));
        QCOMPARE(peer.log, QStringList({u"resync@21"_s}));
        house.publish(22, {row(13, {u"t:1"_s}), row(14, {u"t:2"_s})});
        QCOMPARE(peer.log.last(), u"changes@22:14"_s);
    }

    void twoChecksMustBothEnd()
    {
        House house;
        Peer peer;
        house.enter(peer, session(1, {u"u:1"_s}));
        house.publish(20, {sessionNews(user(1), "signed_out")});
        house.publish(21, {sessionNews(user(1), "signed_out"), row(11, {u"u:1"_s})});
        house.answer(house.authority.take(), session(1, {u"u:1"_s}));
        QVERIFY(peer.log.isEmpty());
        house.answer(house.authority.take(), session(1, {u"u:1"_s}));
        QCOMPARE(peer.log, QStringList({u"changes@21:11"_s}));
    }

    void stoppingClosesEveryone()
    {
        House house;
        Peer live;
        Peer silent;
        house.enter(live, session(1, {u"all"_s}));
        house.desk.open(silent);
        house.desk.closeAll();
        QCOMPARE(live.log, QStringList({u"close:1001"_s}));
        QCOMPARE(silent.log, QStringList({u"close:1001"_s}));
    }
};

CONVERSURE_TEST(LiveDeskTest)
#include "LiveDeskTest.moc"
