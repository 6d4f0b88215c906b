// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Fixtures.h"
#include "Receiver.h"
#include "TestMain.h"

#include <QJsonArray>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QProcess>
#include <QSignalSpy>
#include <QTcpSocket>
#include <QTemporaryDir>

#include <csignal>

using namespace conversure::sandbox;
using namespace Qt::StringLiterals;

/// The real program on a real port.
class ServerTest : public QObject
{
    Q_OBJECT

private:
    struct Response {
        int status = 0; ///< 0: no answer came.
        QJsonObject body;
        QByteArray retryAfter;
    };

    QTemporaryDir m_folder;
    std::unique_ptr<Receiver> m_receiver;
    std::unique_ptr<QProcess> m_program;
    QNetworkAccessManager m_network;
    QString m_address;

    static QString program() { return QStringLiteral(CONVERSURE_BIN_DIR "/conversure-sandbox"); }
    QString recordPath() const { return m_folder.filePath(u"record.jsonl"_s); }

    /// Starts the program with the script scriptWith(\a rest) and waits until it is ready.
    bool start(const QByteArray &rest)
    {
        QFile script(m_folder.filePath(u"script.json"_s));
        if (!script.open(QIODevice::WriteOnly) || script.write(scriptWith(rest)) < 0)
            return false;
        script.close();
        m_program = std::make_unique<QProcess>();
        m_program->setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_program->start(program(),
            {u"serve"_s, u"--listen"_s, u"127.0.0.1:0"_s, u"--deliver-to"_s,
                u"http://127.0.0.1:%1/api/webhooks/whatsapp?x=1"_s.arg(m_receiver->port()), u"--record"_s, recordPath(),
                u"--script"_s, script.fileName()});
        if (!QTest::qWaitFor([this] { return m_program->canReadLine(); }, 10000))
            return false;
        const QJsonObject ready = QJsonDocument::fromJson(m_program->readLine()).object();
        m_address = ready["http"_L1].toString();
        return ready["event"_L1].toString() == "ready"_L1;
    }

    QNetworkRequest request(const QString &path) const
    {
        QNetworkRequest request(QUrl(m_address + path));
        request.setRawHeader("Authorization", "Bearer token-of-the-test");
        request.setRawHeader("Content-Type", "application/json");
        request.setTransferTimeout(20000);
        return request;
    }

    static Response finished(QNetworkReply *reply)
    {
        const std::unique_ptr<QNetworkReply> owned(reply);
        if (!QTest::qWaitFor([reply] { return reply->isFinished(); }, 20000))
            return {};
        return {reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(),
            QJsonDocument::fromJson(reply->readAll()).object(), reply->rawHeader("Retry-After")};
    }

    Response post(const QString &path, const QJsonObject &body)
    {
        return finished(m_network.post(request(path), QJsonDocument(body).toJson()));
    }

    QNetworkReply *startSend(const QString &text)
    {
        return m_network.post(request(u"/v23.0/100000000000042/messages"_s),
            QJsonDocument(
                {{u"messaging_product"_s, u"whatsapp"_s}, {u"to"_s, u"971500000001"_s}, {u"type"_s, u"text"_s},
                    {u"biz_opaque_callback_data"_s, u"attempt-1"_s}, {u"text"_s, QJsonObject{{u"body"_s, text}}}})
                .toJson());
    }
    Response send(const QString &text) { return finished(startSend(text)); }

    Response writeAs(const QString &lead, const QString &text)
    {
        return post(u"/_sandbox/inbound"_s, {{u"wa_id"_s, lead}, {u"name"_s, u"Omar"_s}, {u"text"_s, text}});
    }

    QList<QJsonObject> recorded(const QString &kind) const
    {
        QList<QJsonObject> lines;
        for (const QByteArray &line : fileContents(recordPath()).split('\n')) {
            const QJsonObject object = QJsonDocument::fromJson(line).object();
            if (object["kind"_L1].toString() == kind)
                lines << object;
        }
        return lines;
    }

