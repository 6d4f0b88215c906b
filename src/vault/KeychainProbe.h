// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace conversure::vault {

enum class KeychainState {
    Ready,
    Locked,
    Absent, ///< No service answers, or the system has no way to ask.
};

/// Asks the Secret Service what state its default collection is in. QtKeychain's answers do not tell: an entry of a
/// locked collection reads as not found. Blocks for up to three seconds; only for the keychain's own thread.
KeychainState probeKeychain();

} // namespace conversure::vault
