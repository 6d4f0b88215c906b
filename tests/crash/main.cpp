// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Children.h"
#include "TestMain.h"

#include <QCoreApplication>

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    if (const auto child = conversure::crash_test::childOf(QCoreApplication::arguments()))
        return *child;
    return conversure::test::runTests(argc, argv);
}
