// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Desk.h"
#include "TestMain.h"

#include <thread>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// Work for relays: one holds it at a time, nothing of it is lost, and what it sends goes by the same rules.
class JobsTest : public QObject
{
    Q_OBJECT

    using Send = Desk::Send;

    const QUuid m_one = newId();
    const QUuid m_other = newId();

    static QString claim(Connection &relay, const QUuid &who, int most = 10)
    {
        return column(relay, "select job_id from relay.claim_jobs($1::uuid, '{send}', $2::integer, 30)",
            {param(who), param(qint64(most))})
            .join(u' ');
    }
    static Result<Rows> act(
        Connection &relay, const char *function, const Desk &desk, const Send &send, const Params &more = {})
    {
        return relay.call(QLatin1StringView(function),
            Params{param(desk.company.id.value), param(send.attempt), param(send.secret)} + more);
    }
    static Send asRelay(const Send &send, const char *secret)
    {
        Send held = send;
        held.secret = QString::fromLatin1(secret);
        return held;
    }
    static QString state(const Result<Rows> &order)
    {
        return order ? order->object(0, 0)[QStringLiteral("state")].toString() : order.error().code;
    }
    static void letTheRelaySend(Desk &desk)
    {
        MUST(desk.admin.call(QLatin1StringView("api.set_send_via"), {param(QStringLiteral("relay"))}));
        MUST(desk.root.run("delete from conversure.jobs"));
    }
    static QString jobs(Desk &desk)
    {
        return column(desk.root, "select state from conversure.jobs order by job_id").join(u' ');
    }

private Q_SLOTS:
    void whatIsAskedForWhileItIsDoneIsDoneOnceMore()
    {
        Desk desk;
        MUST(desk.root.run("delete from conversure.jobs"));
        const auto ask = [&] {
            MUST(desk.client.call(QLatin1StringView("api.sync_templates"), {param(desk.conversation.value)}));
        };
        const auto claimed = [&] {
            return column(desk.relay, "select job_id from relay.claim_jobs($1::uuid, '{sync_templates}', 10, 30)",
                {param(m_one)});
        };
        const auto finish = [&](const QStringList &taken) {
            MUST(desk.relay.call(QLatin1StringView("relay.finish_job"),
                {param(desk.company.id.value), param(QUuid::fromString(taken.value(0))), param(m_one)}));
        };
        ask();
        ask();
        const QStringList first = claimed();
        QCOMPARE(first.size(), 1);
        QCOMPARE(claimed(), QStringList());
        ask();
        ask();
        QCOMPARE(jobs(desk), QStringLiteral("running"));
        finish(first);
        QCOMPARE(jobs(desk), QStringLiteral("waiting"));
        const QStringList second = claimed();
        QCOMPARE(second, first);
        finish(second);
        QCOMPARE(jobs(desk), QStringLiteral("done"));
        ask(); // and what is over is work of its own
        QCOMPARE(jobs(desk), QStringLiteral("done waiting"));
    }

