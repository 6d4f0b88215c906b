// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a statement costs straight to the server and through PgBouncer in transaction mode: with a device's own login,
// and with one login for all and a token for each transaction.
#include "Pooler.h"
#include "StoreFixture.h"

#include <QCoreApplication>
#include <QElapsedTimer>

#include <algorithm>
#include <cstdio>
#include <vector>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

namespace {

void measure(const char *what, Connection connection, const QString &token)
{
    connection.setToken(token);
    std::printf("%-48s", what);
    for (const char *statement : {"select 1", "select conversure.my_user()", "select api.inbox_counts()"}) {
        std::vector<double> ms;
        for (int i = 0; i < 3000; ++i) {
            QElapsedTimer timer;
            timer.start();
            MUST(connection.run(statement));
            if (i >= 300) // the first ones plan
                ms.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        }
        std::sort(ms.begin(), ms.end());
        std::printf(" %9.3f %9.3f", ms[ms.size() / 2], ms[ms.size() * 99 / 100]);
    }
    std::printf("\n");
    std::fflush(stdout);
}

Connection open(const QString &url)
{
    return MUST(Connection::open(url, QStringLiteral("bench")));
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    Database database;
    Company company(database);
    const auto device = company.signIn(company.addPerson());
    Connection admin = database.admin();
    MUST(admin.script("drop role if exists bench_pool; create role bench_pool login password 'pool' in role "
                      "conversure_client"));
    const QString pool =
        Connection::urlWithUser(database.adminUrl(), QStringLiteral("bench_pool"), QStringLiteral("pool"));
    const Pooler pooler;
    const Pooler resetting(true);

    std::printf("%-48s %19s %19s %19s\n", "p50 and p99, ms", "select 1", "my_user()", "inbox_counts()");
    measure("straight, device's login", open(device.url), {});
    measure("straight, one login and a token", open(pool), device.token);
    measure("pooled, device's login", open(pooler.through(device.url)), {});
    measure("pooled, one login and a token", open(pooler.through(pool)), device.token);
    measure("pooled, one login and a token, reset each time", open(resetting.through(pool)), device.token);
    return 0;
}
