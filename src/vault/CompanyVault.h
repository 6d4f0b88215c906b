// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "vault/Keys.h"
#include "vault/Manifest.h"
#include "vault/TrustChain.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>
#include <QUuid>

namespace conversure::vault {

/// What a client or a relay remembers of a company, apart from the store: what the store cannot take back.
struct Pins {
    QByteArray rootKey; ///< Empty: none yet, the first one is believed.
    qint64 manifestVersion = 0; ///< The newest manifest seen; an older one is refused.
};

/// A company's vault after every check: nothing in it depends on what the database says without a signature.
struct CompanyVault {
    QUuid company;
    KeyHolder holder;
    TrustChain chain;
    Manifest manifest;
    /// Empty while the holder waits: nobody has sealed the present data key to them yet.
    Secret dataKey;
    Pins pins; ///< To be remembered.

    bool isWaiting() const { return dataKey.isEmpty(); }
    int keyVersion() const { return manifest.keyVersion; }
};

/// Checks and opens a vault. \a document, as queries/vault_of_user and relay.company_vault give it: {"root_key",
/// "statements", "seals", "manifest", "numbers": [{"secrets": […]}]}. Pure.
///
/// Refusals: "vault:pin" (another root key than the pinned one), "vault:rollback" (a manifest older than the pinned
/// one), "vault:manifest" (missing, altered, by one without authority, or the secrets are others than it says), and
/// those of openSealedKey.
Result<CompanyVault> openCompanyVault(
    const QUuid &company, const KeyHolder &holder, const KeyPair &keys, const QJsonObject &document, const Pins &pins);

/// The next manifest of \a vault: with these secrets (as sealSettings makes them) beside those that are there, or
/// instead of them. Refusals as TrustChain::verify, when the holder has no authority: nobody would believe it.
Result<Manifest> manifestWith(const CompanyVault &vault, const QJsonArray &secrets, const KeyPair &keys);

} // namespace conversure::vault
