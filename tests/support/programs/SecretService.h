// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

#include <optional>

namespace conversure::test {

/// A Secret Service whose keyring is open, and at which a person says no to all that is asked: this program, started
/// with --secret-service HOW. It prints "ready" once it owns the service's name, and serves until it is ended. No value
/// when \a arguments are those of a test run.
///
/// HOW, as desktops differ: "prompt" (there is an entry, locked by itself, and the question about it is dismissed),
/// "error" (there is an entry, and whoever asks for more is answered with an error), "empty" (there is none, and the
/// question whether to make one is dismissed).
std::optional<int> denyingSecretService(const QStringList &arguments);

} // namespace conversure::test
