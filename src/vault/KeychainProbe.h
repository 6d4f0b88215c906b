// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QString;

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

enum class KeychainEntry {
    None,
    Open,
    Locked, ///< By itself: it is there, and its reader was not let in.
    Unknown, ///< Nobody answers, or the system has no way to ask.
};

/// Asks for one entry of QtKeychain's. Where a person is asked about each entry and says no, QtKeychain reports it as
/// not found, written or removed all the same. Blocks and belongs to the same thread as probeKeychain().
KeychainEntry probeEntry(const QString &service, const QString &name);

} // namespace conversure::vault