    void whatARelayIsToSendIsAJobAndNoClients()
    {
        Desk desk;
        letTheRelaySend(desk);
        const Send send;
        const QJsonObject order = MUST(desk.reserve(send)).object(0, 0);
        QCOMPARE(order[QStringLiteral("via")].toString(), QStringLiteral("relay"));
        QVERIFY(order[QStringLiteral("identity")].isNull());
        QCOMPARE(desk.charged(), 1);
        MUST(desk.reserve(send));
        QCOMPARE(jobs(desk), QStringLiteral("waiting"));
        // However long no relay comes, nothing becomes unknown that nobody has touched.
        desk.moveClock("3 hours");
        QCOMPARE(MUST(RelayStore(desk.relay).endLeases()), 0);
        QCOMPARE(desk.statusOf(send), QStringLiteral("sending"));

        const Send held = asRelay(send, "the first relay's secret");
        const QJsonObject taken = MUST(act(desk.relay, "relay.begin_send", desk, held)).object(0, 0);
        QCOMPARE(taken[QStringLiteral("identity")][QStringLiteral("value")].toString(), desk.phone);
        QVERIFY(taken[QStringLiteral("lease_ms")].toInt() > 60'000);
        MUST(act(desk.relay, "relay.mark_posting", desk, held));
        MUST(act(desk.relay, "relay.confirm_send", desk, held, {param(Desk::providerIdOf(send))}));
        QCOMPARE(desk.statusOf(send), QStringLiteral("sent"));
        QCOMPARE(desk.wrongCounts(), QString());
    }

    void aClientCannotTakeWhatARelayIsToSend()
    {
        Desk desk;
        letTheRelaySend(desk);
        const Send send;
        MUST(desk.reserve(send));
        QCOMPARE(
            verdict(desk.client.call(QLatin1StringView("api.renew_lease"), {param(send.attempt), param(send.secret)})),
            QStringLiteral("CV019"));
        // What became of it only the relay can know, also before it has begun.
        QCOMPARE(verdict(desk.confirm(send)), QStringLiteral("CV002"));
        QCOMPARE(
            verdict(desk.fail(send, QStringLiteral("x"), {{QStringLiteral("class"), QStringLiteral("opted_out")}})),
            QStringLiteral("CV002"));
        QCOMPARE(number(desk.root, "select count(*) from conversure.opt_outs"), 0);
        const Send given = Send();
        MUST(desk.reserve(given));
        MUST(desk.release(given)); // not to be sent at all
        QCOMPARE(state(act(desk.relay, "relay.begin_send", desk, given)), QStringLiteral("failed"));
        MUST(act(desk.relay, "relay.begin_send", desk, asRelay(send, "the first relay's secret")));
        QCOMPARE(verdict(desk.fail(send)), QStringLiteral("CV002")); // the secret is the relay's now
        QCOMPARE(verdict(desk.release(send)), QStringLiteral("CV002"));
    }

    void aTryThatIsOverStaysSoWhileTheNextIsUnderway()
    {
        Desk desk;
        letTheRelaySend(desk);
        const Send send;
        MUST(desk.reserve(send));
        MUST(desk.release(send));
        Send next = send;
        next.attempt = newId();
        MUST(desk.again(next));
        QCOMPARE(state(act(desk.relay, "relay.begin_send", desk, asRelay(send, "the first relay's secret"))),
            QStringLiteral("failed"));
        QCOMPARE(state(act(desk.relay, "relay.begin_send", desk, asRelay(next, "the first relay's secret"))),
            QStringLiteral("sending"));
    }

    void whatWaitedOverMidnightIsChargedToTheDayItIsSent()
    {
        Desk desk("2027-03-10 19:00:00+00");
        letTheRelaySend(desk);
        MUST(desk.admin.call(QLatin1StringView("api.set_number_limit"),
            {param(desk.company.number.value), param(qint64(2)), param(QStringLiteral("few"))}));
        QList<Send> sends;
        for (int day = 0; day < 2; ++day) {
            for (int i = 0; i < 2; ++i) {
                sends << Send();
                MUST(desk.reserve(sends.last()));
            }
            QCOMPARE(verdict(desk.reserve(Send())), QStringLiteral("CV010"));
            desk.setClock("2027-03-10 20:30:00+00");
        }
        QStringList ends;
        for (qsizetype i : {0, 2, 1, 3})
            ends << state(act(desk.relay, "relay.begin_send", desk, asRelay(sends[i], "the first relay's secret")));
        // Those of today have their places; there is none for those of yesterday.
        QCOMPARE(ends.join(u' '), QStringLiteral("failed sending failed sending"));
        QCOMPARE(text(desk.root, "select error_code from conversure.messages where message_id = $1::uuid",
                     {param(sends[0].message)}),
            QStringLiteral("CV010"));
        QCOMPARE(column(desk.root, "select to_char(day, 'DD') || '=' || sent from conversure.quota_log order by day")
                     .join(u' '),
            QStringLiteral("10=0 11=2"));
        QCOMPARE(desk.wrongCounts(), QString());

        MUST(desk.admin.call(QLatin1StringView("api.set_number_limit"),
            {param(desk.company.number.value), param(qint64(3)), param(QStringLiteral("one more"))}));
        const Send late;
        MUST(desk.reserve(late));
        desk.setClock("2027-03-11 20:30:00+00");
        desk.receive(QStringLiteral("Hi"));
        QCOMPARE(state(act(desk.relay, "relay.begin_send", desk, asRelay(late, "the first relay's secret"))),
            QStringLiteral("sending"));
        QCOMPARE(column(desk.root, "select to_char(day, 'DD') || '=' || sent from conversure.quota_log order by day")
                     .join(u' '),
            QStringLiteral("10=0 11=2 12=1"));
        QCOMPARE(desk.wrongCounts(), QString());
    }

    void whatEndsEveryRelayThatTakesItUpEnds()
    {
        Desk desk;
        letTheRelaySend(desk);
        const Send send;
        MUST(desk.reserve(send));
        for (int i = 0; i < 12; ++i) {
            QVERIFY(!claim(desk.relay, i % 2 ? m_one : m_other).isEmpty());
            desk.moveClock("31 seconds");
        }
        const Send after;
        MUST(desk.reserve(after));
        QCOMPARE(claim(desk.relay, m_one).split(u' ').size(), 1); // the other one of its conversation
        QCOMPARE(jobs(desk), QStringLiteral("dead running"));
        QCOMPARE(desk.statusOf(send), QStringLiteral("failed"));
        QCOMPARE(desk.wrongCounts(), QString());
    }

    void oneThatWasPutOffIsNotOvertaken()
    {
        Desk desk;
        letTheRelaySend(desk);
        MUST(desk.reserve(Send()));
        MUST(desk.reserve(Send()));
        const QString first = claim(desk.relay, m_one, 1);
        MUST(desk.relay.call(QLatin1StringView("relay.retry_job"),
            {param(desk.company.id.value), param(QUuid::fromString(first)), param(m_one), param(QStringLiteral("x")),
                Param()}));
        QCOMPARE(claim(desk.relay, m_other, 1), QString());
        desk.moveClock("3 seconds");
        QCOMPARE(claim(desk.relay, m_other, 1), first);
        QCOMPARE(claim(desk.relay, m_one, 1), QString());
        QVERIFY(!claim(desk.relay, m_other, 1).isEmpty());
    }

    void oneRelayHoldsAJob()
    {
        Desk desk;
        letTheRelaySend(desk);
        for (int i = 0; i < 20; ++i)
            MUST(desk.reserve(Send()));
        QStringList got{QString(), QString()};
        Connection second = desk.database.relay();
        std::thread beside([&] { got[0] = claim(second, m_other, 20); });
        got[1] = claim(desk.relay, m_one, 20);
        beside.join();
        QStringList all = got.join(u' ').split(u' ', Qt::SkipEmptyParts);
        QCOMPARE(all.size(), 20);
        QCOMPARE(all.removeDuplicates(), 0);
        QCOMPARE(claim(desk.relay, m_one), QString());
        desk.moveClock("31 seconds");
        QCOMPARE(claim(desk.relay, m_one, 20).split(u' ').size(), 20);
        // Whose lease was over finishes nothing.
        const QString job = all.first();
        MUST(second.run("select relay.finish_job($1::uuid, $2::uuid, $3::uuid)",
            {param(desk.company.id.value), param(QUuid::fromString(job)), param(m_other)}));
        QVERIFY(!jobs(desk).contains(QStringLiteral("done")));
        MUST(second.run("select relay.finish_job($1::uuid, $2::uuid, $3::uuid)",
            {param(desk.company.id.value), param(QUuid::fromString(job)), param(m_one)}));
        QVERIFY(jobs(desk).contains(QStringLiteral("done")));
    }

    void aRelayThatDiesBeforePostingLeavesItToTheNext()
    {
        Desk desk;
        letTheRelaySend(desk);
        const Send send;
        MUST(desk.reserve(send));
        const Send first = asRelay(send, "the first relay's secret");
        const Send second = asRelay(send, "the other relay's secret");
        QCOMPARE(state(act(desk.relay, "relay.begin_send", desk, first)), QStringLiteral("sending"));
        QCOMPARE(
            state(act(desk.relay, "relay.begin_send", desk, first)), QStringLiteral("sending")); // the same once more
        QCOMPARE(state(act(desk.relay, "relay.begin_send", desk, second)), QStringLiteral("CV019"));
        desk.moveClock("91 seconds");
        QCOMPARE(MUST(RelayStore(desk.relay).endLeases()), 0);
        QCOMPARE(state(act(desk.relay, "relay.begin_send", desk, second)), QStringLiteral("sending"));
        QCOMPARE(state(act(desk.relay, "relay.mark_posting", desk, first)), QStringLiteral("CV002"));
        MUST(act(desk.relay, "relay.mark_posting", desk, second));
        QCOMPARE(desk.charged(), 1);
    }

    void whatWasPostedIsNeverPostedByTheNext()
    {
        Desk desk;
        letTheRelaySend(desk);
        const Send send;
        MUST(desk.reserve(send));
        const Send first = asRelay(send, "the first relay's secret");
        const Send second = asRelay(send, "the other relay's secret");
        MUST(act(desk.relay, "relay.begin_send", desk, first));
        MUST(act(desk.relay, "relay.mark_posting", desk, first));
        QCOMPARE(state(act(desk.relay, "relay.begin_send", desk, first)), QStringLiteral("CV019"));
        desk.moveClock("91 seconds");
        QCOMPARE(state(act(desk.relay, "relay.begin_send", desk, second)), QStringLiteral("unconfirmed"));
        QCOMPARE(desk.statusOf(send), QStringLiteral("unconfirmed"));
        MUST(act(desk.relay, "relay.confirm_send", desk, first, {param(Desk::providerIdOf(send))})); // late
        QCOMPARE(desk.statusOf(send), QStringLiteral("sent"));
    }

    /// A word of giving back that was on its way for long: nobody holds the message, so nobody posts it.
    void whatWasGivenBackIsNotPosted()
    {
        Desk desk;
        letTheRelaySend(desk);
        const Send send = asRelay(Send(), "the first relay's secret");
        MUST(desk.reserve(send));
        MUST(act(desk.relay, "relay.begin_send", desk, send));
        MUST(act(desk.relay, "relay.release_send", desk, send));
        QCOMPARE(verdict(act(desk.relay, "relay.mark_posting", desk, send)), QStringLiteral("CV019"));
        QCOMPARE(state(act(desk.relay, "relay.begin_send", desk, send)), QStringLiteral("sending"));
        MUST(act(desk.relay, "relay.mark_posting", desk, send));
    }

    void aLeaseThatIsOverMarksNoPosting()
    {
        Desk desk;
        letTheRelaySend(desk);
        const Send send;
        MUST(desk.reserve(send));
        const Send first = asRelay(send, "the first relay's secret");
        MUST(act(desk.relay, "relay.begin_send", desk, first));
        desk.moveClock("91 seconds");
        QCOMPARE(state(act(desk.relay, "relay.mark_posting", desk, first)), QStringLiteral("CV019"));
    }

    void rulesAreAskedAgainWhenItIsTakenUp()
    {
        Desk desk;
        letTheRelaySend(desk);
        const Send late;
        MUST(desk.reserve(late));
        desk.moveClock("25 hours"); // no relay all day: the window has closed
        QCOMPARE(state(act(desk.relay, "relay.begin_send", desk, asRelay(late, "the first relay's secret"))),
            QStringLiteral("failed"));
        QCOMPARE(text(desk.root, "select error_code from conversure.messages where message_id = $1::uuid",
                     {param(late.message)}),
            QStringLiteral("CV012"));
        QCOMPARE(desk.charged(), 0);
        desk.receive(QStringLiteral("Hello?"));
        const Send off;
        MUST(desk.reserve(off));
        MUST(desk.root.run("update conversure.whatsapp_numbers set active = false"));
        QCOMPARE(state(act(desk.relay, "relay.begin_send", desk, asRelay(off, "the first relay's secret"))),
            QStringLiteral("failed"));
        QCOMPARE(text(desk.root, "select error_code from conversure.messages where message_id = $1::uuid",
                     {param(off.message)}),
            QStringLiteral("CV014"));
        QCOMPARE(desk.wrongCounts(), QString());
    }

    void whatFailsTooOftenDiesAndSoDoesItsMessage()
    {
        Desk desk;
        letTheRelaySend(desk);
        const Send send;
        MUST(desk.reserve(send));
        QString job;
        bool died = false;
        for (int tries = 1; !died; ++tries) {
            QVERIFY2(tries <= 12, "it lives for ever");
            job = claim(desk.relay, m_one);
            QVERIFY(!job.isEmpty());
            died = MUST(desk.relay.run("select relay.retry_job($1::uuid, $2::uuid, $3::uuid, 'no luck')",
                            {param(desk.company.id.value), param(QUuid::fromString(job)), param(m_one)}))
                       .boolean(0, 0);
            if (tries == 3)
                QCOMPARE(claim(desk.relay, m_one), QString()); // it waits
            desk.moveClock("5 minutes");
        }
        QCOMPARE(jobs(desk), QStringLiteral("dead"));
        QCOMPARE(desk.statusOf(send), QStringLiteral("failed"));
        QCOMPARE(desk.charged(), 0);
        // A person tries again: another attempt, another job.
        desk.receive(QStringLiteral("Hello?"));
        Send next = send;
        next.attempt = newId();
        MUST(desk.again(next));
        QCOMPARE(jobs(desk), QStringLiteral("dead waiting"));
    }

    void whatWasTypedFirstIsTakenFirst()
    {
        Desk desk;
        letTheRelaySend(desk);
        for (int i = 0; i < 3; ++i)
            MUST(desk.reserve(Send()));
        const auto retry = [&](const QString &job, const QUuid &who) {
            MUST(desk.relay.run("select relay.retry_job($1::uuid, $2::uuid, $3::uuid, 'pace', 30)",
                {param(desk.company.id.value), param(QUuid::fromString(job)), param(who)}));
        };
        const QString first = claim(desk.relay, m_one, 1);
        QCOMPARE(first, text(desk.root, "select min(job_id::text) from conversure.jobs"));
        QCOMPARE(claim(desk.relay, m_other), QString()); // the first relay has the one before
        retry(first, m_one);
        QCOMPARE(claim(desk.relay, m_other), QString()); // and now it waits
        desk.moveClock("31 seconds");
        QCOMPARE(claim(desk.relay, m_other).split(u' ').size(), 3); // all of them, for one
        // Another conversation waits for nobody.
        desk.phone = QStringLiteral("+971501119999");
        desk.receive(QStringLiteral("Hi"));
        desk.conversation = desk.company.conversationOf(desk.phone);
        MUST(desk.reserve(Send()));
        QCOMPARE(claim(desk.relay, m_one).split(u' ').size(), 1);
    }

    void aPauseIsNoTryThatFailed()
    {
        Desk desk;
        letTheRelaySend(desk);
        MUST(desk.reserve(Send()));
        for (int i = 0; i < 20; ++i) {
            const QString job = claim(desk.relay, m_one);
            QVERIFY(!job.isEmpty());
            QVERIFY(!MUST(desk.relay.run("select relay.retry_job($1::uuid, $2::uuid, $3::uuid, 'pace', 30)",
                              {param(desk.company.id.value), param(QUuid::fromString(job)), param(m_one)}))
                         .boolean(0, 0));
            QCOMPARE(claim(desk.relay, m_one), QString());
            desk.moveClock("31 seconds");
        }
        QCOMPARE(jobs(desk), QStringLiteral("waiting"));
    }

    void choresAreDoneByOne()
    {
        Desk desk;
        const auto due = [&] {
            return MUST(desk.root.run("select conversure.is_due('test', '10 minutes')")).boolean(0, 0);
        };
        QVERIFY(due());
        QVERIFY(!due());
        desk.moveClock("10 minutes");
        QVERIFY(due());
        QVERIFY(!due());
    }

    void workThatIsOverIsForgottenInTime()
    {
        Desk desk;
        letTheRelaySend(desk);
        MUST(desk.reserve(Send()));
        MUST(desk.root.run("update conversure.jobs set state = 'done', finished_at = conversure.now()"));
        MUST(RelayStore(desk.relay).purge());
        QCOMPARE(jobs(desk), QStringLiteral("done"));
        desk.moveClock("73 hours");
        MUST(RelayStore(desk.relay).purge());
        QCOMPARE(jobs(desk), QString());
    }
};

CONVERSURE_TEST(JobsTest)
#include "JobsTest.moc"
