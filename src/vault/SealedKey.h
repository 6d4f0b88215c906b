// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "vault/Keys.h"
#include "vault/TrustChain.h"

#include <QByteArray>
#include <QJsonObject>
#include <QList>

namespace conversure::vault {

/// What tells a data key without telling what it is: a keyed hash of a constant under it, 32 bytes. Two keys never have
/// the same.
QByteArray commitmentOf(const Secret &dataKey, const QUuid &company, int keyVersion);

/// A company's data key, sealed to one holder and signed by whoever sealed it: a sealed box names no sender.
struct SealedKey {
    KeyHolder recipient;
    int keyVersion = 0;
    QByteArray sealed; ///< 80 bytes
    QByteArray commitment;
    KeyHolder sealedBy;
    QByteArray signature;

    /// What the signature covers. \a recipientBox: the recipient's public key, which the store does not choose.
    QByteArray bytes(const QUuid &company, const QByteArray &recipientBox) const;
    QJsonObject toJson() const;
    static SealedKey fromJson(const QJsonObject &object);
};

/// The data key for each of \a members. Takes verified keys only: nobody seals to a key that is not signed.
QList<SealedKey> sealForMembers(
    const QUuid &company, int keyVersion, const Secret &dataKey, const QList<MemberKey> &members, const Signer &signer);

/// The data key for the signer's own new keys, which nobody has signed yet. It counts only as long as its commitment is
/// the manifest's, see openSealedKey.
SealedKey sealToSelf(const QUuid &company, int keyVersion, const Secret &dataKey, const Signer &self);

/// Opens a data key. Refusals: "vault:unsigned" (no signature, a wrong one, or not by one with authority; the holder's
/// own is enough, as what it opens to is held against \a commitment, which somebody with authority signed),
/// "vault:seal" (not for these keys), "vault:commitment" (another data key than the company's).
Result<Secret> openSealedKey(const QUuid &company, const SealedKey &sealed, const QByteArray &commitment,
    const KeyHolder &holder, const KeyPair &keys, const TrustChain &chain);

} // namespace conversure::vault
