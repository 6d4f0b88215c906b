// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Desk.h"
#include "TestMain.h"

#include <thread>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// How much may be sent a day: ladders, limits, local days, resets. Every count is exact.
class QuotaTest : public QObject
{
    Q_OBJECT

    using Send = Desk::Send;

    static void setZone(Desk &desk, const QString &zone)
    {
        MUST(desk.root.run("update conversure.companies set time_zone = $1", {param(zone)}));
    }
    static void setLimit(Desk &desk, int limit)
    {
        MUST(desk.admin.call(QLatin1StringView("api.set_number_limit"),
            {param(desk.company.number.value), param(qint64(limit)), param(QStringLiteral("for the test"))}));
    }
    static qint64 limit(Desk &desk)
    {
        return MUST(desk.client.call(QLatin1StringView("api.send_limits"), {param(desk.conversation.value)}))
            .object(0, 0)[QStringLiteral("number")][QStringLiteral("limit")]
            .toInteger();
    }
    static QJsonObject reset(Desk &desk) { return MUST(desk.admin.run("select api.reset_quotas()")).object(0, 0); }
    static QString days(Desk &desk)
    {
        return column(desk.root, "select to_char(day, 'MM-DD') || '=' || sent from conversure.quota_log order by day")
            .join(u' ');
    }

private Q_SLOTS:
    void theLadderAdvancesByItself()
    {
        Desk desk;
        MUST(desk.root.run(
            "update conversure.whatsapp_numbers set daily_limit = null, warmup_started_at = conversure.now()"));
        QCOMPARE(limit(desk), 20);
        for (const qint64 expected : {50, 100, 1000, 1000}) {
            desk.moveClock("7 days");
            QCOMPARE(limit(desk), expected);
        }
        MUST(desk.admin.run("select api.set_warmup_ladder('{5,7}')"));
        QCOMPARE(limit(desk), 7);
        MUST(desk.admin.run("select api.set_warmup_ladder('[5:6]={5,8}')"));
        QCOMPARE(limit(desk), 8);
        for (const char *wrong : {"'{}'", "null", "'{0}'", "'{1,null}'", "'{{1,2},{3,4}}'", "array_fill(1, array[53])"})
            QCOMPARE(verdict(desk.admin, QByteArray("select api.set_warmup_ladder(") + wrong + ")"),
                QStringLiteral("CV004"));
        QCOMPARE(verdict(desk.client, "select api.set_warmup_ladder('{9}')"), QStringLiteral("CV002"));
    }

    void aLimitOfItsOwnNeedsAReason()
    {
        Desk desk;
        const auto set = [&](Connection &who, const char *value, const char *remark) {
            return verdict(who, QByteArray("select api.set_number_limit($1::uuid, ") + value + ", '" + remark + "')",
                {param(desk.company.number.value)});
        };
        QCOMPARE(set(desk.client, "5", "mine"), QStringLiteral("CV002"));
        QCOMPARE(set(desk.admin, "5", " "), QStringLiteral("CV004"));
        QCOMPARE(set(desk.admin, "-1", "less"), QStringLiteral("CV004"));
        QCOMPARE(set(desk.admin, "2", "quality fell"), QStringLiteral("accepted"));
        MUST(desk.reserve(Send()));
        MUST(desk.reserve(Send()));
        const auto refused = desk.reserve(Send());
        QCOMPARE(verdict(refused), QStringLiteral("CV010"));
        QCOMPARE(refused.error().detail[QStringLiteral("limit")].toInt(), 2);
        QCOMPARE(refused.error().detail[QStringLiteral("used")].toInt(), 2);
        QCOMPARE(set(desk.admin, "null", ""), QStringLiteral("accepted"));
        QCOMPARE(column(desk.root,
                     "select detail ->> 'reason' from conversure.audit_log where action = 'number.limit_changed' order "
                     "by audit_id"),
            (QStringList{QStringLiteral("quality fell"), QString()}));
    }

