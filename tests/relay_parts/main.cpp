// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "JobsChild.h"
#include "TestMain.h"

#include <QCoreApplication>

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    if (const auto child = conversure::relay::jobs_test::childOf(QCoreApplication::arguments()))
        return *child;
    return conversure::test::runTests(argc, argv);
}
