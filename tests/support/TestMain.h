// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTest>

#include <functional>
#include <memory>

namespace conversure::test {

/// Registers a QObject test class with the one program of its folder. Used through CONVERSURE_TEST.
bool registerTest(const char *name, std::function<std::unique_ptr<QObject>()> make);

/// Runs every registered class, or those named on the command line ("ClassName" or "ClassName::function").
/// Creates the application object: QApplication where the program links Qt Widgets, else QCoreApplication.
int runTests(int argc, char **argv);

} // namespace conversure::test

/// At the end of each *Test.cpp, before its moc include: CONVERSURE_TEST(WindowTest)
#define CONVERSURE_TEST(Class)                                                                                         \
    static const bool registered##Class = conversure::test::registerTest(                                              \
        #Class, []() -> std::unique_ptr<QObject> { return std::make_unique<Class>(); });
