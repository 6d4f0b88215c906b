// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/RecoveryCode.h"

#include "vault/Base32.h"
#include "vault/Sodium.h"

#include <sodium.h>

namespace conversure::vault {

namespace {

// An own namespace, so that no other name-based UUID can be equal.
const QUuid recoveryNamespace(QStringLiteral("{0b6f4f0e-54c1-4f6f-9d0a-4d2d2e0f7a31}"));

unsigned char *raw(QByteArray &bytes)
{
    return reinterpret_cast<unsigned char *>(bytes.data());
}

} // namespace

RecoveryCode RecoveryCode::generate()
{
    return RecoveryCode(Secret::random(codeSize));
}

std::optional<RecoveryCode> RecoveryCode::parse(QStringView text)
{
    auto bytes = fromBase32(text, codeSize);
    if (!bytes)
        return std::nullopt;
    return RecoveryCode(Secret(std::move(*bytes)));
}

QString RecoveryCode::text() const
{
    return toBase32(m_code.bytes(), 4, u'-');
}

KeyPair RecoveryCode::keys() const
{
    requireSodium();
    const Secret root = rootOfCode(m_code, "conversure.recovery.v1");
    const Secret boxSeed = keyOfRoot(root, 1, "cv-recov");
    const Secret signSeed = keyOfRoot(root, 2, "cv-recov");
    QByteArray boxPublic(crypto_box_PUBLICKEYBYTES, Qt::Uninitialized);
    QByteArray boxPrivate(crypto_box_SECRETKEYBYTES, Qt::Uninitialized);
    QByteArray signPublic(crypto_sign_PUBLICKEYBYTES, Qt::Uninitialized);
    QByteArray signPrivate(crypto_sign_SECRETKEYBYTES, Qt::Uninitialized);
    crypto_box_seed_keypair(
        raw(boxPublic), raw(boxPrivate), reinterpret_cast<const unsigned char *>(boxSeed.bytes().constData()));
    crypto_sign_seed_keypair(
        raw(signPublic), raw(signPrivate), reinterpret_cast<const unsigned char *>(signSeed.bytes().constData()));
    return {boxPublic, signPublic, Secret(std::move(boxPrivate)), Secret(std::move(signPrivate))};
}

KeyHolder recoveryHolder(const KeyPair &keys)
{
    return {KeyHolder::Kind::Recovery, QUuid::createUuidV5(recoveryNamespace, keys.boxPublic)};
}

QJsonObject recoveryRow(const KeyPair &keys)
{
    return {{QStringLiteral("id"), recoveryHolder(keys).id.toString(QUuid::WithoutBraces)},
        {QStringLiteral("box_public"), QString::fromLatin1(keys.boxPublic.toBase64())},
        {QStringLiteral("sign_public"), QString::fromLatin1(keys.signPublic.toBase64())}};
}

} // namespace conversure::vault