    /// What a raw connection gets after sending \a bytes, until the server closes it.
    QByteArray rawAnswer(const QByteArray &bytes) const
    {
        QTcpSocket socket;
        socket.connectToHost(u"127.0.0.1"_s, static_cast<quint16>(QUrl(m_address).port()));
        socket.write(bytes);
        const bool closed =
            QTest::qWaitFor([&socket] { return socket.state() == QAbstractSocket::UnconnectedState; }, 30000);
        return closed ? socket.readAll() : "still open"_ba;
    }

private Q_SLOTS:
    void init()
    {
        QFile::remove(recordPath());
        m_receiver = std::make_unique<Receiver>();
        QVERIFY(m_receiver->listen());
    }

    void cleanup()
    {
        if (m_program && m_program->state() != QProcess::NotRunning) {
            m_program->kill();
            m_program->waitForFinished();
        }
        m_program.reset();
        m_receiver.reset();
    }

    void takesASendAndTellsItsStatuses()
    {
        QVERIFY(start(R"("status_delays_ms": {"sent": 10, "delivered": 20, "read": 30})"));
        const Response answer = send(u"Hello"_s);
        QCOMPARE(answer.status, 200);
        const QString id = answer.body["messages"_L1][0]["id"_L1].toString();
        QVERIFY(id.startsWith("wamid."_L1));
        QTRY_COMPARE(m_receiver->posts().size(), 3);
        QStringList statuses;
        for (const Receiver::Post &post : m_receiver->posts()) {
            const QJsonObject status = changeValue(post.body)["statuses"_L1][0].toObject();
            QCOMPARE(status["id"_L1].toString(), id);
            QCOMPARE(status["biz_opaque_callback_data"_L1].toString(), u"attempt-1"_s);
            statuses << status["status"_L1].toString();
        }
        QCOMPARE(statuses, QStringList({u"sent"_s, u"delivered"_s, u"read"_s}));
    }

    void signsWhatItPosts()
    {
        QVERIFY(start({}));
        const Response answer = writeAs(u"971500000001"_s, u"مرحبا a/b 👋"_s);
        QCOMPARE(answer.status, 200);
        QTRY_COMPARE(m_receiver->posts().size(), 1);
        const Receiver::Post post = m_receiver->posts().first();
        QVERIFY2(post.head.startsWith("post /api/webhooks/whatsapp?x=1 http/1.1"), post.head.constData());
        QVERIFY(post.head.contains("content-type: application/json\r\n"));
        QVERIFY(post.head.contains("x-hub-signature-256: " + signatureOf(testNumber(), post.body) + "\r\n"));
        const QJsonObject message = changeValue(post.body)["messages"_L1][0].toObject();
        QCOMPARE(message["id"_L1], answer.body["message_id"_L1]);
        QCOMPARE(message["text"_L1]["body"_L1].toString(), u"مرحبا a/b 👋"_s);
        QVERIFY(post.body.contains(R"(\u0645)"));
    }

    void recordsEverythingButTheToken()
    {
        QVERIFY(start(R"("statuses": ["sent"])"));
        const QString id = send(u"Hello"_s).body["messages"_L1][0]["id"_L1].toString();
        QNetworkRequest wrong = request(u"/v23.0/100000000000042/messages?access_token=token-of-the-test"_s);
        wrong.setRawHeader("Authorization", "Bearer another-secret");
        QCOMPARE(finished(m_network.post(wrong, "{}")).status, 400);
        QTRY_COMPARE(recorded(u"delivered"_s).size(), 1);

        const auto requests = recorded(u"request"_s);
        QCOMPARE(requests.size(), 2);
        QCOMPARE(requests[0]["status"_L1].toInt(), 200);
        QCOMPARE(requests[0]["message_id"_L1].toString(), id);
        QCOMPARE(requests[0]["path"_L1].toString(), u"/v23.0/100000000000042/messages"_s);
        QCOMPARE(requests[0]["body"_L1]["text"_L1]["body"_L1].toString(), u"Hello"_s);
        QCOMPARE(requests[0]["authorization"_L1].toString(), u"Bearer ok"_s);
        QCOMPARE(requests[1]["authorization"_L1].toString(), u"Bearer wrong"_s);
        QVERIFY(QDateTime::fromString(requests[0]["at"_L1].toString(), Qt::ISODateWithMs).isValid());
        QCOMPARE(recorded(u"delivered"_s)[0]["message_id"_L1].toString(), id);

        const QByteArray record = fileContents(recordPath());
        QVERIFY(!record.contains("token-of-the-test"));
        QVERIFY(!record.contains("another-secret"));
        QVERIFY(!record.contains("secret-of-the-test"));
    }

