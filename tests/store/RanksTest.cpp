// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Desk.h"
#include "TestMain.h"

#include <QSet>

#include <algorithm>
#include <random>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

namespace {

/// What the table of ranks says, in a few lines of its own, to be compared with what the store does.
class Model
{
public:
    struct Attempt {
        Desk::Send send;
        int rank = 10;
        bool refunded = false;
    };

    explicit Model(const Desk::Send &send) { m_attempts.append({send, 10, false}); }

    const Desk::Send &current() const { return m_attempts.last().send; }
    const QList<Attempt> &attempts() const { return m_attempts; }

    bool mayResend() const
    {
        const int rank = m_attempts.last().rank;
        return rank == 20 || rank == 30 || rank == 50;
    }
    void resend(const Desk::Send &send) { m_attempts.append({send, 10, false}); }
    void leaseOver()
    {
        for (qsizetype i = 0; i < m_attempts.size(); ++i) {
            if (m_attempts[i].rank == 10)
                raise(i, 20, false);
        }
    }
    void raise(qsizetype index, int rank, bool refunds)
    {
        Attempt &attempt = m_attempts[index];
        if (attempt.rank >= rank)
            return;
        const bool wasAccepted = isAccepted(attempt.rank);
        attempt.rank = rank;
        attempt.refunded = refunds;
        if (!isAccepted(rank) || wasAccepted)
            return;
        const bool isCurrent = index == m_attempts.size() - 1;
        const auto others = std::count_if(
            m_attempts.begin(), m_attempts.end(), [](const Attempt &each) { return isAccepted(each.rank); });
        m_twice = m_twice || !isCurrent || others > 1;
    }
    QString status() const
    {
        switch (m_attempts.last().rank) {
        case 10:
            return QStringLiteral("sending");
        case 20:
            return QStringLiteral("unconfirmed");
        case 40:
            return QStringLiteral("sent");
        case 60:
            return QStringLiteral("delivered");
        case 70:
            return QStringLiteral("read");
        default:
            return QStringLiteral("failed");
        }
    }
    qint64 charged() const
    {
        return std::count_if(m_attempts.begin(), m_attempts.end(), [](const Attempt &each) { return !each.refunded; });
    }
    bool cameTwice() const { return m_twice; }

private:
    static bool isAccepted(int rank) { return rank == 40 || rank == 60 || rank == 70; }

    QList<Attempt> m_attempts;
    bool m_twice = false;
};

} // namespace

/// Whatever is told of a message, in whatever order and how often, ends in the state that the ranks say, and the quota
/// is what was accepted and what is not known.
class RanksTest : public QObject
{
    Q_OBJECT

    using Send = Desk::Send;
    static constexpr std::array events{
        "reserve", "confirm", "fail", "release", "lease over", "sent", "delivered", "read", "failed", "resend"};

    std::unique_ptr<Desk> m_desk;
    int m_played = 0;

    /// Plays one event on the store and on the model; \a index: the attempt it is about, as all but a resend are.
    void play(Model &model, const QByteArray &event, qsizetype index)
    {
        const Send send = model.attempts()[index].send;
        const bool isCurrent = index == model.attempts().size() - 1;
        if (event == "reserve") {
            if (isCurrent)
                MUST(m_desk->reserve(send)); // the same call once more
        } else if (event == "confirm") {
            MUST(m_desk->confirm(send));
            model.raise(index, 40, false);
        } else if (event == "fail") {
            MUST(m_desk->fail(send));
            model.raise(index, 30, true);
        } else if (event == "release") {
            MUST(m_desk->release(send));
            model.raise(index, 30, true);
        } else if (event == "lease over") {
            m_desk->moveClock("91 seconds");
            MUST(RelayStore(m_desk->relay).endLeases());
            model.leaseOver();
        } else if (event == "resend") {
            Send next = model.current();
            next.attempt = newId();
            QCOMPARE(verdict(m_desk->again(next, true)),
                model.mayResend() ? QStringLiteral("accepted") : QStringLiteral("CV019"));
            if (model.mayResend())
                model.resend(next);
        } else {
            m_desk->status(send, QString::fromLatin1(event));
            static const QHash<QByteArray, int> ranks{{"sent", 40}, {"failed", 50}, {"delivered", 60}, {"read", 70}};
            model.raise(index, ranks[event], false);
        }
    }

