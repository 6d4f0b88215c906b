// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "net/HttpClient.h"
#include "net/OneTimeBody.h"
#include "net/Redaction.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QNetworkReply>
#include <QSslSocket>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTimer>

using namespace conversure;
using net::HttpClient;

namespace {

/// Time enough for a request to leave on a busy machine: one that has not even left is another outcome.
constexpr int enoughToSendMs = 1'500;

/// A server that counts complete requests and treats each as the test says.
class Peer : public QTcpServer
{
public:
    using Treat = std::function<void(QTcpSocket *)>;

    explicit Peer(Treat treat)
        : m_treat(std::move(treat))
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *socket = nextPendingConnection())
                serve(socket);
        });
    }

    QUrl url(const QString &path = QStringLiteral("/v1")) const
    {
        return QUrl(QStringLiteral("http://127.0.0.1:%1%2").arg(serverPort()).arg(path));
    }

    void setTreat(Treat treat) { m_treat = std::move(treat); }

    int connections = 0;
    QList<QByteArray> requests;

private:
    void serve(QTcpSocket *socket)
    {
        ++connections;
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        connect(socket, &QTcpSocket::readyRead, socket, [this, socket, read = QByteArray()]() mutable {
            read += socket->readAll();
            if (!isComplete(read))
                return;
            requests.append(std::exchange(read, {}));
            m_treat(socket);
        });
    }

    static bool isComplete(const QByteArray &read)
    {
        const qsizetype head = read.indexOf("\r\n\r\n");
        if (head < 0)
            return false;
        const qsizetype at = read.toLower().indexOf("content-length:");
        const qsizetype length =
            at < 0 || at > head ? 0 : read.mid(at + 15, read.indexOf('\r', at) - at - 15).trimmed().toInt();
        return read.size() >= head + 4 + length;
    }

    Treat m_treat;
};

QByteArray answer(const QByteArray &status, const QByteArray &body, const QByteArray &headers = {})
{
    return "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n"
        + body;
}

wire::HttpRequest post(const QUrl &url)
{
    return {"POST", url, {{"Authorization", "Bearer secret-token"}, {"Content-Type", "application/json"}},
        R"({"text":"Hi"})"};
}

