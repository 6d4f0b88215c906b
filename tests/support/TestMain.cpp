// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include <QCoreApplication>

#include <cstdio>
#include <vector>

namespace conversure::test {

namespace {

struct Registered {
    const char *name;
    std::function<std::unique_ptr<QObject>()> make;
};

std::vector<Registered> &registry()
{
    static std::vector<Registered> tests;
    return tests;
}

int runOne(QObject &object, const char *name, const QStringList &arguments)
{
    QStringList own{QCoreApplication::applicationName()};
    bool wanted = true;
    for (const QString &argument : arguments) {
        if (argument.startsWith(u'-')) {
            own << argument;
            continue;
        }
        const QStringList parts = argument.split(QStringLiteral("::"));
        wanted = parts.first() == QLatin1StringView(name);
        if (wanted && parts.size() > 1)
            own << parts.at(1);
    }
    return wanted ? QTest::qExec(&object, own) : 0;
}

} // namespace

bool registerTest(const char *name, std::function<std::unique_ptr<QObject>()> make)
{
    registry().push_back({name, std::move(make)});
    return true;
}

int runTests(int, char **)
{
    const QStringList arguments = QCoreApplication::arguments().mid(1);
    int failures = 0;
    for (const Registered &test : registry()) {
        const std::unique_ptr<QObject> object = test.make();
        failures += runOne(*object, test.name, arguments);
    }
    if (registry().empty())
        std::fputs("no test class is registered\n", stderr);
    return failures == 0 && !registry().empty() ? 0 : 1;
}

} // namespace conversure::test
