// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "domain/Result.h"
#include "vault/Keys.h"
#include "vault/Secret.h"

#include <QString>

namespace conversure::vault {

/// All that a computer keeps of a sign-in, so that the next start needs no password. Goes into the keychain whole;
/// never anywhere else.
struct DeviceRecord {
    CompanyId company;
    UserId user;
    QString email;
    QString name;
    QString userRole; ///< AGENT, COMPANY_ADMIN or SUPER_ADMIN
    QString companyName;
    QString database; ///< URL of this device's own login role, with its password.
    QString token; ///< For the live connection.
    KeyPair keys; ///< The member's own.

    /// JSON, so that another version of the program can tell what it does not know.
    Secret toBytes() const;
    /// Fails with code "device:record": not a record, of a newer format, or with keys that do not fit each other.
    static Result<DeviceRecord> fromBytes(const Secret &bytes);
};

} // namespace conversure::vault
