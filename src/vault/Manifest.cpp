// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/Manifest.h"

#include "vault/Signing.h"

#include <QList>

#include <algorithm>

namespace conversure::vault {

QByteArray Manifest::bytes(const QUuid &company) const
{
    QList<QByteArray> lines;
    lines.reserve(entries.size());
    for (auto it = entries.begin(); it != entries.end(); ++it)
        lines.append(it.key().toByteArray(QUuid::WithoutBraces) + '=' + QByteArray::number(it.value()));
    std::sort(lines.begin(), lines.end());
    return "conversure.manifest.v1|" + company.toByteArray(QUuid::WithoutBraces) + '|' + QByteArray::number(version)
        + '|' + QByteArray::number(keyVersion) + '|' + commitment.toBase64() + '|' + QByteArray::number(lines.size())
        + '|' + lines.join(',');
}

QJsonObject Manifest::toJson() const
{
    QJsonObject versions;
    for (auto it = entries.begin(); it != entries.end(); ++it)
        versions.insert(it.key().toString(QUuid::WithoutBraces), it.value());
    return {{QStringLiteral("version"), version}, {QStringLiteral("key_version"), keyVersion},
        {QStringLiteral("commitment"), QString::fromLatin1(commitment.toBase64())},
        {QStringLiteral("entries"), versions}, {QStringLiteral("signed_by_kind"), signedBy.kindText()},
        {QStringLiteral("signed_by"), signedBy.id.toString(QUuid::WithoutBraces)},
        {QStringLiteral("signature"), QString::fromLatin1(signature.toBase64())}};
}

Manifest Manifest::fromJson(const QJsonObject &object)
{
    Manifest manifest{object[QStringLiteral("version")].toInteger(), object[QStringLiteral("key_version")].toInt(),
        QByteArray::fromBase64(object[QStringLiteral("commitment")].toString().toLatin1()), {},
        KeyHolder::fromText(
            object[QStringLiteral("signed_by_kind")].toString(), object[QStringLiteral("signed_by")].toString()),
        QByteArray::fromBase64(object[QStringLiteral("signature")].toString().toLatin1())};
    const QJsonObject versions = object[QStringLiteral("entries")].toObject();
    for (auto it = versions.begin(); it != versions.end(); ++it)
        manifest.entries.insert(QUuid::fromString(it.key()), it.value().toInt());
    return manifest;
}

Manifest signManifest(const QUuid &company, Manifest manifest, const Signer &signer)
{
    manifest.signedBy = signer.holder;
    manifest.signature = sign(manifest.bytes(company), signer.keys);
    return manifest;
}

Result<void> checkManifest(const QUuid &company, const Manifest &manifest, const TrustChain &chain)
{
    if (manifest.version > 0) {
        const auto checked = chain.checkAuthority(manifest.signedBy, manifest.bytes(company), manifest.signature);
        if (checked)
            return {};
        return failure(ErrorKind::Refused, QStringLiteral("vault:manifest"),
            QStringLiteral("nobody who may has signed what is in the vault"),
            {{QStringLiteral("why"), checked.error().code}});
    }
    return failure(ErrorKind::Refused, QStringLiteral("vault:manifest"),
        QStringLiteral("the vault's list of contents is missing"));
}

} // namespace conversure::vault
