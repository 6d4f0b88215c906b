// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/CompanyVault.h"

#include "vault/SealedKey.h"

namespace conversure::vault {

namespace {

tl::unexpected<Error> refused(const char *code, const char *sentence)
{
    return failure(ErrorKind::Refused, QString::fromLatin1(code), QString::fromLatin1(sentence));
}

/// Whether the secrets of all numbers are exactly those of the manifest.
Result<void> checkSecrets(const QJsonArray &numbers, const Manifest &manifest)
{
    QHash<QUuid, int> left = manifest.entries;
    for (const QJsonValue &number : numbers) {
        const QJsonArray secrets = number[QStringLiteral("secrets")].toArray();
        for (const QJsonValue &secret : secrets) {
            const QUuid id = QUuid::fromString(secret[QStringLiteral("secret_id")].toString());
            const int version = secret[QStringLiteral("secret_version")].toInt();
            if (left.take(id) != version || version <= 0)
                return refused("vault:manifest", "a secret is not the one that was put into the vault");
            if (secret[QStringLiteral("key_version")].toInt() != manifest.keyVersion)
                return refused("vault:manifest", "a secret is of another data key");
        }
    }
    if (!left.isEmpty())
        return refused("vault:manifest", "a secret is missing from the vault");
    return {};
}

/// The data key of the manifest's version; empty when none is sealed to the holder.
Result<Secret> findDataKey(const CompanyVault &vault, const KeyPair &keys, const QJsonArray &seals)
{
    for (const QJsonValue &value : seals) {
        const SealedKey sealed = SealedKey::fromJson(value.toObject());
        if (sealed.keyVersion == vault.manifest.keyVersion)
            return openSealedKey(vault.company, sealed, vault.manifest.commitment, vault.holder, keys, vault.chain);
    }
    return Secret();
}

} // namespace

Result<CompanyVault> openCompanyVault(
    const QUuid &company, const KeyHolder &holder, const KeyPair &keys, const QJsonObject &document, const Pins &pins)
{
    const QByteArray rootKey = QByteArray::fromBase64(document[QStringLiteral("root_key")].toString().toLatin1());
    if (!pins.rootKey.isEmpty() && rootKey != pins.rootKey)
        return refused("vault:pin", "the company's root key is another one than before");
    if (rootKey.isEmpty())
        return refused("vault:unsigned", "nothing of this company is signed");
    CompanyVault vault{company, holder, TrustChain(company, rootKey, document[QStringLiteral("statements")].toArray()),
        Manifest::fromJson(document[QStringLiteral("manifest")].toObject()), {}, {}};
    CONVERSURE_TRY(checkManifest(company, vault.manifest, vault.chain));
    if (vault.manifest.version < pins.manifestVersion)
        return refused("vault:rollback", "the vault is older than the one seen last");
    auto dataKey = findDataKey(vault, keys, document[QStringLiteral("seals")].toArray());
    CONVERSURE_TRY(dataKey);
    CONVERSURE_TRY(checkSecrets(document[QStringLiteral("numbers")].toArray(), vault.manifest));
    vault.dataKey = std::move(*dataKey);
    vault.pins = {rootKey, vault.manifest.version};
    return vault;
}

Result<Manifest> manifestWith(const CompanyVault &vault, const QJsonArray &secrets, const KeyPair &keys)
{
    Manifest next = vault.manifest;
    next.version += 1;
    for (const QJsonValue &secret : secrets) {
        next.entries.insert(QUuid::fromString(secret[QStringLiteral("secret_id")].toString()),
            secret[QStringLiteral("secret_version")].toInt());
    }
    next = signManifest(vault.company, next, {vault.holder, keys});
    CONVERSURE_TRY(checkManifest(vault.company, next, vault.chain));
    return next;
}

} // namespace conversure::vault
