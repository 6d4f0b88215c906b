// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/Signing.h"

#include "vault/Base32.h"
#include "vault/Sodium.h"

#include <sodium.h>

namespace conversure::vault {

namespace {

unsigned char *raw(QByteArray &bytes)
{
    return reinterpret_cast<unsigned char *>(bytes.data());
}

const unsigned char *raw(const QByteArray &bytes)
{
    return reinterpret_cast<const unsigned char *>(bytes.constData());
}

QByteArray hashOf(const QByteArray &bytes, const QByteArray &key)
{
    requireSodium();
    QByteArray digest(crypto_generichash_BYTES, Qt::Uninitialized);
    crypto_generichash(raw(digest), static_cast<size_t>(digest.size()), raw(bytes),
        static_cast<unsigned long long>(bytes.size()), key.isEmpty() ? nullptr : raw(key),
        static_cast<size_t>(key.size()));
    return digest;
}

} // namespace

QByteArray sign(const QByteArray &bytes, const KeyPair &keys)
{
    requireSodium();
    QByteArray signature(crypto_sign_BYTES, Qt::Uninitialized);
    crypto_sign_detached(raw(signature), nullptr, raw(bytes), static_cast<unsigned long long>(bytes.size()),
        raw(keys.signPrivate.bytes()));
    return signature;
}

bool isSignedBy(const QByteArray &signPublic, const QByteArray &bytes, const QByteArray &signature)
{
    requireSodium();
    return signPublic.size() == crypto_sign_PUBLICKEYBYTES && signature.size() == crypto_sign_BYTES
        && crypto_sign_verify_detached(
               raw(signature), raw(bytes), static_cast<unsigned long long>(bytes.size()), raw(signPublic))
        == 0;
}

QByteArray digestOf(const QByteArray &bytes)
{
    return hashOf(bytes, {});
}

QByteArray macOf(const QByteArray &bytes, const Secret &key)
{
    return hashOf(bytes, key.bytes());
}

bool isEqual(const QByteArray &a, const QByteArray &b)
{
    return a.size() == b.size() && sodium_memcmp(a.constData(), b.constData(), static_cast<size_t>(a.size())) == 0;
}

QByteArray shortDigestOf(const QByteArray &key)
{
    return digestOf(key).left(20);
}

QString fingerprintOf(const QByteArray &key)
{
    return toBase32(shortDigestOf(key), 4);
}

QString fingerprintOf(const QByteArray &boxPublic, const QByteArray &signPublic)
{
    return fingerprintOf(boxPublic + signPublic);
}

} // namespace conversure::vault
