// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "vault/CompanyVault.h"
#include "vault/RecoveryCode.h"

#include <QJsonObject>

namespace conversure::vault {

/// A vault at its beginning.
struct Founding {
    QJsonObject document; ///< As conversure.found_vault takes it.
    Pins pins;
};

/// A new vault under a new data key, empty: \a founder's key is the root, signs itself, and is given the data key, and
/// so is the recovery code's where there is one. \a keyVersion and \a manifestVersion: above 1 where a vault begins
/// anew.
Founding foundVault(const QUuid &company, const Signer &founder, const KeyPair *recovery, int keyVersion = 1,
    qint64 manifestVersion = 1);

/// Somebody's keys signed by the holder of \a vault, and its data key sealed to them: {"statement", "seal"}. The vault
/// is an open one. Refusals as TrustChain::verify: whose own keys are not signed, or give no authority, signs in vain.
Result<QJsonObject> welcome(const CompanyVault &vault, const KeyPair &signerKeys, const KeyHolder &subject,
    const QByteArray &boxPublic, const QByteArray &signPublic, bool authority);

} // namespace conversure::vault
