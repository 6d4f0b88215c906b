// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

#include <optional>

namespace conversure::relay::jobs_test {

/// This program as a relay that does jobs and dies at STEP without any clearing up:
///   --jobs-until STEP STORE COMPANY NUMBER PROVIDER-NUMBER PORT
/// No value when \a arguments are those of a test run.
std::optional<int> childOf(const QStringList &arguments);

/// How a process ended that died at its step.
constexpr int diedAtStep = 77;

} // namespace conversure::relay::jobs_test
