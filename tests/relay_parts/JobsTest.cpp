// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "JobsChild.h"
#include "JobsHouse.h"
#include "TestMain.h"

#include <QJsonArray>
#include <QProcess>

#include <atomic>

using namespace conversure;
using namespace conversure::relay;
using namespace conversure::relay::jobs_test;
using conversure::test::Database;

/// What clients leave to relays is sent once, whichever relay takes it up and whenever one dies. A real store, real
/// HTTP to a provider on loopback.
class JobsTest : public QObject
{
    Q_OBJECT

private:
    static constexpr int patience = 60'000; ///< For what must come, on however busy a machine.

    static QByteArray templates(const QStringList &names, const QByteArray &after = {})
    {
        QJsonArray rows;
        for (const QString &name : names) {
            rows << QJsonObject{{u"id"_s, name}, {u"name"_s, name}, {u"language"_s, u"en"_s},
                {u"status"_s, u"APPROVED"_s}, {u"category"_s, u"UTILITY"_s},
                {u"components"_s, QJsonArray{QJsonObject{{u"type"_s, u"BODY"_s}, {u"text"_s, u"Hi"_s}}}}};
        }
        QJsonObject answer{{u"data"_s, rows}};
        if (!after.isEmpty())
            answer.insert(u"paging"_s,
                QJsonObject{{u"cursors"_s, QJsonObject{{u"after"_s, QString::fromLatin1(after)}}},
                    {u"next"_s, u"https://elsewhere.example/"_s}});
        return Peer::reply("200 OK", QJsonDocument(answer).toJson(QJsonDocument::Compact));
    }

    static QString templateStates(JobsHouse &house)
    {
        return house.text("select coalesce(string_agg(name || ' ' || status, ', ' order by name), '') "
                          "from conversure.templates where company_id = $1::uuid",
            house.company.id.value);
    }

