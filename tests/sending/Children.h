// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

#include <optional>

namespace conversure::test {

/// Other processes that a test needs are this program itself, started with words of their own:
///   --hold-journal FOLDER USER MARKER: opens the journal, adds a text, makes the file MARKER and waits to be killed.
///   --send-until STEP STORE FOLDER USER NUMBER CONVERSATION MESSAGE POSTS: sends one message and dies at STEP without
///   any
///     clearing up; each post to the provider adds a line to the file POSTS.
/// No value when \a arguments are those of a test run.
std::optional<int> childOf(const QStringList &arguments);

/// How a process ended that died at its step.
constexpr int diedAtStep = 77;

} // namespace conversure::test
