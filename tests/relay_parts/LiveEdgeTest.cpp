// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "EdgeHouse.h"
#include "TestMain.h"

#include <QWebSocket>

#include <csignal>
#include <thread>

using namespace conversure;
using namespace conversure::relay;
using namespace conversure::relay::edge_test;

namespace {

/// A live client that keeps what it hears.
struct LiveClient {
    explicit LiveClient(const House &house)
    {
        QObject::connect(&socket, &QWebSocket::textMessageReceived, &socket,
            [this](const QString &text) { frames << text.toUtf8(); });
        QNetworkRequest request(QUrl(u"ws://127.0.0.1:%1/live"_s.arg(house.edge.port())));
        request.setRawHeader("Sec-WebSocket-Protocol", feed::liveSubprotocol);
        socket.open(request);
    }
    bool opened() const { return socket.state() == QAbstractSocket::ConnectedState; }
    bool closed() const { return socket.state() == QAbstractSocket::UnconnectedState; }
    void hello(const QString &token)
    {
        socket.sendTextMessage(QString::fromUtf8(feed::encode(feed::Hello{token, {}})));
    }

    QWebSocket socket;
    QList<QByteArray> frames;
};

} // namespace

/// Live connections over real sockets on loopback.
class LiveEdgeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Qt Test takes a signal as a crash that Qt Network had switched off for its own writes.
    void initTestCase() { std::signal(SIGPIPE, SIG_IGN); }

    void liveNeedsItsProtocol_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<int>("status");
        QTest::newRow("right") << upgrade("conversure.live.v1") << 101;
        QTest::newRow("one of several") << upgrade("chat, conversure.live.v1") << 101;
        QTest::newRow("another") << upgrade("conversure.live.v2") << 400;
        QTest::newRow("none") << upgrade({}) << 400;
        QTest::newRow("no upgrade") << QByteArray("GET /live HTTP/1.1\r\nHost: relay\r\n\r\n") << 426;
    }

    void liveNeedsItsProtocol()
    {
        QFETCH(QByteArray, request);
        House house;
        Client client(house);
        client.send(request);
        QTEST(client.answer(), "status");
        QCOMPARE(
            client.lastHead.contains("Sec-WebSocket-Protocol: conversure.live.v1"), client.lastHead.contains(" 101 "));
    }

    void liveFromHelloToChanges()
    {
        House house;
        LiveClient client(house);
        QTRY_VERIFY_WITH_TIMEOUT(client.opened(), patience);
        client.hello(u"good"_s);
        QTRY_COMPARE_WITH_TIMEOUT(client.frames.size(), 2, patience); // the second: caught up, nothing missed
        QVERIFY(client.frames.first().contains("\"welcome\""));
        store::FeedRow row;
        row.company = company;
        row.topics = QStringList{u"all"_s};
        row.json = "{\"kind\":\"lead\",\"rev\":7}";
        house.edge.publish({feed::Cursor{u"e"_s, 11, 0}, {row}});
        QTRY_COMPARE_WITH_TIMEOUT(client.frames.size(), 3, patience);
        QVERIFY(client.frames.last().contains("\"rev\":7"));
    }

    void aStrangerIsTurnedAway()
    {
        House house;
        LiveClient client(house);
        QTRY_VERIFY_WITH_TIMEOUT(client.opened(), patience);
        client.hello(u"bad"_s);
        QTRY_VERIFY_WITH_TIMEOUT(client.closed(), patience);
        QCOMPARE(client.frames.size(), 1);
        QVERIFY(client.frames.first().contains("not_signed_in"));
        QCOMPARE(client.socket.closeCode(), QWebSocketProtocol::CloseCodePolicyViolated);
    }

    void silenceInsteadOfHelloIsClosed()
    {
        Limits limits;
        limits.helloSeconds = 3;
        House house(limits);
        LiveClient polite(house);
        QTRY_VERIFY_WITH_TIMEOUT(polite.opened(), patience);
        polite.hello(u"good"_s);
        LiveClient silent(house);
        QTRY_VERIFY_WITH_TIMEOUT(silent.closed(), patience);
        QVERIFY(polite.opened());
    }

    void aLongMessageIsClosed()
    {
        House house;
        LiveClient client(house);
        QTRY_VERIFY_WITH_TIMEOUT(client.opened(), patience);
        client.socket.sendTextMessage(QString(70'000, u'x'));
        QTRY_VERIFY_WITH_TIMEOUT(client.closed(), patience);
        QVERIFY(client.frames.isEmpty());
    }

    void whoMissesPingsIsDropped()
    {
        Limits limits;
        limits.pingSeconds = 1;
        limits.helloSeconds = 60;
        House house(limits);
        LiveClient alive(house);
        Client dead(house);
        dead.send(upgrade("conversure.live.v1"));
        QCOMPARE(dead.answer(), 101);
        QVERIFY(dead.closed());
        QCOMPARE(dead.unread().count(char(0x89)), 2); // two pings, and no patience for a third
        QTRY_VERIFY_WITH_TIMEOUT(alive.opened(), patience);
    }

    void aClientThatReadsNothingIsDropped()
    {
        Limits limits;
        limits.subscriberBytes = 512 * 1024;
        limits.connections = 1;
        House house(limits);
        Client client(house); // its socket is not read while the relay publishes
        client.send(upgrade("conversure.live.v1"));
        QCOMPARE(client.answer(), 101);
        const QByteArray hello = feed::encode(feed::Hello{u"good"_s, {}});
        QVERIFY(hello.size() < 126);
        client.send(QByteArray("\x81") + char(0x80 | hello.size()) + QByteArray(4, '\0') + hello);
        QTRY_COMPARE_WITH_TIMEOUT(house.authority.caughtUp.load(), 1, patience);
        store::FeedRow row;
        row.company = company;
        row.topics = QStringList{u"all"_s};
        row.json = "{\"rev\":7,\"row\":\"" + QByteArray(8000, 'x') + "\"}";
        for (quint64 i = 0; i < 4000; ++i)
            house.edge.publish({feed::Cursor{u"e"_s, 11 + i, 0}, {row}});
        bool dropped = false;
        const auto hasRoom = [&] {
            Client next(house);
            next.send("GET /healthz HTTP/1.1\r\nHost: relay\r\n\r\n");
            return next.answer() == 200;
        };
        QTRY_VERIFY_WITH_TIMEOUT(dropped || (dropped = hasRoom()), patience);
        QVERIFY(client.closed());
        QVERIFY2(client.unread().size() < 4000 * 8000, "the rest was not kept for it");
    }

    void aStopSaysGoodbye()
    {
        House house;
        LiveClient client(house);
        QTRY_VERIFY_WITH_TIMEOUT(client.opened(), patience);
        client.hello(u"good"_s);
        QTRY_COMPARE_WITH_TIMEOUT(client.frames.size(), 2, patience);
        std::jthread stopping([&] { house.edge.stop(); });
        QTRY_VERIFY_WITH_TIMEOUT(client.closed(), patience);
        QCOMPARE(client.socket.closeCode(), QWebSocketProtocol::CloseCodeGoingAway);
    }
};

CONVERSURE_TEST(LiveEdgeTest)
#include "LiveEdgeTest.moc"
