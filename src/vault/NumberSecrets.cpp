// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/NumberSecrets.h"

namespace conversure::vault {

namespace {

QByteArray bytesOf(const QJsonValue &value)
{
    return QByteArray::fromBase64(value.toString().toLatin1());
}

SecretIdentity identityOf(const QUuid &company, const QJsonObject &secret)
{
    return {company, QUuid::fromString(secret[QStringLiteral("secret_id")].toString()),
        secret[QStringLiteral("kind")].toString(), secret[QStringLiteral("key_version")].toInt(),
        secret[QStringLiteral("secret_version")].toInt()};
}

} // namespace

Result<QHash<QString, QString>> openSettings(
    const QUuid &company, const Secret &dataKey, const QJsonObject &config, const QJsonArray &secrets)
{
    QHash<QString, QString> settings;
    for (auto it = config.begin(); it != config.end(); ++it)
        settings.insert(it.key(), it.value().toString());
    for (const QJsonValue &value : secrets) {
        const QJsonObject secret = value.toObject();
        const auto clear = openSecret(dataKey, identityOf(company, secret),
            {bytesOf(secret[QStringLiteral("nonce")]), bytesOf(secret[QStringLiteral("ciphertext")])});
        CONVERSURE_TRY(clear);
        settings.insert(secret[QStringLiteral("kind")].toString(), QString::fromUtf8(*clear));
    }
    return settings;
}

QJsonArray sealSettings(const QUuid &company, const Secret &dataKey, int keyVersion,
    const QHash<QString, QString> &secrets, const std::function<QUuid()> &newId)
{
    QJsonArray out;
    for (auto it = secrets.begin(); it != secrets.end(); ++it) {
        const SecretIdentity identity{company, newId(), it.key(), keyVersion, 1};
        const SealedSecret sealed = sealSecret(dataKey, identity, it.value().toUtf8());
        out.append(QJsonObject{{QStringLiteral("secret_id"), identity.secret.toString(QUuid::WithoutBraces)},
            {QStringLiteral("kind"), identity.kind}, {QStringLiteral("key_version"), keyVersion},
            {QStringLiteral("secret_version"), 1},
            {QStringLiteral("nonce"), QString::fromLatin1(sealed.nonce.toBase64())},
            {QStringLiteral("ciphertext"), QString::fromLatin1(sealed.ciphertext.toBase64())}});
    }
    return out;
}

} // namespace conversure::vault
