// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "ui/widgets/Resources.h"
#include "ui/widgets/Theme.h"

#include <QApplication>

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    QApplication::setCursorFlashTime(0); // a blinking caret would make pictures differ
    conversure::ui::initResources();
    conversure::ui::applyTheme(conversure::ui::ThemeMode::Light);
    return conversure::test::runTests(argc, argv);
}