    static void endChild(JobsHouse &house, const QString &step)
    {
        QProcess process;
        process.setProcessChannelMode(QProcess::ForwardedChannels);
        process.start(QCoreApplication::applicationFilePath(),
            {u"--jobs-until"_s, step, house.relays.settings.database, house.company.id.text(),
                house.company.number.text(), house.company.providerNumberId, QString::number(house.peer.serverPort())});
        QVERIFY(QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, 30'000));
        QCOMPARE(process.exitCode(), diedAtStep);
    }

private Q_SLOTS:
    void aRelaySendsWhatAClientLeft()
    {
        const Database database;
        JobsHouse house(database);
        const auto send = house.leave(u"Hello"_s);
        QCOMPARE(house.status(send), u"sending"_s);
        const auto jobs = house.relays.start();
        QTRY_COMPARE(house.status(send), u"sent"_s);
        QTRY_COMPARE(house.job(send), u"done"_s);
        QCOMPARE(house.peer.posts.size(), 1);
        QCOMPARE(house.peer.posts[0].text(), u"Hello"_s);
        QCOMPARE(house.peer.posts[0].body[u"to"_s].toString(), u"971501112233"_s); // which the client was not told
        QCOMPARE(house.peer.posts[0].attempt(), send.attempt.text());
        QCOMPARE(house.charged(), 1);
    }

    void aWakeUpIsEnough()
    {
        const Database database;
        JobsHouse house(database);
        house.relays.settings.limits.jobPollMs = 600'000;
        const auto jobs = house.relays.start();
        QTRY_VERIFY(house.templatesJob() != u"waiting"_s); // it has looked
        const auto send = house.leave(u"Hello"_s);
        QTRY_COMPARE((jobs->wake(), house.status(send)), u"sent"_s);
    }

    void whatIsRejectedFailsForAll()
    {
        const Database database;
        JobsHouse house(database);
        house.peer.treat = [](const Peer::Request &) { return Peer::rejection("400 No", 131026); };
        const auto send = house.leave(u"Hello"_s);
        const auto jobs = house.relays.start();
        QTRY_COMPARE(house.status(send), u"failed"_s);
        QTRY_COMPARE(house.job(send), u"done"_s);
        QCOMPARE(house.errorCode(send), u"meta:131026"_s);
        QCOMPARE(house.charged(), 0);
        QCOMPARE(house.peer.posts.size(), 1);
    }

    void whatARuleForbidsByNowIsNotPosted()
    {
        const Database database;
        JobsHouse house(database);
        const auto send = house.leave(u"Hello"_s);
        MUST(house.admin.run("update conversure.whatsapp_numbers set active = false where number_id = $1::uuid",
            {store::param(house.company.number.value)}));
        const auto jobs = house.relays.start();
        QTRY_COMPARE(house.status(send), u"failed"_s);
        QTRY_COMPARE(house.job(send), u"done"_s);
        QCOMPARE(house.errorCode(send), u"CV014"_s);
        QCOMPARE(house.charged(), 0);
        QVERIFY(house.peer.posts.isEmpty());
    }

    void oneOfAConversationAndAFewOfANumber()
    {
        const Database database;
        JobsHouse house(database);
        house.relays.settings.limits.sendsOfANumber = 2;
        QStringList wanted;
        QList<sending::JournalSend> sends;
        for (int i = 1; i <= 4; ++i) {
            wanted << u"a%1"_s.arg(i);
            sends << house.leave(wanted.last());
        }
        for (int i = 0; i < 4; ++i)
            sends << house.leave(u"b"_s, house.addLead(u"+97150000000%1"_s.arg(i)));
        house.peer.holds = true;
        const auto jobs = house.relays.start();
        QStringList order;
        for (qsizetype i = 0; i < sends.size(); ++i) {
            QTRY_COMPARE(house.peer.held(), std::min<qsizetype>(2, sends.size() - i));
            house.peer.answerNext();
        }
        for (const auto &send : std::as_const(sends))
            QTRY_COMPARE(house.status(send), u"sent"_s);
        QStringList texts = house.peer.texts();
        QCOMPARE(texts.removeAll(u"b"_s), 4);
        QCOMPARE(texts, wanted);
    }

    void aLimitOfOneNumberHoldsNoOther()
    {
        const Database database;
        JobsHouse house(database);
        const NumberId first = house.company.number;
        const NumberId second = house.company.addNumber(u"pn-second"_s, 1000);
        house.relays.setNumbers(
            {numberAt(house.peer.serverPort(), house.company.id, first, house.company.providerNumberId),
                numberAt(house.peer.serverPort(), house.company.id, second, u"pn-second"_s)});
        house.peer.treat = [](const Peer::Request &request) {
            return request.path.contains("pn-second") ? QByteArray()
                                                      : Peer::rejection("429 Slow", 130429, "Retry-After: 600\r\n");
        };
        const auto walled = house.leave(u"one"_s);
        const auto behind = house.leave(u"two"_s);
        house.company.number = second;
        const auto free = house.leave(u"free"_s, house.addLead(u"+971500000003"_s));
        const auto jobs = house.relays.start();
        QTRY_COMPARE(house.status(free), u"sent"_s);
        // Both go back to the store until the number may go on, in their order, and are not posted into the same wall.
        for (const auto &send : {walled, behind}) {
            QTRY_COMPARE(house.job(send), u"waiting"_s);
            QCOMPARE(house.status(send), u"sending"_s);
            QCOMPARE(house.text("select (not_before > now() + interval '9 minutes')::text from conversure.jobs "
                                "where key = ($1::uuid)::text",
                         send.attempt.value),
                u"true"_s);
        }
        QCOMPARE(house.peer.texts().count(u"one"_s), 1);
        QCOMPARE(house.peer.texts().count(u"two"_s), 0);
        QCOMPARE(house.charged(), 3);
    }

    /// A client that keeps a transaction open holds its own conversation and nobody else's.
    void aLockHoldsNobodyElse()
    {
        const Database database;
        JobsHouse house(database);
        const auto locked = house.leave(u"locked"_s);
        QList<sending::JournalSend> free;
        for (int i = 0; i < 5; ++i)
            free << house.leave(u"free"_s, house.addLead(u"+97150000000%1"_s.arg(i)));
        store::Connection holder = database.admin();
        auto transaction = MUST(store::Transaction::begin(holder));
        MUST(holder.run("select from conversure.conversations where conversation_id = $1::uuid for update",
            {store::param(house.conversation.value)}));
        const auto jobs = house.relays.start();
        for (const auto &send : std::as_const(free))
            QTRY_COMPARE(house.status(send), u"sent"_s);
        QCOMPARE(house.status(locked), u"sending"_s);
        MUST(transaction.commit());
        QTRY_COMPARE((house.dueNow(), house.status(locked)), u"sent"_s);
        QCOMPARE(house.peer.texts().count(u"locked"_s), 1);
    }

    void aRelayMayDieAtAnyStep_data()
    {
        QTest::addColumn<int>("posts");
        QTest::addColumn<QString>("status");
        for (const char *step :
            {"before:reserve", "after:reserve", "before:reserved", "after:reserved", "before:posting"})
            QTest::newRow(step) << 1 << u"sent"_s;
        for (const char *step : {"after:posting", "before:post"}) // nobody can tell that nothing left
            QTest::newRow(step) << 0 << u"unconfirmed"_s;
        for (const char *step : {"after:post", "before:answered", "after:answered"})
            QTest::newRow(step) << 1 << u"unconfirmed"_s;
        for (const char *step : {"after:record", "before:removed", "after:removed"})
            QTest::newRow(step) << 1 << u"sent"_s;
    }

    void aRelayMayDieAtAnyStep()
    {
        QFETCH(int, posts);
        QFETCH(QString, status);
        const Database database;
        JobsHouse house(database);
        const auto send = house.leave(u"Hello"_s);
        endChild(house, QString::fromLatin1(QTest::currentDataTag()));

        const auto jobs = house.relays.start();
        const auto after = house.leave(u"after"_s, house.addLead(u"+971500000001"_s));
        QTRY_COMPARE(house.status(after), u"sent"_s); // the dead one's leases hold: nobody touches what it had
        QVERIFY(house.peer.texts().count(u"Hello"_s) <= posts);
        house.endLeases();
        QTRY_COMPARE(house.job(send), u"done"_s);
        QCOMPARE(house.status(send), status);
        QCOMPARE(house.peer.texts().count(u"Hello"_s), posts);
        QCOMPARE(house.charged(), 2);
    }

    void twoRelaysShareTheWork()
    {
        const Database database;
        JobsHouse house(database);
        QList<sending::JournalSend> sends;
        for (int i = 0; i < 30; ++i)
            sends << house.leave(u"text %1"_s.arg(i), house.addLead(u"+9715000001%1"_s.arg(i, 2, 10, QChar(u'0'))));
        const auto one = house.relays.start();
        const auto two = house.relays.start();
        for (const auto &send : std::as_const(sends))
            QTRY_COMPARE(house.status(send), u"sent"_s);
        QStringList texts = house.peer.texts();
        QCOMPARE(texts.removeDuplicates(), 0);
        QCOMPARE(texts.size(), 30);
        QCOMPARE(
            house.text("select max(tries)::text from conversure.jobs where kind = 'send' and company_id = $1::uuid",
                house.company.id.value),
            u"1"_s);
    }

    void whatIsOnItsWayMayArriveWhileTheRelayStops()
    {
        const Database database;
        JobsHouse house(database);
        house.relays.settings.limits.jobDrainMs = patience;
        house.peer.holds = true;
        const auto posted = house.leave(u"posted"_s);
        const auto behind = house.leave(u"behind"_s);
        const auto jobs = house.relays.start();
        QTRY_COMPARE(house.peer.held(), 1);
        jobs->requestStop();
        QTRY_COMPARE(house.job(behind), u"waiting"_s); // for another relay, at once
        house.peer.answerNext();
        QTRY_COMPARE(house.status(posted), u"sent"_s);
        jobs->stop();
        QCOMPARE(house.job(posted), u"done"_s);
        QCOMPARE(house.status(behind), u"sending"_s);

        house.peer.holds = false;
        const auto next = house.relays.start();
        QTRY_COMPARE(house.status(behind), u"sent"_s);
        QCOMPARE(house.peer.texts(), (QStringList{u"posted"_s, u"behind"_s}));
    }

    void aProviderThatIsSilentDoesNotHoldTheStop()
    {
        const Database database;
        JobsHouse house(database);
        house.relays.settings.limits.jobDrainMs = 300;
        house.peer.holds = true;
        const auto send = house.leave(u"Hello"_s);
        auto jobs = house.relays.start();
        QTRY_COMPARE(house.peer.held(), 1);
        QElapsedTimer time;
        time.start();
        jobs.reset();
        QVERIFY2(time.elapsed() < 5'000, qPrintable(QString::number(time.elapsed())));
        house.endLeases();
        house.peer.holds = false;
        jobs = house.relays.start();
        QTRY_COMPARE(house.job(send), u"done"_s);
        QCOMPARE(house.status(send), u"unconfirmed"_s);
        QCOMPARE(house.peer.posts.size(), 1);
    }

    /// Nothing was accepted, and the provider has said so: another relay may post it.
    void whatWaitsForTheProviderIsLeftToTheNextRelay()
    {
        const Database database;
        JobsHouse house(database);
        house.relays.settings.limits.jobDrainMs = patience;
        house.peer.treat = [](const Peer::Request &) { return Peer::rejection("429", 130429, "Retry-After: 30\r\n"); };
        const auto send = house.leave(u"Hello"_s);
        const auto jobs = house.relays.start();
        QTRY_COMPARE(house.peer.posts.size(), 1);
        QTRY_COMPARE(house.text("select count(*)::text from conversure.message_delivery_attempts "
                                "where attempt_id = $1::uuid and posting_at is null and lease_until <> 'infinity'",
                         send.attempt.value),
            u"1"_s);
        jobs->requestStop();
        QTRY_COMPARE(house.job(send), u"waiting"_s);
        jobs->stop();
        QCOMPARE(house.status(send), u"sending"_s);
        house.peer.treat = {};
        const auto next = house.relays.start();
        QTRY_COMPARE(house.status(send), u"sent"_s);
        QCOMPARE(house.charged(), 1);
    }

    /// The store is slow to hear it, and the relay stops: an answer that is known is not thrown away.
    void whatTheProviderHasSaidIsToldBeforeTheRelayStops()
    {
        const Database database;
        JobsHouse house(database);
        house.relays.settings.limits.jobDrainMs = patience;
        house.relays.timing.backoffFirstMs = patience * 10;
        house.relays.timing.backoffMaxMs = patience * 10;
        house.peer.holds = true;
        house.peer.treat = [](const Peer::Request &) { return Peer::rejection("400 No", 131047); };
        const auto send = house.leave(u"Hello"_s);
        std::atomic<int> tries = 0;
        const auto jobs =
            house.relays.start([&](const char *step) { tries += qstrcmp(step, "after:record") == 0 ? 1 : 0; });
        QTRY_COMPARE(house.peer.held(), 1);
        {
            store::Connection holder = database.admin();
            auto transaction = MUST(store::Transaction::begin(holder));
            MUST(holder.run("select from conversure.conversations where conversation_id = $1::uuid for update",
                {store::param(house.conversation.value)}));
            house.peer.answerNext();
            QTRY_COMPARE(tries.load(), 1); // somebody holds the conversation
            MUST(transaction.commit());
        }
        QCOMPARE(house.status(send), u"sending"_s);
        jobs->requestStop();
        QTRY_COMPARE(house.status(send), u"failed"_s);
        QCOMPARE(house.errorCode(send), u"meta:131047"_s);
        QCOMPARE(house.charged(), 0);
    }

    /// Posting was noted and its answer lost, or the relay stops at that moment: nothing has left, and that is known.
    void whatWasOnlyAboutToBePostedIsPostedByTheNext()
    {
        const Database database;
        JobsHouse house(database);
        house.relays.settings.limits.jobDrainMs = patience;
        const auto send = house.leave(u"Hello"_s);
        std::atomic<bool> isAbout = false;
        std::atomic<bool> mayGoOn = false;
        const auto jobs = house.relays.start([&](const char *step) {
            if (qstrcmp(step, "before:posting") == 0 && !isAbout.exchange(true))
                mayGoOn.wait(false);
        });
        QTRY_VERIFY(isAbout.load());
        jobs->requestStop(); // comes to the relay's thread before the answer of the store
        mayGoOn = true;
        mayGoOn.notify_all();
        jobs->stop();
        QCOMPARE(house.job(send), u"waiting"_s);
        QCOMPARE(house.peer.posts.size(), 0);
        const auto next = house.relays.start();
        QTRY_COMPARE(house.status(send), u"sent"_s);
        QCOMPARE(house.peer.posts.size(), 1);
    }

    void aNumberThatCannotBeOpenedIsGivenUpInTheEnd()
    {
        const Database database;
        JobsHouse house(database);
        house.relays.setNumbers({});
        const auto send = house.leave(u"Hello"_s);
        const auto jobs = house.relays.start();
        QTRY_COMPARE((house.dueNow(), house.job(send)), u"dead"_s);
        QCOMPARE(house.text("select tries || ' ' || last_error from conversure.jobs where key = ($1::uuid)::text",
                     send.attempt.value),
            u"12 sending:no-number"_s);
        QCOMPARE(house.status(send), u"failed"_s);
        QCOMPARE(house.errorCode(send), u"relay:gave-up"_s);
        QCOMPARE(house.charged(), 0);
        QVERIFY(house.peer.posts.isEmpty());
    }

    void templatesAreReadToTheLastPage()
    {
        const Database database;
        JobsHouse house(database);
        house.peer.treatGet = [](const Peer::Request &request) {
            return request.path.contains("after=second") ? templates({u"b"_s}) : templates({u"a"_s}, "second");
        };
        const auto jobs = house.relays.start();
        QTRY_COMPARE(templateStates(house), u"a APPROVED, b APPROVED"_s);
        QTRY_COMPARE(house.templatesJob(), u"done"_s);
        QCOMPARE(house.peer.gets.size(), 2);

        house.peer.treatGet = [](const Peer::Request &) { return templates({u"b"_s}); };
        house.askForTemplates();
        QTRY_COMPARE(templateStates(house), u"a DELETED, b APPROVED"_s);
    }

    void halfAListDeletesNothing()
    {
        const Database database;
        JobsHouse house(database);
        house.peer.treatGet = [](const Peer::Request &) { return templates({u"a"_s, u"b"_s}); };
        const auto jobs = house.relays.start();
        QTRY_COMPARE(templateStates(house), u"a APPROVED, b APPROVED"_s);
        house.peer.treatGet = [](const Peer::Request &request) {
            return request.path.contains("after=second") ? Peer::reply("500 Broken", "<html>")
                                                         : templates({u"a"_s}, "second");
        };
        house.askForTemplates();
        QTRY_COMPARE(house.templatesError(), u"meta:http-500"_s);
        const QString job = house.templatesJob();
        QVERIFY2(job == u"waiting"_s || job == u"running"_s, qPrintable(job)); // tried again, and not for the last time
        QCOMPARE(templateStates(house), u"a APPROVED, b APPROVED"_s);
    }

    void aTokenThatIsRefusedIsForAPersonToLookAt()
    {
        const Database database;
        JobsHouse house(database);
        house.peer.treatGet = [](const Peer::Request &) { return Peer::rejection("401 No", 190); };
        const auto jobs = house.relays.start();
        QTRY_COMPARE(house.templatesJob(), u"dead"_s);
        QCOMPARE(house.templatesError(), u"meta:190"_s);
        QCOMPARE(house.peer.gets.size(), 1);
    }

    void theWholeRelayDoesIt()
    {
        const Database database;
        JobsHouse house(database);
        RelaySettings settings = house.relays.settings;
        settings.listenHost = u"127.0.0.1"_s;
        settings.limits.jobPollMs = 600'000; // so that it is the feed that wakes it
        relay::Relay relay(settings, house.relays.registry, house.relays.clock,
            [&house](store::RelayStore &) -> Result<std::shared_ptr<const Directory>> {
                return house.relays.directory.get();
            });
        QVERIFY(relay.start());
        QTRY_VERIFY(relay.notReady().isEmpty());
        const auto send = house.leave(u"Hello"_s);
        QTRY_COMPARE(house.status(send), u"sent"_s);
        const auto status = [&](const char *word) {
            house.company.status(u"wamid."_s + send.attempt.text(), send.attempt.text(), QString::fromLatin1(word));
        };
        status("delivered");
        QCOMPARE(house.status(send), u"delivered"_s);
        relay.stop();
        QCOMPARE(house.peer.posts.size(), 1);
    }
};

CONVERSURE_TEST(JobsTest)
#include "JobsTest.moc"
