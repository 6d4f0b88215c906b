// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "KeychainChild.h"
#include "SecretService.h"
#include "TestMain.h"

#include <QCoreApplication>

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    if (const auto child = conversure::test::keychainChild(QCoreApplication::arguments()))
        return *child;
    if (const auto service = conversure::test::denyingSecretService(QCoreApplication::arguments()))
        return *service;
    return conversure::test::runTests(argc, argv);
}