    void repeatsUntilTheReceiverIsBack()
    {
        const quint16 port = m_receiver->port();
        QVERIFY(start({}));
        m_receiver->close();
        QCOMPARE(writeAs(u"971500000001"_s, u"first"_s).status, 200);
        QCOMPARE(writeAs(u"971500000001"_s, u"second"_s).status, 200);
        QTRY_VERIFY(recorded(u"delivery"_s).size() >= 2);
        QCOMPARE(recorded(u"delivery"_s)[0]["status"_L1].toInt(), 0);
        QVERIFY(m_receiver->listen(port));
        QTRY_COMPARE_WITH_TIMEOUT(m_receiver->posts().size(), 2, 15000);
        QVERIFY(m_receiver->posts().at(0).body.contains("first"));
        QVERIFY(m_receiver->posts().at(1).body.contains("second"));
    }

    void oneRefusedLeadDoesNotHoldUpTheOthers()
    {
        bool open = false;
        m_receiver->answer = [&open](
                                 const QByteArray &body) { return body.contains("971500000001") && !open ? 503 : 200; };
        QVERIFY(start({}));
        QCOMPARE(writeAs(u"971500000001"_s, u"stuck"_s).status, 200);
        QTRY_VERIFY(m_receiver->postsWith("stuck").size() >= 1);
        QCOMPARE(writeAs(u"971500000001"_s, u"behind"_s).status, 200);
        QCOMPARE(writeAs(u"971500000002"_s, u"free"_s).status, 200);
        QTRY_COMPARE(m_receiver->postsWith("free").size(), 1);
        QTRY_VERIFY(m_receiver->postsWith("stuck").size() >= 3);
        QCOMPARE(m_receiver->postsWith("behind").size(), 0);
        open = true;
        QTRY_COMPARE_WITH_TIMEOUT(m_receiver->postsWith("behind").size(), 1, 15000);
        QCOMPARE(recorded(u"delivery"_s)[0]["status"_L1].toInt(), 503);
    }

