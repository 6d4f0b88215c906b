// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "EdgeHouse.h"
#include "TestMain.h"

#include <QTcpServer>

#include <csignal>
#include <thread>

using namespace conversure;
using namespace conversure::relay;
using namespace conversure::relay::edge_test;

/// HTTP over real sockets on loopback.
class EdgeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Qt Test takes a signal as a crash that Qt Network had switched off for its own writes.
    void initTestCase() { std::signal(SIGPIPE, SIG_IGN); }

    void answersAfterTheStore()
    {
        House house;
        QVERIFY(house.listening);
        house.sink.mode = Sink::Mode::Keep;
        Client client(house);
        client.send(signedPost());
        QTRY_COMPARE_WITH_TIMEOUT(house.sink.kept(), 1, patience);
        QVERIFY(client.unread().isEmpty());
        house.sink.answerKept();
        QCOMPARE(client.answer(), 200);
        QVERIFY(client.lastBody.isEmpty());
    }

    void asksForAnotherDeliveryWhenNotStored_data()
    {
        QTest::addColumn<int>("mode");
        QTest::newRow("queue full") << static_cast<int>(Sink::Mode::Full);
        QTest::newRow("store away") << static_cast<int>(Sink::Mode::Fail);
    }

    void asksForAnotherDeliveryWhenNotStored()
    {
        QFETCH(int, mode);
        House house;
        house.sink.mode = static_cast<Sink::Mode>(mode);
        Client client(house);
        client.send(signedPost());
        QCOMPARE(client.answer(), 503);
        QVERIFY(client.lastHead.contains("Retry-After: "));
        house.sink.mode = Sink::Mode::Store;
        client.send(signedPost()); // the connection goes on
        QCOMPARE(client.answer(), 200);
    }

    void aWriterThatNeverAnswersIsNotWaitedForForever()
    {
        Limits limits;
        limits.answerSeconds = 1;
        House house(limits);
        house.sink.mode = Sink::Mode::Keep;
        Client client(house);
        client.send(signedPost());
        QCOMPARE(client.answer(), 503);
        house.sink.answerKept(); // late: for a ticket that is gone
        house.sink.mode = Sink::Mode::Store;
        client.send(signedPost());
        QCOMPARE(client.answer(), 200);
    }

    void pipelinedRequestsAreAnsweredInOrder()
    {
        House house;
        Client client(house);
        client.send(signedPost() + "GET /nowhere HTTP/1.1\r\nHost: relay\r\n\r\n" + signedPost()
            + "GET /healthz HTTP/1.1\r\nHost: relay\r\n\r\n");
        QCOMPARE(client.answer(), 200);
        QCOMPARE(client.answer(), 404);
        QCOMPARE(client.answer(), 200);
        QCOMPARE(client.answer(), 200);
        QCOMPARE(client.lastBody, QByteArray("{\"status\":\"ok\"}"));
    }

    void aClientThatLeavesBeforeTheAnswerHurtsNobody()
    {
        House house;
        house.sink.mode = Sink::Mode::Keep;
        for (int i = 0; i < 20; ++i) {
            Client client(house);
            client.send(signedPost());
            QTRY_COMPARE_WITH_TIMEOUT(house.sink.kept(), i + 1, patience);
            client.abort();
        }
        house.sink.answerKept();
        house.sink.mode = Sink::Mode::Store;
        Client client(house);
        client.send(signedPost());
        QCOMPARE(client.answer(), 200);
    }

    void badRequests_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("status");
        const QByteArray post("POST /api/webhooks/whatsapp HTTP/1.1\r\n");
        const QByteArray host("Host: relay\r\n");
        QTest::newRow("not HTTP") << QByteArray("\x16\x03\x01 hello\r\n\r\n") << 400;
        QTest::newRow("body announced too long") << post + host + "Content-Length: 4194305\r\n\r\n" << 413;
        QTest::newRow("header too long") << post + host + "X: " + QByteArray(40'000, 'x') + "\r\n\r\n" << 431;
        QTest::newRow("many headers") << post + host + QByteArray("X: y\r\n").repeated(8'000) + "\r\n" << 431;
        QTest::newRow("two lengths") << post + host + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nabc" << 400;
        QTest::newRow("the same length twice")
            << post + host + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc" << 400;
        QTest::newRow("length and chunked")
            << post + host + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            << 400;
        QTest::newRow("chunked and length")
            << post + host + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"
            << 400;
        QTest::newRow("another encoding") << post + host + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" << 400;
        QTest::newRow("half an encoding") << post + host + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" << 400;
        QTest::newRow("negative length") << post + host + "Content-Length: -1\r\n\r\n" << 400;
        QTest::newRow("space before the colon") << post + host + "Content-Length : 3\r\n\r\nabc" << 400;
        QTest::newRow("folded header") << post + host + "X: a\r\n b\r\nBad\x01: 1\r\n\r\n" << 400;
        QTest::newRow("no host") << post + "\r\n" << 400;
        QTest::newRow("two hosts") << post + host + host + "\r\n" << 400;
        QTest::newRow("another's URL") << QByteArray("GET http://relay/healthz HTTP/1.1\r\nHost: relay\r\n\r\n") << 400;
        QTest::newRow("bad chunk") << post + host + "Transfer-Encoding: chunked\r\n\r\nzz\r\n" << 400;
        QTest::newRow("HTTP/3.0") << QByteArray("GET / HTTP/3.0\r\nHost: relay\r\n\r\n") << 400;
    }

    void badRequests()
    {
        QFETCH(QByteArray, bytes);
        House house;
        Client client(house);
        client.send(bytes);
        QTEST(client.answer(), "status");
        QVERIFY2(client.closed(), "nothing after it can be trusted");
        QVERIFY2(client.unread().isEmpty(), "one answer only");
    }

    void aLongBodyIsRefusedWhileItComes()
    {
        House house;
        Client client(house);
        const QByteArray chunk = QByteArray::number(1024 * 1024, 16) + "\r\n" + QByteArray(1024 * 1024, ' ') + "\r\n";
        client.send("POST /api/webhooks/whatsapp HTTP/1.1\r\nHost: relay\r\nTransfer-Encoding: chunked\r\n\r\n"
            + chunk.repeated(6) + "0\r\n\r\n");
        QCOMPARE(client.answer(), 413);
    }

    void theLongestBodyIsTaken()
    {
        House house;
        Client client(house);
        QByteArray content = body();
        content.append(QByteArray(4 * 1024 * 1024 - content.size(), ' '));
        client.send(head(content) + "Content-Length: " + QByteArray::number(content.size()) + "\r\n\r\n" + content);
        QCOMPARE(client.answer(), 200);
    }

    void aChunkedDeliveryIsTaken()
    {
        House house;
        Client client(house);
        const QByteArray content = body();
        client.send(head(content) + "Transfer-Encoding: chunked\r\n\r\n" + QByteArray::number(content.size(), 16)
            + "\r\n" + content + "\r\n0\r\n\r\n");
        QCOMPARE(client.answer(), 200);
    }

    void whoAsksToContinueIsToldTo()
    {
        House house;
        Client client(house);
        const QByteArray content = body();
        client.send(head(content) + "Expect: 100-continue\r\nContent-Length: " + QByteArray::number(content.size())
            + "\r\n\r\n");
        QCOMPARE(client.answer(), 100);
        client.send(content);
        QCOMPARE(client.answer(), 200);
    }

    void whatIsHalfSentIsCutOff_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("half a head") << QByteArray("POST /api/webhooks/whatsapp HTTP/1.1\r\nHost: re");
        QTest::newRow("half a body") << signedPost().chopped(5);
        QTest::newRow("half a pipelined request")
            << "GET /healthz HTTP/1.1\r\nHost: relay\r\n\r\n" + signedPost().chopped(5);
    }

    void whatIsHalfSentIsCutOff()
    {
        QFETCH(QByteArray, bytes);
        Limits limits;
        limits.requestSeconds = 1;
        limits.idleSeconds = 60;
        House house(limits);
        Client client(house);
        client.send(bytes);
        QVERIFY(client.closed());
    }

    void drippingBytesBuysNoTime()
    {
        Limits limits;
        limits.requestSeconds = 1;
        House house(limits);
        QTcpSocket socket;
        socket.connectToHost(u"127.0.0.1"_s, house.edge.port());
        QVERIFY(socket.waitForConnected(patience));
        QDeadlineTimer deadline(patience);
        socket.write("GET /healthz HTTP/1.1\r\nHost: relay\r\nX: ");
        while (socket.state() == QAbstractSocket::ConnectedState && !deadline.hasExpired()) {
            socket.write("x");
            socket.waitForReadyRead(50);
        }
        QVERIFY(!deadline.hasExpired());
    }

    void anIdleConnectionIsClosed()
    {
        Limits limits;
        limits.idleSeconds = 1;
        House house(limits);
        Client silent(house);
        Client idle(house);
        idle.send("GET /healthz HTTP/1.1\r\nHost: relay\r\n\r\n");
        QCOMPARE(idle.answer(), 200);
        QVERIFY(silent.closed());
        QVERIFY(idle.closed());
    }

    void connectionsHaveALimit()
    {
        Limits limits;
        limits.connections = 2;
        House house(limits);
        Client one(house);
        one.send("GET /healthz HTTP/1.1\r\nHost: relay\r\n\r\n");
        QCOMPARE(one.answer(), 200);
        auto two = std::make_unique<Client>(house);
        two->send("GET /healthz HTTP/1.1\r\nHost: relay\r\n\r\n");
        QCOMPARE(two->answer(), 200);
        Client three(house);
        QVERIFY(three.closed());
        two->abort();
        bool fitted = false;
        const auto fits = [&] {
            Client next(house);
            next.send("GET /healthz HTTP/1.1\r\nHost: relay\r\n\r\n");
            return next.answer() == 200;
        };
        QTRY_VERIFY_WITH_TIMEOUT(fitted || (fitted = fits()), patience); // asked again after it was true
    }

    void closesWhenTheClientWishes()
    {
        House house;
        Client client(house);
        client.send("GET /healthz HTTP/1.1\r\nHost: relay\r\nConnection: close\r\n\r\n");
        QCOMPARE(client.answer(), 200);
        QVERIFY(client.closed());
        Client old(house);
        old.send("GET /healthz HTTP/1.0\r\n\r\n");
        QCOMPARE(old.answer(), 200);
        QVERIFY(old.closed());
    }

    void readyOnlyWithStoreAndDirectory()
    {
        House house;
        Client client(house);
        const QByteArray ask("GET /readyz HTTP/1.1\r\nHost: relay\r\n\r\n");
        client.send(ask);
        QCOMPARE(client.answer(), 503);
        QVERIFY(client.lastBody.contains("\"store\",\"directory\""));
        using Part = Health::Part;
        for (const Part part : {Part::Writer, Part::Interpreter, Part::Tailer, Part::Sessions})
            house.health.setConnected(part, true);
        house.health.setDirectoryLoaded();
        client.send(ask);
        QCOMPARE(client.answer(), 200);
        house.health.setBacklogSeconds(120);
        client.send(ask);
        QCOMPARE(client.answer(), 503);
        QVERIFY(client.lastBody.contains("[\"backlog\"]"));
    }

    void aStopAnswersWhatIsInFlight()
    {
        House house;
        house.sink.mode = Sink::Mode::Keep;
        Client busy(house);
        Client idle(house);
        busy.send(signedPost());
        QTRY_COMPARE_WITH_TIMEOUT(house.sink.kept(), 1, patience);
        QElapsedTimer timer;
        timer.start();
        std::jthread stopping([&] { house.edge.stop(); });
        QVERIFY(idle.closed());
        house.sink.answerKept();
        QCOMPARE(busy.answer(), 200);
        QVERIFY(busy.lastHead.toLower().contains("connection: close"));
        busy.abort();
        stopping.join();
        QVERIFY(timer.elapsed() < 10'000);
    }

    void aStopDoesNotWaitForever()
    {
        House house;
        house.sink.mode = Sink::Mode::Keep;
        Client client(house);
        client.send(signedPost());
        QTRY_COMPARE_WITH_TIMEOUT(house.sink.kept(), 1, patience);
        QElapsedTimer timer;
        timer.start();
        house.edge.stop();
        QVERIFY(timer.elapsed() < 10'000);
    }

    void aTakenPortIsAFailure()
    {
        QTcpServer other;
        QVERIFY(other.listen(QHostAddress::LocalHost));
        House house;
        RelaySettings taken = settings({});
        taken.listenPort = other.serverPort();
        Edge edge(taken, {house.handler, house.directory, house.health, house.clock, house.sink, house.authority});
        const Result<void> listening = edge.listen();
        QVERIFY(!listening);
        QCOMPARE(listening.error().code, u"relay:listen"_s);
    }
};

CONVERSURE_TEST(EdgeTest)
#include "EdgeTest.moc"
