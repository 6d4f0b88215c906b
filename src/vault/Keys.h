// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "vault/Secret.h"

#include <QByteArray>
#include <QUuid>

namespace conversure::vault {

/// The keys of a member or a relay: X25519 to be sealed to, Ed25519 to sign.
struct KeyPair {
    QByteArray boxPublic; ///< 32 bytes
    QByteArray signPublic; ///< 32 bytes
    Secret boxPrivate; ///< 32 bytes
    Secret signPrivate; ///< 64 bytes

    static KeyPair generate();
    /// Whether the public halves are those of the private ones.
    bool isWhole() const;
    KeyPair copy() const;
};

/// Both private keys under \a wrapKey (XSalsa20-Poly1305, nonce in front), as `user_keys.wrapped` holds them.
QByteArray wrapKeys(const KeyPair &keys, const Secret &wrapKey);
/// Fails with kind Refused, code "vault:wrap": another key, changed bytes, or a public key that is not theirs.
Result<KeyPair> unwrapKeys(const QByteArray &wrapped, const QByteArray &boxPublic, const Secret &wrapKey);

/// A company's data key, sealed so that only the holder of the private key opens it.
QByteArray sealDataKey(const Secret &dataKey, const QByteArray &boxPublic);
/// Fails with code "vault:seal".
Result<Secret> openDataKey(const QByteArray &sealed, const KeyPair &keys);

/// Which secret a ciphertext belongs to; bound into it, so that no row can be put in another one's place.
struct SecretIdentity {
    QUuid company;
    QUuid secret;
    QString kind;
    int keyVersion = 1;
    int secretVersion = 1;
};

struct SealedSecret {
    QByteArray nonce;
    QByteArray ciphertext;
};

SealedSecret sealSecret(const Secret &dataKey, const SecretIdentity &identity, const QByteArray &clear);
/// Fails with code "vault:secret": wrong key, another row's ciphertext, or changed bytes.
Result<QByteArray> openSecret(const Secret &dataKey, const SecretIdentity &identity, const SealedSecret &sealed);

} // namespace conversure::vault
