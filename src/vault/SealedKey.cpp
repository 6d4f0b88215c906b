// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/SealedKey.h"

#include "vault/Signing.h"

namespace conversure::vault {

namespace {

QByteArray bytesAt(const QJsonObject &object, const char *field)
{
    return QByteArray::fromBase64(object[QLatin1StringView(field)].toString().toLatin1());
}

SealedKey sealFor(const QUuid &company, int keyVersion, const Secret &dataKey, const KeyHolder &recipient,
    const QByteArray &boxPublic, const Signer &signer)
{
    SealedKey sealed{recipient, keyVersion, sealDataKey(dataKey, boxPublic), commitmentOf(dataKey, company, keyVersion),
        signer.holder, {}};
    sealed.signature = sign(sealed.bytes(company, boxPublic), signer.keys);
    return sealed;
}

} // namespace

QByteArray commitmentOf(const Secret &dataKey, const QUuid &company, int keyVersion)
{
    return macOf(
        "conversure.commitment.v1|" + company.toByteArray(QUuid::WithoutBraces) + '|' + QByteArray::number(keyVersion),
        dataKey);
}

QByteArray SealedKey::bytes(const QUuid &company, const QByteArray &recipientBox) const
{
    return QByteArray("conversure.seal.v1|") + company.toByteArray(QUuid::WithoutBraces) + '|'
        + QByteArray::number(keyVersion) + '|' + recipient.kindText().toLatin1() + '|'
        + recipient.id.toByteArray(QUuid::WithoutBraces) + '|' + digestOf(recipientBox).toBase64() + '|'
        + digestOf(sealed).toBase64() + '|' + commitment.toBase64();
}

QJsonObject SealedKey::toJson() const
{
    return {{QStringLiteral("kind"), recipient.kindText()},
        {QStringLiteral("id"), recipient.id.toString(QUuid::WithoutBraces)},
        {QStringLiteral("key_version"), keyVersion}, {QStringLiteral("sealed"), QString::fromLatin1(sealed.toBase64())},
        {QStringLiteral("commitment"), QString::fromLatin1(commitment.toBase64())},
        {QStringLiteral("sealed_by_kind"), sealedBy.kindText()},
        {QStringLiteral("sealed_by"), sealedBy.id.toString(QUuid::WithoutBraces)},
        {QStringLiteral("signature"), QString::fromLatin1(signature.toBase64())}};
}

SealedKey SealedKey::fromJson(const QJsonObject &object)
{
    return {KeyHolder::fromText(object[QStringLiteral("kind")].toString(), object[QStringLiteral("id")].toString()),
        object[QStringLiteral("key_version")].toInt(), bytesAt(object, "sealed"), bytesAt(object, "commitment"),
        KeyHolder::fromText(
            object[QStringLiteral("sealed_by_kind")].toString(), object[QStringLiteral("sealed_by")].toString()),
        bytesAt(object, "signature")};
}

QList<SealedKey> sealForMembers(
    const QUuid &company, int keyVersion, const Secret &dataKey, const QList<MemberKey> &members, const Signer &signer)
{
    QList<SealedKey> out;
    out.reserve(members.size());
    for (const MemberKey &member : members)
        out.append(sealFor(company, keyVersion, dataKey, member.holder(), member.boxPublic(), signer));
    return out;
}

SealedKey sealToSelf(const QUuid &company, int keyVersion, const Secret &dataKey, const Signer &self)
{
    return sealFor(company, keyVersion, dataKey, self.holder, self.keys.boxPublic, self);
}

Result<Secret> openSealedKey(const QUuid &company, const SealedKey &sealed, const QByteArray &commitment,
    const KeyHolder &holder, const KeyPair &keys, const TrustChain &chain)
{
    const QByteArray bytes = sealed.bytes(company, keys.boxPublic);
    const bool own = sealed.sealedBy == holder && isSignedBy(keys.signPublic, bytes, sealed.signature);
    if (!(sealed.recipient == holder))
        return failure(ErrorKind::Refused, QStringLiteral("vault:unsigned"),
            QStringLiteral("the company's key is sealed to somebody else"));
    if (!own) {
        if (const auto checked = chain.checkAuthority(sealed.sealedBy, bytes, sealed.signature); !checked) {
            return failure(ErrorKind::Refused, QStringLiteral("vault:unsigned"),
                QStringLiteral("nobody who may has signed the company's key"),
                {{QStringLiteral("why"), checked.error().code}});
        }
    }
    auto dataKey = openDataKey(sealed.sealed, keys);
    CONVERSURE_TRY(dataKey);
    if (!isEqual(commitment, commitmentOf(*dataKey, company, sealed.keyVersion))
        || !isEqual(commitment, sealed.commitment))
        return failure(ErrorKind::Refused, QStringLiteral("vault:commitment"),
            QStringLiteral("this is another key than the company's"));
    return dataKey;
}

} // namespace conversure::vault
