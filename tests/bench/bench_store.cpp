// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// How many messages a second can be reserved on one number, with all rules, feed and policies, by 16 connections; and
// as a ratio to what the server does at best: the bare update of that number's quota, in the same run. The server is
// one that keeps its promises: each commit waits for the disk. The second table leaves that out, which shows how much
// work is in the call.
#include "StoreFixture.h"

#include "domain/Clock.h"

#include <QCoreApplication>
#include <QElapsedTimer>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <functional>
#include <thread>
#include <vector>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

namespace {

constexpr int connections = 16;
constexpr int seconds = 5;
constexpr int rounds = 5;
constexpr int leads = 40; ///< An agent writes to one after the other.

/// Calls \a work on each connection until the time is over; answers calls a second.
double measure(std::vector<Connection> &clients, const std::function<void(Connection &, size_t)> &work)
{
    std::atomic<bool> over = false;
    std::atomic<qint64> done = 0;
    std::vector<std::thread> threads;
    QElapsedTimer timer;
    timer.start();
    for (size_t i = 0; i < clients.size(); ++i) {
        threads.emplace_back([&, i] {
            while (!over) {
                work(clients[i], i);
                ++done;
            }
        });
    }
    std::this_thread::sleep_for(std::chrono::seconds(seconds));
    over = true;
    for (std::thread &thread : threads)
        thread.join();
    return static_cast<double>(done) * 1000.0 / static_cast<double>(timer.elapsed());
}

void reserve(Connection &client, const QUuid &conversation)
{
    thread_local SystemClock clock;
    thread_local IdSource ids(clock); // as clients make them: one after another, which indexes like
    MUST(client.call(QLatin1StringView("api.reserve_send"),
        {param(ids.next()), param(ids.next()), param(conversation), param(QStringLiteral("a secret of some length")),
            json(QJsonObject{{QStringLiteral("type"), QStringLiteral("TEXT")},
                {QStringLiteral("text"), QStringLiteral("Good morning, is it still free?")}})}));
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    useDurableCluster();
    Database database;
    Company company(database);
    company.setDailyLimit(1'000'000);
    Connection admin = database.admin();
    std::vector<Connection> clients;
    std::vector<std::vector<QUuid>> conversations(connections);
    std::vector<size_t> turn(connections);
    std::vector<Connection> bare;
    for (int i = 0; i < connections; ++i) {
        for (int lead = 0; lead < leads; ++lead) {
            const QString phone = QStringLiteral("+97150%1").arg(1'000'000 + i * leads + lead);
            company.receive(phone, phone, QStringLiteral("Hi"));
            conversations[static_cast<size_t>(i)].push_back(company.conversationOf(phone).value);
        }
        clients.push_back(company.connect(company.signIn(company.addPerson())));
        bare.push_back(database.admin());
    }
    reserve(clients.front(), conversations.front().front()); // the day's row is there
    MUST(admin.script("analyze")); // as autovacuum does it in a store that is in use

    const QByteArray update = "update conversure.quota_log set sent = sent + 1 where company_id = $1::uuid and "
                              "number_id = $2::uuid and day = (select max(day) from conversure.quota_log)";
    for (const bool waits : {true, false}) {
        for (std::vector<Connection> *connections : {&clients, &bare}) {
            for (Connection &connection : *connections)
                MUST(connection.script(waits ? "set synchronous_commit = on" : "set synchronous_commit = off"));
        }
        std::printf("%-52s %10s\n",
            waits ? "16 connections, one number" : "16 connections, one number, no wait for the disk", "per second");
        std::vector<double> ratios;
        for (int round = 1; round <= rounds; ++round) {
            const double floor = measure(bare, [&](Connection &connection, size_t) {
                MUST(connection.run(update, {param(company.id.value), param(company.number.value)}));
            });
            const double reserved = measure(clients,
                [&](Connection &connection, size_t i) { reserve(connection, conversations[i][turn[i]++ % leads]); });
            // What a provider accepts is confirmed within seconds; leases that run out would be ended by those that
            // follow.
            MUST(admin.script("update conversure.message_delivery_attempts set rank = 40 where rank = 10"));
            std::printf("%-52s %10.0f\n%-52s %10.0f\n%-52s %10.2f\n", "the bare update of the quota", floor,
                "api.reserve_send", reserved, "ratio", reserved / floor);
            std::fflush(stdout);
            ratios.push_back(reserved / floor);
        }
        std::sort(ratios.begin(), ratios.end());
        std::printf("%-52s %10.2f\n\n", "ratio, median", ratios[ratios.size() / 2]);
    }
    return 0;
}