/// Sends, waits for the answer and sees that there is only one.
Result<wire::HttpResponse> exchange(HttpClient &client, const wire::HttpRequest &request)
{
    QList<Result<wire::HttpResponse>> answers;
    bool inside = true;
    QObject receiver;
    client.send(request, &receiver, [&](Result<wire::HttpResponse> result) {
        if (inside)
            result = failure(
                ErrorKind::Internal, QStringLiteral("test:reentrant"), QStringLiteral("answered from inside send"));
        answers.append(std::move(result));
    });
    inside = false;
    if (!QTest::qWaitFor([&] { return !answers.isEmpty(); }, 10'000))
        return failure(ErrorKind::Internal, QStringLiteral("test:silence"), QStringLiteral("no answer"));
    QCoreApplication::sendPostedEvents();
    if (answers.size() != 1)
        return failure(ErrorKind::Internal, QStringLiteral("test:many"), QStringLiteral("more than one answer"));
    return answers.first();
}

QString outcomeOf(const Result<wire::HttpResponse> &result)
{
    return result ? QString::number(result->status)
                  : QStringLiteral("%1 %2").arg(static_cast<int>(result.error().kind)).arg(result.error().code);
}

QString outcome(ErrorKind kind, const char *code)
{
    return QStringLiteral("%1 %2").arg(static_cast<int>(kind)).arg(QString::fromLatin1(code));
}

} // namespace

/// The one HTTP client against servers that behave badly. What matters most: whether a request may have been carried
/// out.
class HttpClientTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anAnswerArrivesWhole()
    {
        Peer peer([](QTcpSocket *socket) { socket->write(answer("200 OK", R"({"ok":true})", "X-Trace: abc\r\n")); });
        HttpClient client;
        const auto result = exchange(client, post(peer.url()));
        QCOMPARE(outcomeOf(result), QStringLiteral("200"));
        QCOMPARE(result->body, QByteArray(R"({"ok":true})"));
        QCOMPARE(wire::headerValue(result->headers, "x-trace"), QByteArray("abc"));
        QCOMPARE(peer.requests.size(), 1);
        QVERIFY(peer.requests.first().startsWith("POST /v1 HTTP/1.1\r\n"));
        QVERIFY(peer.requests.first().contains("Authorization: Bearer secret-token\r\n"));
        QVERIFY(peer.requests.first().endsWith(R"({"text":"Hi"})"));
    }

    void anyStatusIsAnAnswer_data()
    {
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<QByteArray>("headers");
        for (const char *status : {"400 Bad Request", "403 Forbidden", "404 Not Found", "429 Too Many", "500 Broken",
                 "503 Busy", "418 Teapot"})
            QTest::newRow(status) << QByteArray(status) << QByteArray();
        QTest::newRow("401 of Meta") << QByteArray("401 Unauthorized")
                                     << QByteArray("WWW-Authenticate: OAuth \"Facebook Platform\"\r\n");
        QTest::newRow("401 basic") << QByteArray("401 Unauthorized")
                                   << QByteArray("WWW-Authenticate: Basic realm=\"x\"\r\n");
    }

    void anyStatusIsAnAnswer()
    {
        QFETCH(QByteArray, status);
        QFETCH(QByteArray, headers);
        Peer peer([&](QTcpSocket *socket) { socket->write(answer(status, R"({"error":{"code":1}})", headers)); });
        HttpClient client;
        const auto result = exchange(client, post(peer.url()));
        QCOMPARE(outcomeOf(result), QString::fromLatin1(status.left(3)));
        QCOMPARE(result->body, QByteArray(R"({"error":{"code":1}})"));
        QCOMPARE(peer.requests.size(), 1);
    }

    /// A body of megabytes does not fit into what lies between the two sides: its rest has not left.
    void halfARequestIsNone_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<int>("timeoutMs");
        QTest::newRow("busy") << answer("503 Busy", "no", "Connection: close\r\n") << 20'000;
        QTest::newRow("closed") << QByteArray() << 20'000;
        QTest::newRow("silence") << QByteArray("silence") << 500;
    }

    void halfARequestIsNone()
    {
        QFETCH(QByteArray, answer);
        QFETCH(int, timeoutMs);
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        connect(&server, &QTcpServer::newConnection, this, [&] {
            QTcpSocket *socket = server.nextPendingConnection();
            socket->setReadBufferSize(16); // the rest waits with the sender
            if (answer == "silence")
                return;
            connect(socket, &QTcpSocket::readyRead, socket, [&answer, socket] {
                socket->write(answer);
                socket->disconnectFromHost();
            });
        });
        wire::HttpRequest request = post(QUrl(QStringLiteral("http://127.0.0.1:%1/").arg(server.serverPort())));
        request.body = QByteArray(qsizetype(32) * 1024 * 1024, 'x');
        HttpClient client({.timeoutMs = timeoutMs});
        QCOMPARE(outcomeOf(exchange(client, request)), outcome(ErrorKind::Unavailable, "net:unsent"));
    }

    void aConnectionThatIsNotMadeCarriesNothing()
    {
        QTcpServer server; // nobody accepts, and the queue of those who wait is full
        server.setListenBacklogSize(1);
        QVERIFY(server.listen(QHostAddress::LocalHost));
        server.pauseAccepting();
        std::vector<std::unique_ptr<QTcpSocket>> queue;
        for (int i = 0; i < 8; ++i) {
            queue.push_back(std::make_unique<QTcpSocket>());
            queue.back()->connectToHost(server.serverAddress(), server.serverPort());
        }
        QTRY_VERIFY(queue.front()->state() == QAbstractSocket::ConnectedState);
        HttpClient client({.timeoutMs = 500});
        const QUrl url(QStringLiteral("http://127.0.0.1:%1/").arg(server.serverPort()));
        QCOMPARE(outcomeOf(exchange(client, post(url))), outcome(ErrorKind::Unavailable, "net:unsent"));
    }

    void aRedirectIsNotFollowed_data()
    {
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<QString>("expected");
        QTest::newRow("301") << QByteArray("301 Moved") << QStringLiteral("301");
        QTest::newRow("302") << QByteArray("302 Found") << QStringLiteral("302");
        QTest::newRow("303") << QByteArray("303 Other") << QStringLiteral("303");
        // Qt wants to rewind the body for these even if it is not to follow them.
        QTest::newRow("307") << QByteArray("307 Elsewhere") << outcome(ErrorKind::Ambiguous, "net:lost");
        QTest::newRow("308") << QByteArray("308 Elsewhere") << outcome(ErrorKind::Ambiguous, "net:lost");
    }

    void aRedirectIsNotFollowed()
    {
        QFETCH(QByteArray, status);
        QFETCH(QString, expected);
        Peer other([](QTcpSocket *socket) { socket->write(answer("200 OK", "{}")); });
        Peer peer([&](QTcpSocket *socket) {
            socket->write(answer(status, {}, "Location: " + other.url().toEncoded() + "\r\n"));
        });
        HttpClient client;
        QCOMPARE(outcomeOf(exchange(client, post(peer.url()))), expected);
        QCOMPARE(peer.requests.size(), 1);
        QCOMPARE(other.connections, 0);
    }

    void nothingLeftWhenNobodyListens()
    {
        QTcpServer gone;
        QVERIFY(gone.listen(QHostAddress::LocalHost));
        const QUrl url(QStringLiteral("http://127.0.0.1:%1/").arg(gone.serverPort()));
        gone.close();
        HttpClient client;
        QCOMPARE(outcomeOf(exchange(client, post(url))), outcome(ErrorKind::Unavailable, "net:refused"));
        QCOMPARE(outcomeOf(exchange(client, post(QUrl(QStringLiteral("http://no-such-host.invalid/"))))),
            outcome(ErrorKind::Unavailable, "net:host"));
    }

    void nothingLeftWhenTlsFails_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<bool>("reset");
        QTest::addColumn<QString>("code");
        QTest::newRow("what is not TLS") << QByteArray("HTTP/1.1 400 Bad Request\r\n\r\n") << false
                                         << QStringLiteral("net:tls");
        QTest::newRow("closed in the greeting") << QByteArray() << false << QStringLiteral("net:unsent");
        QTest::newRow("reset in the greeting") << QByteArray() << true << QStringLiteral("net:unsent");
    }

    void nothingLeftWhenTlsFails()
    {
        QFETCH(QByteArray, answer);
        QFETCH(bool, reset);
        QFETCH(QString, code);
        if (!QSslSocket::supportsSsl())
            QSKIP("Qt has no TLS here");
        int bytes = 0;
        QTcpServer plain;
        QVERIFY(plain.listen(QHostAddress::LocalHost));
        connect(&plain, &QTcpServer::newConnection, this, [&] {
            QTcpSocket *socket = plain.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [&, socket] {
                bytes += static_cast<int>(socket->readAll().size());
                socket->write(answer);
                if (reset)
                    socket->abort();
                else
                    socket->disconnectFromHost();
            });
        });
        HttpClient client;
        const auto result =
            exchange(client, post(QUrl(QStringLiteral("https://127.0.0.1:%1/").arg(plain.serverPort()))));
        QCOMPARE(outcomeOf(result), outcome(ErrorKind::Unavailable, code.toLatin1().constData()));
        QVERIFY(bytes > 0);
    }

    void aPostIsNeverRepeatedWhenTheConnectionCloses()
    {
        Peer peer([](QTcpSocket *socket) { socket->disconnectFromHost(); });
        HttpClient client;
        QCOMPARE(outcomeOf(exchange(client, post(peer.url()))), outcome(ErrorKind::Ambiguous, "net:lost"));
        QCOMPARE(peer.requests.size(), 1);
    }

    void aPostIsNeverRepeatedOnAKeptConnection()
    {
        Peer peer({});
        peer.setTreat([&peer](QTcpSocket *socket) {
            if (peer.requests.size() == 1)
                socket->write(answer("200 OK", "{}"));
            else
                socket->abort();
        });
        HttpClient client;
        QCOMPARE(outcomeOf(exchange(client, post(peer.url()))), QStringLiteral("200"));
        QCOMPARE(outcomeOf(exchange(client, post(peer.url()))), outcome(ErrorKind::Ambiguous, "net:lost"));
        QCOMPARE(peer.requests.size(), 2);
    }

    void aPostWithoutBodyIsNotRepeatedEither()
    {
        Peer peer([](QTcpSocket *socket) { socket->disconnectFromHost(); });
        HttpClient client;
        QCOMPARE(outcomeOf(exchange(client, {"POST", peer.url(), {{"Content-Type", "text/plain"}}, {}})),
            outcome(ErrorKind::Ambiguous, "net:lost"));
        QCOMPARE(peer.requests.size(), 1);
    }

    /// Whether an unspecific failure means "nothing left" hangs on Qt telling when a request begins to leave.
    void qtTellsWhenARequestLeaves()
    {
        Peer peer([](QTcpSocket *socket) { socket->disconnectFromHost(); });
        QNetworkAccessManager manager;
        net::OneTimeBody body("{}", &manager);
        QNetworkRequest request(peer.url());
        request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
        const std::unique_ptr<QNetworkReply> reply(manager.sendCustomRequest(request, "POST", &body));
        QStringList order;
        connect(reply.get(), &QNetworkReply::requestSent, this, [&] { order << QStringLiteral("left"); });
        connect(reply.get(), &QNetworkReply::finished, this, [&] { order << QStringLiteral("finished"); });
        QTRY_VERIFY(order.contains(QStringLiteral("finished")));
        QCOMPARE(order.first(), QStringLiteral("left"));
    }

    void halfAnAnswerIsNone_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("half a head") << QByteArray("HTTP/1.1 200 OK\r\nContent-");
        QTest::newRow("half a body") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"messages\":");
        QTest::newRow("half a chunk") << QByteArray(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{\"messages\":");
        QTest::newRow("not HTTP") << QByteArray("220 smtp.example.com ready\r\n\r\n");
    }

    void halfAnAnswerIsNone()
    {
        QFETCH(QByteArray, bytes);
        Peer peer([&](QTcpSocket *socket) {
            socket->write(bytes);
            socket->disconnectFromHost();
        });
        HttpClient client;
        QCOMPARE(outcomeOf(exchange(client, post(peer.url()))), outcome(ErrorKind::Ambiguous, "net:lost"));
        QCOMPARE(peer.requests.size(), 1);
    }

    void silenceEndsInTime()
    {
        Peer peer([](QTcpSocket *) {});
        HttpClient client({.timeoutMs = enoughToSendMs});
        QCOMPARE(outcomeOf(exchange(client, post(peer.url()))), outcome(ErrorKind::Ambiguous, "net:timeout"));
        QCOMPARE(peer.requests.size(), 1);
    }

    /// One number's provider is slow; the others' messages go out at once.
    void aSlowLaneHoldsNoOther()
    {
        int held = 0;
        Peer peer([&](QTcpSocket *socket) {
            if (peer.requests.last().contains("/slow"))
                ++held;
            else
                socket->write(answer("200 OK", "{}"));
        });
        HttpClient client;
        QObject receiver;
        for (int i = 0; i < 20; ++i) {
            wire::HttpRequest slow = post(peer.url(QStringLiteral("/slow")));
            slow.lane = "one";
            client.send(slow, &receiver, [](auto) {});
        }
        QTRY_COMPARE(held, HttpClient::connectionsOfALane);
        wire::HttpRequest other = post(peer.url(QStringLiteral("/other")));
        other.lane = "two";
        QVERIFY(exchange(client, other));
        QCOMPARE(held, HttpClient::connectionsOfALane);
    }

    void dripsDoNotPutTheEndOff()
    {
        Peer peer([](QTcpSocket *socket) {
            socket->write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
            auto *drip = new QTimer(socket);
            connect(drip, &QTimer::timeout, socket, [socket] { socket->write("x"); });
            drip->start(10);
        });
        HttpClient client({.timeoutMs = enoughToSendMs});
        QElapsedTimer time;
        time.start();
        QCOMPARE(outcomeOf(exchange(client, post(peer.url()))), outcome(ErrorKind::Ambiguous, "net:timeout"));
        QVERIFY(time.elapsed() < 10'000); // a hundred thousand drips take a thousand seconds
    }

    void tooLongAnAnswerIsCut()
    {
        Peer peer([](QTcpSocket *socket) { socket->write(answer("200 OK", QByteArray(200'000, 'x'))); });
        HttpClient client({.maxAnswerBytes = 100'000});
        QCOMPARE(outcomeOf(exchange(client, post(peer.url()))), outcome(ErrorKind::Ambiguous, "net:too-large"));
    }

    void otherSchemesAreNotTouched_data()
    {
        QTest::addColumn<QString>("url");
        QTest::newRow("file") << QStringLiteral("file:///etc/hostname");
        QTest::newRow("data") << QStringLiteral("data:text/plain,hello");
        QTest::newRow("none") << QStringLiteral("/v1");
        QTest::newRow("no host") << QStringLiteral("https:///v1");
    }

    void otherSchemesAreNotTouched()
    {
        QFETCH(QString, url);
        HttpClient client;
        QCOMPARE(outcomeOf(exchange(client, post(QUrl(url)))), outcome(ErrorKind::Invalid, "net:url"));
    }

    void goneReceiversAndClientsHearNothing()
    {
        int held = 0;
        Peer peer([&](QTcpSocket *) { ++held; });
        int answers = 0;
        {
            HttpClient client({.timeoutMs = enoughToSendMs});
            {
                QObject receiver;
                client.send(post(peer.url()), &receiver, [&](auto) { ++answers; });
                QTRY_COMPARE(held, 1);
            }
            QObject second;
            client.send(post(peer.url()), &second, [&](auto) { answers += 10; });
            QTRY_COMPARE(answers, 10); // its time-out comes after that of the first
        }
        QObject receiver;
        {
            HttpClient client;
            client.send(post(peer.url()), &receiver, [&](auto) { ++answers; });
            QTRY_COMPARE(held, 3);
        }
        QCoreApplication::sendPostedEvents();
        QCOMPARE(answers, 10);
    }

    void recordingsHoldNoSecrets()
    {
        QTemporaryDir folder;
        Peer peer([](QTcpSocket *socket) {
            socket->write(answer("200 OK", R"({"access_token":"t0p","id":"7"})", "Set-Cookie: s3ss\r\n"));
        });
        HttpClient client({.recordFolder = folder.path()});
        QCOMPARE(outcomeOf(exchange(client, post(peer.url(QStringLiteral("/v1?access_token=qu3ry&page=2"))))),
            QStringLiteral("200"));
        const QStringList files = QDir(folder.path()).entryList(QDir::Files);
        QCOMPARE(files.size(), 1);
        QFile file(folder.filePath(files.first()));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray recorded = file.readAll();
        for (const char *secret : {"secret-token", "t0p", "s3ss", "qu3ry"})
            QVERIFY2(!recorded.contains(secret), secret);
        for (const char *open : {"page=2", "application/json", "200", "POST"})
            QVERIFY2(recorded.contains(open), open);
        QCOMPARE(file.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    }

    void addressesAreShownWithoutTokens()
    {
        QCOMPARE(net::redacted(QUrl(QStringLiteral("https://u:p@h.example/rest/1/a1b2c3d4e5f6g7h8/x?apikey=k&n=1#f"))),
            QStringLiteral("https://h.example/rest/1/REDACTED/x?apikey=REDACTED&n=1"));
        QCOMPARE(net::redacted(QUrl(QStringLiteral("https://graph.facebook.com/v23.0/106540352242922/messages"))),
            QStringLiteral("https://graph.facebook.com/v23.0/106540352242922/messages"));
        QCOMPARE(net::redactedBody("token=abc&To=1"), QByteArray("token=REDACTED&To=1"));
        QCOMPARE(net::redactedBody(QByteArray("\x00\x01\xff", 3)), QByteArray("3 bytes"));
    }
};

CONVERSURE_TEST(HttpClientTest)
#include "HttpClientTest.moc"
