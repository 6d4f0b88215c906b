// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace conversure::vault {

enum class KeychainState {
    Ready,
    Locked,
    Unmade, ///< The service is there and has no keyring yet: writing would make the desktop ask for a new password.
    Absent, ///< No service answers, or the system has no way to ask.
};

/// Asks the Secret Service what state its default collection is in. QtKeychain's answers do not tell: an entry of a
/// locked collection reads as not found. Blocks for up to three seconds; only for the keychain's own thread.
KeychainState probeKeychain();

} // namespace conversure::vault
