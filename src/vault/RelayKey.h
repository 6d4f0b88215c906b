// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "vault/Keys.h"

#include <QString>
#include <QUuid>

namespace conversure::vault {

/// The relay's own key, from a file that only its user can read.
struct RelayKey {
    QUuid id; ///< Derived from the public key, so that it needs no keeping.
    KeyPair keys;

    /// Reads the key. Codes: "key:none" (no such file), "key:open" (others can read it), "key:read", "key:format".
    static Result<RelayKey> load(const QString &path);
    /// Makes a new key (0600). Codes: "key:exists", "key:write".
    static Result<RelayKey> create(const QString &path);
    /// Reads the key, or makes it if there is no such file.
    static Result<RelayKey> loadOrCreate(const QString &path);
};

} // namespace conversure::vault
