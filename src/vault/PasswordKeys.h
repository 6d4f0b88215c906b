// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "vault/Secret.h"

#include <QJsonObject>
#include <QString>

namespace conversure::vault {

/// How a password is stretched (Argon2id), as the store gives it: {"salt": base64, "ops": n, "mem_kib": n}.
struct StretchParams {
    QByteArray salt; ///< Of the store, 16 bytes.
    int ops = 0;
    int memKib = 0;

    /// Refuses what is weaker than this client's floor (64 MiB, 2 passes), whatever the store says: code "vault:weak".
    static Result<StretchParams> fromJson(const QJsonObject &object);
};

/// The two keys that a password gives. The proof goes to the store, which keeps its bcrypt hash; the wrap key never
/// leaves this machine and opens the private keys. So neither the store's operator nor a log ever holds what opens the
/// vault.
struct PasswordKeys {
    QString proof; ///< 43 characters of base64url; bcrypt sees 72 bytes only.
    Secret wrap; ///< 32 bytes.
};

/// Takes a good part of a second and the memory that \a params name; never on the GUI thread. The e-mail is normalised
/// as the store does it, and makes the salt the account's own without a look-up.
Result<PasswordKeys> stretchPassword(const QString &password, const QString &email, const StretchParams &params);

} // namespace conversure::vault