    void leadsAnswer()
    {
        QVERIFY(start(R"("leads": [{"wa_id": "971500000001", "answers": ["Thank you"], "answer_after_ms": [5, 5]}],
            "status_delays_ms": {"sent": 5, "delivered": 5, "read": 5})"));
        QCOMPARE(send(u"Hello"_s).status, 200);
        QTRY_COMPARE(m_receiver->postsWith("Thank you").size(), 1);
        QCOMPARE(m_receiver->posts().size(), 4);
        QVERIFY(m_receiver->posts().last().body.contains("Thank you"));
    }

    void failsOnDemand()
    {
        QVERIFY(start(R"("faults": [{"fault": "429", "match_text": "fast", "retry_after": 7}])"));
        const Response limited = send(u"too fast"_s);
        QCOMPARE(limited.status, 429);
        QCOMPARE(limited.retryAfter, "7"_ba);
        QCOMPARE(limited.body["error"_L1]["code"_L1].toInt(), 130429);
        QCOMPARE(send(u"too fast"_s).status, 200);
        QCOMPARE(post(u"/_sandbox/fault"_s, {{u"fault"_s, u"500"_s}}).status, 200);
        QCOMPARE(send(u"calm"_s).status, 500);
        QCOMPARE(post(u"/_sandbox/fault"_s, {{u"fault"_s, u"fire"_s}}).status, 400);
    }

    void staysSilentAfterAcceptingWhenTold()
    {
        QVERIFY(start(R"("faults": [{"fault": "timeout_after_accept"}], "statuses": ["sent"])"));
        const std::unique_ptr<QNetworkReply> reply(startSend(u"Hello"_s));
        QTRY_COMPARE(m_receiver->postsWith("attempt-1").size(), 1); // the status comes, the answer does not
        QVERIFY(!reply->isFinished());
        QCOMPARE(recorded(u"request"_s)[0]["status"_L1].toInt(), 0);
        reply->abort();
        QCOMPARE(send(u"Hello"_s).status, 200);
    }

    void connectionsBreakWhenTold_data()
    {
        QTest::addColumn<QByteArray>("fault");
        QTest::addColumn<bool>("taken");
        QTest::newRow("half an answer") << "half_answer"_ba << true;
        QTest::newRow("closed after accepting") << "closed_after_accept"_ba << true;
        QTest::newRow("closed before accepting") << "closed_before_accept"_ba << false;
    }
    void connectionsBreakWhenTold()
    {
        QFETCH(QByteArray, fault);
        QFETCH(bool, taken);
        QVERIFY(start(R"("statuses": ["sent"], "faults": [{"fault": ")" + fault + R"("}])"));
        const QByteArray body = R"({"messaging_product":"whatsapp","to":"971500000001","type":"text",)"
                                R"("biz_opaque_callback_data":"attempt-1","text":{"body":"Hello"}})";
        const QByteArray head = "POST /v23.0/100000000000042/messages HTTP/1.1\r\nHost: x\r\nContent-Type: "
                                "application/json\r\nAuthorization: Bearer token-of-the-test\r\nContent-Length: ";
        const QByteArray got = rawAnswer(head + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        QCOMPARE(got.isEmpty(), fault != "half_answer");
        if (!got.isEmpty()) {
            QVERIFY2(got.startsWith("HTTP/1.1 200"), got.constData());
            QVERIFY(got.contains("\r\n\r\n{\"messaging_product\""));
            QVERIFY(!got.endsWith('}'));
        }
        QTRY_COMPARE(recorded(u"delivered"_s).size(), taken ? 1 : 0);
        QCOMPARE(recorded(u"request"_s).size(), 1);
        QCOMPARE(recorded(u"request"_s)[0]["message_id"_L1].toString().isEmpty(), !taken);
    }

    void somethingBeforeMetaMayAnswer()
    {
        QVERIFY(start(R"("statuses": ["sent"], "faults": [{"fault": "503", "retry_after": 4},
                                                         {"fault": "500_after_accept"}])"));
        const Response away = send(u"Hello"_s);
        QCOMPARE(away.status, 503);
        QCOMPARE(away.retryAfter, "4"_ba);
        QVERIFY(away.body.isEmpty()); // no JSON
        const Response broken = send(u"Hello"_s);
        QCOMPARE(broken.status, 500);
        QCOMPARE(broken.body["error"_L1]["code"_L1].toInt(), 131000);
        QTRY_COMPARE(m_receiver->postsWith("attempt-1").size(), 1); // of the second
    }

    void templatesAreListedJudgedAndChanged()
    {
        QVERIFY(start(R"("templates": [{"name": "offer", "language": "en", "category": "MARKETING",
            "components": [{"type": "BODY", "text": "Hello {{1}}"}]}])"));
        const auto list = [this]() -> QJsonValue {
            return finished(m_network.get(request(u"/v23.0/200000000000042/message_templates"_s))).body["data"_L1];
        };
        QCOMPARE(list().toArray().size(), 1);
        const QJsonObject components{{u"type"_s, u"body"_s},
            {u"parameters"_s, QJsonArray{QJsonObject{{u"type"_s, u"text"_s}, {u"text"_s, u"Omar"_s}}}}};
        const auto offer = [&] {
            return post(u"/v23.0/100000000000042/messages"_s,
                {{u"messaging_product"_s, u"whatsapp"_s}, {u"to"_s, u"971500000001"_s}, {u"type"_s, u"template"_s},
                    {u"template"_s,
                        QJsonObject{{u"name"_s, u"offer"_s}, {u"language"_s, QJsonObject{{u"code"_s, u"en"_s}}},
                            {u"components"_s, QJsonArray{components}}}}});
        };
        QCOMPARE(offer().status, 200);
        QCOMPARE(
            post(u"/_sandbox/preference"_s, {{u"wa_id"_s, u"971500000001"_s}, {u"value"_s, u"stop"_s}}).status, 200);
        QTRY_COMPARE(m_receiver->postsWith("marketing_messages").size(), 1);
        QCOMPARE(offer().body["error"_L1]["code"_L1].toInt(), 131050);
        QCOMPARE(post(u"/_sandbox/template"_s, {{u"name"_s, u"offer"_s}, {u"event"_s, u"PAUSED"_s}}).status, 200);
        QTRY_COMPARE(m_receiver->postsWith("message_template_status_update").size(), 1);
        QCOMPARE(offer().body["error"_L1]["code"_L1].toInt(), 132015);
        QCOMPARE(list()[0]["status"_L1].toString(), u"PAUSED"_s);
        QCOMPARE(post(u"/_sandbox/call"_s, {{u"wa_id"_s, u"971500000001"_s}}).status, 200);
        QTRY_COMPARE(m_receiver->postsWith("USER_INITIATED").size(), 1);
        const QJsonArray body{QJsonObject{{u"type"_s, u"BODY"_s}, {u"text"_s, u"x"_s}}};
        QCOMPARE(
            post(u"/_sandbox/template"_s, {{u"name"_s, u"more"_s}, {u"language"_s, u"en"_s}, {u"components"_s, body}})
                .status,
            200);
        QCOMPARE(list().toArray().size(), 2);
        QCOMPARE(post(u"/_sandbox/template"_s, {{u"name"_s, u"none"_s}, {u"event"_s, u"PAUSED"_s}}).status, 404);
        QCOMPARE(post(u"/_sandbox/template"_s, {{u"name"_s, u"A"_s}, {u"components"_s, body}}).status, 400);
        QCOMPARE(post(u"/_sandbox/preference"_s, {{u"value"_s, u"stop"_s}}).status, 400);
        QCOMPARE(post(u"/_sandbox/call"_s, {{u"wa_id"_s, u"1"_s}, {u"number"_s, u"9"_s}}).status, 404);
    }

    void statusMayOvertakeTheAnswer()
    {
        QVERIFY(start(R"("status_before_answer": true)"));
        const std::unique_ptr<QNetworkReply> reply(startSend(u"Hello"_s));
        bool answeredFirst = false;
        m_receiver->answer = [&](const QByteArray &) {
            answeredFirst = answeredFirst || reply->isFinished();
            return 200;
        };
        QTRY_VERIFY(reply->isFinished());
        QVERIFY(!answeredFirst);
        QVERIFY(m_receiver->postsWith(R"("status":"sent")").size() == 1);
        QCOMPARE(reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), 200);
    }