    void compare(const Model &model, const QByteArrayList &played)
    {
        const Rows row = MUST(m_desk->root.run(
            "select m.status, m.earlier_accepted, (select count(*) from conversure.message_delivery_attempts a where "
            "a.message_id = m.message_id and not a.refunded) from conversure.messages m where m.message_id = $1::uuid",
            {param(model.current().message)}));
        const QString got = row.text(0, 0) + (row.boolean(0, 1) ? QStringLiteral(" twice ") : QStringLiteral(" "))
            + QString::number(row.number(0, 2));
        const QString wanted = model.status() + (model.cameTwice() ? QStringLiteral(" twice ") : QStringLiteral(" "))
            + QString::number(model.charged());
        QVERIFY2(got == wanted,
            qPrintable(QString::fromLatin1(played.join(", ")) + QStringLiteral(": ") + got + QStringLiteral(", not ")
                + wanted));
    }

    Model begin()
    {
        if (m_played++ % 50 == 0)
            m_desk->receive(QStringLiteral("Still there?")); // the window stays open
        const Send send;
        MUST(m_desk->reserve(send));
        return Model(send);
    }

private Q_SLOTS:
    void initTestCase() { m_desk = std::make_unique<Desk>(); }

    void everyThreeEventsEndAsTheRanksSay()
    {
        for (const char *first : events) {
            for (const char *second : events) {
                for (const char *third : events) {
                    Model model = begin();
                    const QByteArrayList played{first, second, third};
                    for (const QByteArray &event : played) {
                        play(model, event, model.attempts().size() - 1);
                        if (QTest::currentTestFailed())
                            return;
                    }
                    compare(model, played);
                    if (QTest::currentTestFailed())
                        return;
                }
            }
        }
        QCOMPARE(m_desk->wrongCounts(), QString());
    }

    void longLivesOfSeveralTriesEndSoToo()
    {
        std::mt19937 random(11);
        for (int round = 0; round < 150; ++round) {
            Model model = begin();
            QByteArrayList played;
            for (int i = 0; i < 10; ++i) {
                const QByteArray event = events[random() % events.size()];
                const auto index = static_cast<qsizetype>(random() % static_cast<size_t>(model.attempts().size()));
                played << event + " of " + QByteArray::number(index);
                play(model, event, index);
                compare(model, played);
                if (QTest::currentTestFailed())
                    return;
            }
        }
        QCOMPARE(m_desk->wrongCounts(), QString());
    }

    void whatIsUnconfirmedIsNotSentAgainUnlessAPersonSaysSo()
    {
        Desk desk;
        const Send send;
        MUST(desk.reserve(send));
        desk.moveClock("91 seconds");
        // No relay: the next call on the number ends the lease.
        MUST(desk.reserve(Send()));
        QCOMPARE(desk.statusOf(send), QStringLiteral("unconfirmed"));
        Send next = send;
        next.attempt = newId();
        QCOMPARE(verdict(desk.again(next)), QStringLiteral("CV019"));
        QCOMPARE(verdict(desk.reserve(next)), QStringLiteral("CV019"));
        MUST(desk.again(next, true));
        QCOMPARE(desk.charged(), 3);
    }

