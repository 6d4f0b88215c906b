// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/Keys.h"

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

QByteArray randomBytes(qsizetype size)
{
    requireSodium();
    QByteArray bytes(size, Qt::Uninitialized);
    randombytes_buf(bytes.data(), static_cast<size_t>(size));
    return bytes;
}

tl::unexpected<Error> refused(const char *code)
{
    return failure(ErrorKind::Refused, QString::fromLatin1(code), QStringLiteral("the key does not fit"));
}

QByteArray associatedData(const SecretIdentity &id)
{
    return QStringLiteral("conversure.secret.v1|%1|%2|%3|%4|%5")
        .arg(id.company.toString(QUuid::WithoutBraces), id.secret.toString(QUuid::WithoutBraces), id.kind)
        .arg(id.keyVersion)
        .arg(id.secretVersion)
        .toUtf8();
}

} // namespace

KeyPair KeyPair::generate()
{
    requireSodium();
    QByteArray boxPublic(crypto_box_PUBLICKEYBYTES, Qt::Uninitialized);
    QByteArray boxPrivate(crypto_box_SECRETKEYBYTES, Qt::Uninitialized);
    QByteArray signPublic(crypto_sign_PUBLICKEYBYTES, Qt::Uninitialized);
    QByteArray signPrivate(crypto_sign_SECRETKEYBYTES, Qt::Uninitialized);
    crypto_box_keypair(raw(boxPublic), raw(boxPrivate));
    crypto_sign_keypair(raw(signPublic), raw(signPrivate));
    return {boxPublic, signPublic, Secret(std::move(boxPrivate)), Secret(std::move(signPrivate))};
}

bool KeyPair::isWhole() const
{
    requireSodium();
    if (boxPrivate.bytes().size() != crypto_scalarmult_SCALARBYTES
        || signPrivate.bytes().size() != crypto_sign_SECRETKEYBYTES)
        return false;
    QByteArray derivedBox(crypto_scalarmult_BYTES, Qt::Uninitialized);
    QByteArray derivedSign(crypto_sign_PUBLICKEYBYTES, Qt::Uninitialized);
    QByteArray derivedPrivate(crypto_sign_SECRETKEYBYTES, Qt::Uninitialized);
    // An Ed25519 private key is its seed with the public key behind it.
    if (crypto_scalarmult_base(raw(derivedBox), raw(boxPrivate.bytes())) != 0
        || crypto_sign_seed_keypair(raw(derivedSign), raw(derivedPrivate), raw(signPrivate.bytes())) != 0)
        return false;
    const Secret derived(std::move(derivedPrivate));
    return derivedBox == boxPublic && derivedSign == signPublic && derived.bytes() == signPrivate.bytes();
}

KeyPair KeyPair::copy() const
{
    return {boxPublic, signPublic, boxPrivate.copy(), signPrivate.copy()};
}

QByteArray wrapKeys(const KeyPair &keys, const Secret &wrapKey)
{
    const Secret clear(keys.boxPrivate.bytes() + keys.signPrivate.bytes());
    const QByteArray nonce = randomBytes(crypto_secretbox_NONCEBYTES);
    QByteArray box(clear.bytes().size() + crypto_secretbox_MACBYTES, Qt::Uninitialized);
    crypto_secretbox_easy(raw(box), raw(clear.bytes()), static_cast<unsigned long long>(clear.bytes().size()),
        raw(nonce), raw(wrapKey.bytes()));
    return nonce + box;
}

Result<KeyPair> unwrapKeys(const QByteArray &wrapped, const QByteArray &boxPublic, const Secret &wrapKey)
{
    requireSodium();
    constexpr qsizetype clearSize = crypto_box_SECRETKEYBYTES + crypto_sign_SECRETKEYBYTES;
    if (wrapped.size() != crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + clearSize
        || wrapKey.bytes().size() != crypto_secretbox_KEYBYTES)
        return refused("vault:wrap");
    const QByteArray nonce = wrapped.left(crypto_secretbox_NONCEBYTES);
    const QByteArray box = wrapped.mid(crypto_secretbox_NONCEBYTES);
    QByteArray clear(clearSize, Qt::Uninitialized);
    if (crypto_secretbox_open_easy(
            raw(clear), raw(box), static_cast<unsigned long long>(box.size()), raw(nonce), raw(wrapKey.bytes()))
        != 0)
        return refused("vault:wrap");
    const Secret both(std::move(clear));
    // The last half of an Ed25519 private key is its public key.
    KeyPair keys{boxPublic, both.bytes().right(crypto_sign_PUBLICKEYBYTES),
        Secret(both.bytes().left(crypto_box_SECRETKEYBYTES)), Secret(both.bytes().mid(crypto_box_SECRETKEYBYTES))};
    if (!keys.isWhole())
        return refused("vault:wrap");
    return keys;
}

QByteArray sealDataKey(const Secret &dataKey, const QByteArray &boxPublic)
{
    requireSodium();
    QByteArray sealed(dataKey.bytes().size() + crypto_box_SEALBYTES, Qt::Uninitialized);
    crypto_box_seal(
        raw(sealed), raw(dataKey.bytes()), static_cast<unsigned long long>(dataKey.bytes().size()), raw(boxPublic));
    return sealed;
}

Result<Secret> openDataKey(const QByteArray &sealed, const KeyPair &keys)
{
    requireSodium();
    if (sealed.size() != 32 + crypto_box_SEALBYTES)
        return refused("vault:seal");
    QByteArray clear(32, Qt::Uninitialized);
    if (crypto_box_seal_open(raw(clear), raw(sealed), static_cast<unsigned long long>(sealed.size()),
            raw(keys.boxPublic), raw(keys.boxPrivate.bytes()))
        != 0)
        return refused("vault:seal");
    return Secret(std::move(clear));
}

SealedSecret sealSecret(const Secret &dataKey, const SecretIdentity &identity, const QByteArray &clear)
{
    const QByteArray nonce = randomBytes(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
    const QByteArray bound = associatedData(identity);
    QByteArray ciphertext(clear.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES, Qt::Uninitialized);
    crypto_aead_xchacha20poly1305_ietf_encrypt(raw(ciphertext), nullptr, raw(clear),
        static_cast<unsigned long long>(clear.size()), raw(bound), static_cast<unsigned long long>(bound.size()),
        nullptr, raw(nonce), raw(dataKey.bytes()));
    return {nonce, ciphertext};
}

Result<QByteArray> openSecret(const Secret &dataKey, const SecretIdentity &identity, const SealedSecret &sealed)
{
    requireSodium();
    if (sealed.nonce.size() != crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
        || sealed.ciphertext.size() < crypto_aead_xchacha20poly1305_ietf_ABYTES || dataKey.bytes().size() != 32)
        return refused("vault:secret");
    const QByteArray bound = associatedData(identity);
    QByteArray clear(sealed.ciphertext.size() - crypto_aead_xchacha20poly1305_ietf_ABYTES, Qt::Uninitialized);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(raw(clear), nullptr, nullptr, raw(sealed.ciphertext),
            static_cast<unsigned long long>(sealed.ciphertext.size()), raw(bound),
            static_cast<unsigned long long>(bound.size()), raw(sealed.nonce), raw(dataKey.bytes()))
        != 0)
        return refused("vault:secret");
    return clear;
}

} // namespace conversure::vault
