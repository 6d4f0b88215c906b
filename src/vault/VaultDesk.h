// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "store/Connection.h"
#include "store/SqlLibrary.h"
#include "vault/OpenVault.h"

namespace conversure::vault {

/// A member at work on their company's vault: where they are signed in, with which keys, and what they remember. All
/// that it names outlives it. Everything done at it reads the vault first, with all checks of openCompanyVault(), and
/// answers pins to be remembered. CV040: somebody changed the vault meanwhile; do it again.
struct VaultDesk {
    store::Connection &device;
    const store::SqlLibrary &library;
    CompanyId company;
    const KeyPair &keys;
    Pins pins;

    /// What the store says of the vault, unchecked: as openCompanyVault() reads it, with the member's "user_id".
    Result<QJsonObject> document() const;
    /// The vault as it is now. Refusal "vault:waiting": this member has no data key yet.
    Result<CompanyVault> open() const;
    /// All statements of the company (CompanyVault has only those that may be links), and to whom a new data key goes.
    struct Members {
        TrustChain chain;
        QList<KeyHolder> recipients;
    };
    Result<Members> members(const CompanyVault &vault) const;
};

} // namespace conversure::vault