    /// Whatever became of the newest try: an earlier one may have arrived.
    void whatMayHaveArrivedIsNotSentAgainUnlessAPersonSaysSo()
    {
        Desk desk;
        const Send send;
        MUST(desk.reserve(send));
        desk.moveClock("91 seconds");
        MUST(RelayStore(desk.relay).endLeases());
        Send second = send;
        second.attempt = newId();
        MUST(desk.again(second, true));
        MUST(desk.fail(second));
        QCOMPARE(desk.statusOf(send), QStringLiteral("failed"));
        Send third = send;
        third.attempt = newId();
        const auto refused = desk.again(third);
        QCOMPARE(verdict(refused), QStringLiteral("CV019"));
        QCOMPARE(refused.error().detail[QStringLiteral("status")].toString(), QStringLiteral("unconfirmed"));
        desk.status(send, QStringLiteral("delivered"));
        QCOMPARE(desk.again(third).error().detail[QStringLiteral("status")].toString(), QStringLiteral("delivered"));
        QCOMPARE(desk.charged(), 1);
        MUST(desk.again(third, true));
    }

    void aPersonCanActWhereNoRelayEndsLeases()
    {
        Desk desk;
        const Send send;
        MUST(desk.reserve(send));
        const auto say = [&] {
            return verdict(desk.client.call(QLatin1StringView("api.say_not_sent"), {param(send.message)}));
        };
        const auto state = [&] {
            return column(
                desk.client, "select api.send_state(array[$1::uuid]) -> 0 ->> 'status'", {param(send.message)})
                .join(u' ');
        };
        QCOMPARE(state(), QStringLiteral("sending"));
        QCOMPARE(say(), QStringLiteral("CV019"));
        MUST(desk.admin.call(QLatin1StringView("api.set_number_limit"),
            {param(desk.company.number.value), param(qint64(0)),
                param(QStringLiteral("full"))})); // nothing else is reserved
        desk.moveClock("91 seconds");
        QCOMPARE(state(), QStringLiteral("unconfirmed"));
        QCOMPARE(say(), QStringLiteral("accepted"));

        MUST(desk.admin.call(QLatin1StringView("api.set_number_limit"),
            {param(desk.company.number.value), param(qint64(9)), param(QStringLiteral("again"))}));
        const Send other;
        MUST(desk.reserve(other));
        desk.moveClock("91 seconds");
        QCOMPARE(verdict(desk.client.call(QLatin1StringView("api.say_not_sent"), {param(other.message)})),
            QStringLiteral("accepted"));
        QCOMPARE(desk.statusOf(other), QStringLiteral("failed"));
    }

    void aPersonsWordKeepsTheCharge()
    {
        Desk desk;
        const Send send;
        MUST(desk.reserve(send));
        const auto say = [&](Connection &who) {
            return verdict(who.call(QLatin1StringView("api.say_not_sent"), {param(send.message)}));
        };
        QCOMPARE(say(desk.client), QStringLiteral("CV019"));
        desk.moveClock("91 seconds");
        MUST(RelayStore(desk.relay).endLeases());
        Connection colleague = desk.company.connect(desk.company.signIn(desk.company.addPerson()));
        QCOMPARE(say(colleague), QStringLiteral("CV002"));
        QCOMPARE(say(desk.client), QStringLiteral("accepted"));
        QCOMPARE(desk.statusOf(send), QStringLiteral("failed"));
        QCOMPARE(desk.charged(), 1);
        desk.status(send, QStringLiteral("delivered")); // it was
        QCOMPARE(desk.statusOf(send), QStringLiteral("delivered"));
        QCOMPARE(desk.charged(), 1);
        // Another one turns out to have been refused for certain: then its place is free.
        const Send other;
        MUST(desk.reserve(other));
        desk.moveClock("91 seconds");
        MUST(desk.client.call(QLatin1StringView("api.say_not_sent"), {param(other.message)}));
        QCOMPARE(desk.charged(), 2);
        MUST(desk.fail(other));
        MUST(desk.fail(other));
        QCOMPARE(desk.charged(), 1);
        QCOMPARE(desk.wrongCounts(), QString());
        QCOMPARE(
            column(desk.root, "select action from conversure.audit_log where subject_id = $1::uuid order by audit_id",
                {param(send.message)}),
            (QStringList{QStringLiteral("message.said_not_sent"), QStringLiteral("message.failed_and_came")}));
    }
};

CONVERSURE_TEST(RanksTest)
#include "RanksTest.moc"
