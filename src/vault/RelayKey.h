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

    /// Reads the key, or makes it (0600) if there is no such file. Refuses a file that others can read: "key:open".
    static Result<RelayKey> loadOrCreate(const QString &path);
};

} // namespace conversure::vault