    void aTestMaySendAStatusAndSeeTheState()
    {
        QVERIFY(start(R"("statuses": [])"));
        const QJsonValue id = send(u"Hello"_s).body["messages"_L1][0]["id"_L1];
        QCOMPARE(post(u"/_sandbox/status"_s, {{u"message_id"_s, id}, {u"status"_s, u"delivered"_s}}).status, 200);
        QTRY_COMPARE(m_receiver->postsWith(R"("status":"delivered")").size(), 1);
        const auto undelivered = [this] {
            return finished(m_network.get(request(u"/_sandbox/state"_s))).body["undelivered"_L1].toInt(-1);
        };
        QTRY_COMPARE(undelivered(), 0);
        QCOMPARE(post(u"/_sandbox/status"_s, {{u"message_id"_s, u"wamid.no"_s}, {u"status"_s, u"read"_s}}).status, 404);
        QCOMPARE(post(u"/_sandbox/inbound"_s, {{u"text"_s, u"from nobody"_s}}).status, 400);
        QCOMPARE(post(u"/_sandbox/nothing"_s, {}).status, 404);
    }

    void refusesWhatIsTooLargeOrNotHttp()
    {
        QVERIFY(start({}));
        const QByteArray head = "POST /_sandbox/inbound HTTP/1.1\r\nHost: x\r\n";
        QVERIFY(
            rawAnswer(head + "Content-Length: 4194305\r\n\r\n" + QByteArray(4194305, ' ')).startsWith("HTTP/1.1 413"));
        QVERIFY(rawAnswer(head + "X: " + QByteArray(20000, 'x') + "\r\n\r\n").startsWith("HTTP/1.1 431"));
        QVERIFY(rawAnswer("nonsense\r\n\r\n").startsWith("HTTP/1.1 400"));
        QCOMPARE(writeAs(u"971500000001"_s, u"still alive"_s).status, 200);
    }

