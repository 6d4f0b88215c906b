// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

#include <optional>

namespace conversure::test {

/// A process keeps its first session bus for ever, so each use of the keychain under another bus is a process of its
/// own: this program, started with --keychain read NAME | write NAME VALUE | remove NAME. It prints "ok", "missing",
/// "value …" or an error's code. No value when \a arguments are those of a test run.
std::optional<int> keychainChild(const QStringList &arguments);

} // namespace conversure::test
