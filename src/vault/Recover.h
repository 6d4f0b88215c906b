// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "vault/RecoveryCode.h"
#include "vault/VaultDesk.h"

#include <QString>

namespace conversure::vault {

/// Lets the recovery code sign an admin's new keys and seal the data key to them: when nobody else is left who could.
/// \a desk: as whoever forgot the password signed in again with new keys. Codes: "recovery:none" (the company has no
/// code), "recovery:code" (it is another one), "CV002", and those of openCompanyVault().
Result<Pins> recover(const VaultDesk &desk, const RecoveryCode &code);

struct NewRecoveryCode {
    QString text; ///< To be shown and printed once; it is kept nowhere.
    Pins pins;
};

/// Makes a new recovery code; the old one is worth nothing from now on.
Result<NewRecoveryCode> renewRecoveryCode(const VaultDesk &desk);

struct EmptiedVault {
    int secrets = 0; ///< How many are gone and have to be entered again.
    bool newRoot = false;
    QString recoveryCode; ///< With a new root a new one, to be printed; else the old one, if any, goes on.
    Pins pins;
};

/// The last resort, when nobody can open the vault any more and there is no recovery code: the secrets go, and a vault
/// begins anew. Where the caller's keys are signed with authority, the root stays, and all members get the new data
/// key. Else the caller's key becomes the root: every client and relay stops at the changed key until a person has
/// looked at it, and the others have to be reset one by one, as agents: nothing says any more who was an admin. Only a
/// COMPANY_ADMIN: "CV002".
Result<EmptiedVault> emptyVault(const VaultDesk &desk);

} // namespace conversure::vault