    void dropsAHalfSentRequest()
    {
        QVERIFY(start({}));
        QCOMPARE(rawAnswer("POST /_sandbox/inbound HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{"), QByteArray());
        QCOMPARE(recorded(u"request"_s).size(), 0);
    }

    void endsOnSigterm_data()
    {
        QTest::addColumn<int>("signal");
        QTest::newRow("SIGTERM") << SIGTERM;
        QTest::newRow("SIGINT") << SIGINT;
    }

    void endsOnSigterm()
    {
        QFETCH(int, signal);
        QVERIFY(start(R"("faults": [{"fault": "timeout_before_accept"}])"));
        m_receiver->close(); // something to repeat and somebody who waits must not hold it up
        QCOMPARE(writeAs(u"971500000001"_s, u"undeliverable"_s).status, 200);
        const std::unique_ptr<QNetworkReply> waiting(startSend(u"Hello"_s));
        QTRY_COMPARE(recorded(u"request"_s).size(), 2);
        QCOMPARE(::kill(static_cast<pid_t>(m_program->processId()), signal), 0);
        QVERIFY(m_program->waitForFinished(10'000));
        QCOMPARE(m_program->exitStatus(), QProcess::NormalExit);
        QCOMPARE(m_program->exitCode(), 0);
    }

    void usageErrorsEndWithTwo_data()
    {
        const QString record = recordPath();
        const QStringList deliver{u"--deliver-to"_s, u"http://127.0.0.1:1/"_s, u"--record"_s, record};
        const QStringList listen{u"serve"_s, u"--listen"_s, u"127.0.0.1:0"_s};
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("nothing") << QStringList();
        QTest::newRow("verb") << QStringList{u"server"_s};
        QTest::newRow("no record") << listen + deliver.mid(0, 2);
        QTest::newRow("unknown option") << listen + deliver + QStringList{u"--phone-number-id"_s, u"1"_s};
        QTest::newRow("no port") << QStringList{u"serve"_s, u"--listen"_s, u"127.0.0.1"_s} + deliver;
        QTest::newRow("not loopback") << QStringList{u"serve"_s, u"--listen"_s, u"0.0.0.0:0"_s} + deliver;
        QTest::newRow("https") << listen + QStringList{u"--deliver-to"_s, u"https://x/"_s, u"--record"_s, record};
        QTest::newRow("no script") << listen + deliver + QStringList{u"--script"_s, m_folder.filePath(u"none.json"_s)};
    }

    void usageErrorsEndWithTwo()
    {
        QFETCH(QStringList, arguments);
        QProcess process;
        process.start(program(), arguments);
        QVERIFY(process.waitForFinished(10000));
        QCOMPARE(process.exitCode(), 2);
        QVERIFY(process.readAllStandardError().startsWith("conversure-sandbox: "));
        QVERIFY(process.readAllStandardOutput().isEmpty());
    }
};

CONVERSURE_TEST(ServerTest)
#include "ServerTest.moc"
