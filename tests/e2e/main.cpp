// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ClientTest.h"
#include "KeychainChild.h"
#include "SecretService.h"
#include "TestMain.h"

#include "ui/widgets/Fonts.h"
#include "ui/widgets/Resources.h"

#include <QApplication>

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    conversure::ui::initResources();
    conversure::ui::applyFonts();
    // A second life of this program: the client that a test types into and kills.
    if (app.arguments().value(1) == QStringLiteral("--typist"))
        return conversure::test::runTypist(app.arguments().mid(2));
    if (const auto child = conversure::test::keychainChild(app.arguments()))
        return *child;
    if (const auto service = conversure::test::denyingSecretService(app.arguments()))
        return *service;
    return conversure::test::runTests(argc, argv);
}
