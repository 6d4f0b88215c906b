// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "vault/TrustChain.h"

#include <QByteArray>
#include <QHash>
#include <QJsonObject>
#include <QUuid>

namespace conversure::vault {

/// What is in a company's vault now, signed by one with authority: which data key, and of each secret which version. It
/// is what an older row that is put back is found out by; an older manifest is found out by the version that a client
/// remembers.
struct Manifest {
    qint64 version = 0; ///< Rises by one with each change.
    int keyVersion = 0;
    QByteArray commitment; ///< Of the data key, see commitmentOf().
    QHash<QUuid, int> entries; ///< Secret → its version.
    KeyHolder signedBy;
    QByteArray signature;

    /// What the signature covers.
    QByteArray bytes(const QUuid &company) const;
    QJsonObject toJson() const;
    static Manifest fromJson(const QJsonObject &object);
};

/// \a manifest as \a signer's.
Manifest signManifest(const QUuid &company, Manifest manifest, const Signer &signer);

/// Refusal "vault:manifest": none, altered, or by one without authority.
Result<void> checkManifest(const QUuid &company, const Manifest &manifest, const TrustChain &chain);

} // namespace conversure::vault