    void agentsHaveLimitsToo()
    {
        Desk desk;
        MUST(desk.reserve(Send()));
        MUST(desk.admin.run("select api.set_agent_limit(null, 2)"));
        MUST(desk.reserve(Send()));
        const auto refused = desk.reserve(Send());
        QCOMPARE(verdict(refused), QStringLiteral("CV011"));
        QCOMPARE(refused.error().detail[QStringLiteral("used")].toInt(), 2);
        QCOMPARE(desk.charged(), 2); // the number was not charged for what the agent may not send
        MUST(desk.admin.run("select api.set_agent_limit($1::uuid, 3)", {param(desk.agent.id.value)}));
        const Send third;
        MUST(desk.reserve(third));
        QCOMPARE(verdict(desk.reserve(Send())), QStringLiteral("CV011"));
        MUST(desk.fail(third));
        MUST(desk.reserve(Send()));
        QCOMPARE(desk.wrongCounts(), QString());
        QCOMPARE(verdict(desk.client, "select api.set_agent_limit(null, 9)"), QStringLiteral("CV002"));
        QCOMPARE(verdict(desk.admin, "select api.set_agent_limit(gen_random_uuid(), 9)"), QStringLiteral("CV003"));
    }

    void fiftyAtOnceSendTwentyAndNoAgentMoreThanSix()
    {
        Desk desk;
        setLimit(desk, 20);
        MUST(desk.admin.run("select api.set_agent_limit(null, 6)"));
        std::vector<Company::Device> devices;
        for (int i = 0; i < 10; ++i)
            devices.push_back(desk.company.signIn(desk.company.addPerson()));
        std::atomic<int> sent = 0;
        std::atomic<int> refused = 0;
        std::vector<std::thread> threads;
        for (size_t i = 0; i < 50; ++i) {
            threads.emplace_back([&, i] {
                Connection client = desk.company.connect(devices[i % devices.size()]);
                const Send send;
                const QString code = verdict(client.call(QLatin1StringView("api.reserve_send"),
                    {param(send.message), param(send.attempt), param(desk.conversation.value), param(send.secret),
                        json(Desk::textContent(QStringLiteral("Hello")))}));
                sent += code == QStringLiteral("accepted");
                refused += code == QStringLiteral("CV010") || code == QStringLiteral("CV011");
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(sent.load(), 20);
        QCOMPARE(refused.load(), 30);
        QCOMPARE(number(desk.root, "select max(sent) from conversure.agent_quotas") <= 6, true);
        QCOMPARE(desk.wrongCounts(), QString());
    }

    void midnightIsTheCompanysOwn_data()
    {
        QTest::addColumn<QString>("zone");
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        QTest::addColumn<QString>("expected");
        QTest::newRow("Dubai") << QStringLiteral("Asia/Dubai") << QByteArray("2027-03-10 19:59:50+00")
                               << QByteArray("2027-03-10 20:00:05+00") << QStringLiteral("03-10=1 03-11=1");
        QTest::newRow("UTC") << QStringLiteral("UTC") << QByteArray("2027-03-10 23:59:50+00")
                             << QByteArray("2027-03-11 00:00:05+00") << QStringLiteral("03-10=1 03-11=1");
        // A day of 23 hours (28 March), and one of 25 (31 October).
        QTest::newRow("spring") << QStringLiteral("Europe/Berlin") << QByteArray("2027-03-28 21:59:50+00")
                                << QByteArray("2027-03-28 22:00:05+00") << QStringLiteral("03-28=1 03-29=1");
        QTest::newRow("autumn") << QStringLiteral("Europe/Berlin") << QByteArray("2027-10-31 22:59:50+00")
                                << QByteArray("2027-10-31 23:00:05+00") << QStringLiteral("10-31=1 11-01=1");
        QTest::newRow("midnight that comes twice")
            << QStringLiteral("Atlantic/Azores") << QByteArray("2027-10-30 23:59:50+00")
            << QByteArray("2027-10-31 00:00:05+00") << QStringLiteral("10-30=1 10-31=1");
        QTest::newRow("the hour that comes twice")
            << QStringLiteral("Europe/Berlin") << QByteArray("2027-10-31 00:30:00+00")
            << QByteArray("2027-10-31 01:30:00+00") << QStringLiteral("10-31=2");
    }

    void midnightIsTheCompanysOwn()
    {
        QFETCH(QString, zone);
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, after);
        QFETCH(QString, expected);
        Desk desk(before);
        setZone(desk, zone);
        setLimit(desk, 1);
        const bool sameDay = !expected.contains(u' ');
        if (sameDay)
            setLimit(desk, 2);
        MUST(desk.reserve(Send()));
        const auto full = sameDay ? Result<Rows>() : desk.reserve(Send());
        if (!sameDay) {
            QCOMPARE(verdict(full), QStringLiteral("CV010"));
            // Told when it frees, and then it does.
            const qint64 frees = full.error().detail[QStringLiteral("frees_at")].toInteger() / 1'000'000;
            QVERIFY2(frees > desk.nowSeconds() && frees - desk.nowSeconds() <= 10,
                qPrintable(QString::number(frees - desk.nowSeconds())));
        }
        desk.setClock(after);
        MUST(desk.reserve(Send()));
        QCOMPARE(days(desk), expected);
    }

    void aTransactionOverMidnightIsChargedWhenItSends()
    {
        Desk desk("2027-03-10 19:59:50+00");
        MUST(desk.client.script("begin"));
        MUST(desk.client.run("select api.whoami()"));
        desk.setClock("2027-03-10 20:00:05+00");
        MUST(desk.reserve(Send()));
        MUST(desk.client.script("commit"));
        QCOMPARE(days(desk), QStringLiteral("03-11=1"));
    }

    void aRefundGoesToTheDayThatWasCharged()
    {
        Desk desk("2027-03-10 19:59:50+00");
        const Send send;
        MUST(desk.reserve(send));
        desk.setClock("2027-03-10 20:00:05+00");
        MUST(desk.reserve(Send()));
        MUST(desk.fail(send));
        MUST(desk.fail(send));
        QCOMPARE(days(desk), QStringLiteral("03-10=0 03-11=1"));
        desk.status(send, QStringLiteral("sent")); // after all
        QCOMPARE(days(desk), QStringLiteral("03-10=1 03-11=1"));
        QCOMPARE(desk.wrongCounts(), QString());
    }

    void aChangeOfZoneCountsFromTheNextDay_data()
    {
        QTest::addColumn<QString>("to");
        QTest::addColumn<QByteArrayList>("times");
        QTest::addColumn<QString>("expected");
        // From Dubai (+4), on 10 March at noon there; its day ends at 20:00 UTC.
        QTest::newRow("west") << QStringLiteral("UTC")
                              << QByteArrayList{"2027-03-10 19:59:00+00", "2027-03-10 20:01:00+00",
                                     "2027-03-10 23:59:00+00", "2027-03-11 00:01:00+00"}
                              << QStringLiteral("03-10=4 03-11=1");
        QTest::newRow("east") << QStringLiteral("Asia/Tokyo")
                              << QByteArrayList{"2027-03-10 15:01:00+00", "2027-03-10 19:59:00+00",
                                     "2027-03-10 20:01:00+00", "2027-03-11 15:01:00+00"}
                              << QStringLiteral("03-10=3 03-11=1 03-12=1");
        QTest::newRow("across the date line") << QStringLiteral("Etc/GMT+12")
                                              << QByteArrayList{"2027-03-10 19:59:00+00", "2027-03-10 20:01:00+00",
                                                     "2027-03-11 11:59:00+00", "2027-03-11 12:01:00+00"}
                                              << QStringLiteral("03-10=4 03-11=1");
    }

    void aChangeOfZoneCountsFromTheNextDay()
    {
        QFETCH(QString, to);
        QFETCH(QByteArrayList, times);
        QFETCH(QString, expected);
        Desk desk("2027-03-10 08:00:00+00");
        MUST(desk.reserve(Send()));
        MUST(desk.admin.call(QLatin1StringView("api.set_time_zone"), {param(to)}));
        QCOMPARE(verdict(desk.admin, "select api.set_time_zone('Mars/Olympus')"), QStringLiteral("CV004"));
        QCOMPARE(verdict(desk.client, "select api.set_time_zone('UTC')"), QStringLiteral("CV002"));
        for (const QByteArray &time : times) {
            desk.setClock(time);
            desk.receive(QStringLiteral("Still there?"));
            MUST(desk.reserve(Send()));
        }
        QCOMPARE(days(desk), expected);
    }

    void theEndOfADayIsWhereTheNextBegins()
    {
        Desk desk("2027-03-10 08:00:00+00");
        for (const char *zone : {"UTC", "Pacific/Kiritimati", "Etc/GMT+12", "Asia/Dubai"}) {
            MUST(desk.root.run("update conversure.companies set time_zone = 'Asia/Dubai', next_time_zone = null, "
                               "zone_changes_at = null, zone_day = null"));
            desk.setClock("2027-03-10 08:00:00+00");
            MUST(desk.admin.call(QLatin1StringView("api.set_time_zone"), {param(QString::fromLatin1(zone))}));
            // Over four days, an instant before each end is that day, and the end is a later one.
            QCOMPARE(column(desk.root,
                         "select hour::text from generate_series(timestamptz '2027-03-10 08:00+00', '2027-03-14 "
                         "08:00+00', '17 minutes') hour, "
                         "conversure.companies c, lateral (select conversure.local_day(c.company_id, hour) as day) d, "
                         "lateral (select conversure.day_ends(c.company_id, d.day) as ends) e where e.ends <= hour or "
                         "conversure.local_day(c.company_id, e.ends) <= d.day or conversure.local_day(c.company_id, "
                         "e.ends - interval '1 us') <> d.day")
                         .join(u' '),
                QString());
        }
    }

    void aResetGivesTheDayBackAndForgetsWhatWasBefore()
    {
        Desk desk("2027-03-10 08:00:00+00");
        MUST(desk.root.run("update conversure.whatsapp_numbers set warmup_started_at = conversure.now()"));
        setLimit(desk, 2);
        MUST(desk.admin.run("select api.set_agent_limit(null, 2)"));
        const Send before;
        const Send open;
        MUST(desk.reserve(before));
        MUST(desk.reserve(open));
        QCOMPARE(verdict(desk.client, "select api.reset_quotas()"), QStringLiteral("CV002"));
        const QJsonObject answer = reset(desk);
        const QJsonObject entry = answer[QStringLiteral("numbers")][0].toObject();
        QCOMPARE(entry[QStringLiteral("previous_sent")].toInt(), 2);
        QCOMPARE(entry[QStringLiteral("new_limit")].toInt(), 2);
        QCOMPARE(entry[QStringLiteral("week")].toInt(), 1);
        QCOMPARE(entry[QStringLiteral("label")].toString(), QStringLiteral("Sales"));
        QCOMPARE(answer[QStringLiteral("agents")].toInt(), 1);
        MUST(desk.reserve(Send()));
        MUST(desk.fail(before)); // gives nothing back: it was forgotten
        QCOMPARE(days(desk), QStringLiteral("03-10=1"));
        desk.status(before, QStringLiteral("delivered")); // nor takes anything
        QCOMPARE(days(desk), QStringLiteral("03-10=1"));
        const Send after;
        MUST(desk.reserve(after));
        MUST(desk.fail(after)); // charged to what began with the reset, and given back to it
        QCOMPARE(days(desk), QStringLiteral("03-10=1"));
        MUST(desk.reserve(Send()));
        QCOMPARE(verdict(desk.reserve(Send())), QStringLiteral("CV011"));
        QCOMPARE(desk.wrongCounts(), QString());
        QCOMPARE(number(desk.root, "select count(*) from conversure.audit_log where action = 'quota.reset'"), 1);
    }

    void aResetConcernsWhatItNamesAndNothingOfOthers()
    {
        Desk desk;
        Company other(desk.database, QStringLiteral("Other"));
        setLimit(desk, 1);
        MUST(desk.reserve(Send()));
        QCOMPARE(verdict(desk.admin, "select api.reset_quotas(array[$1::uuid])", {param(other.number.value)}),
            QStringLiteral("CV003"));
        MUST(desk.admin.run("select api.reset_quotas('{}', '{}')"));
        QCOMPARE(verdict(desk.reserve(Send())), QStringLiteral("CV010"));
        MUST(desk.admin.run("select api.reset_quotas(array[$1::uuid], '{}')", {param(desk.company.number.value)}));
        MUST(desk.reserve(Send()));
    }

    void aResetWhileFiftySendLosesNoCount()
    {
        Desk desk;
        std::vector<Company::Device> devices;
        for (int i = 0; i < 6; ++i)
            devices.push_back(desk.company.signIn(desk.company.addPerson()));
        std::atomic<int> odd = 0;
        std::vector<std::thread> threads;
        for (size_t i = 0; i < devices.size(); ++i) {
            threads.emplace_back([&, i] {
                Connection client = desk.company.connect(devices[i]);
                for (int k = 0; k < 20; ++k) {
                    const Send send;
                    const auto reserved = client.call(QLatin1StringView("api.reserve_send"),
                        {param(send.message), param(send.attempt), param(desk.conversation.value), param(send.secret),
                            json(Desk::textContent(QStringLiteral("Hello")))});
                    if (!reserved) {
                        ++odd;
                    } else if (k % 3 == 0) {
                        MUST(client.call(QLatin1StringView("api.fail_send"),
                            {param(send.attempt), param(send.secret), param(QStringLiteral("meta:131026")),
                                json(QJsonObject())}));
                    }
                }
            });
        }
        for (int k = 0; k < 10; ++k)
            reset(desk);
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(odd.load(), 0);
        QCOMPARE(desk.wrongCounts(), QString());
    }
};

CONVERSURE_TEST(QuotaTest)
#include "QuotaTest.moc"
