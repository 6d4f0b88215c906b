// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/NumberSecrets.h"

#include <QJsonDocument>

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

/// Whether the store's row is what \a vouched, the opened record, says.
bool isVouchedFor(const QJsonObject &number, const QByteArray &vouched)
{
    return vouched
        == vouchFor({QUuid::fromString(number[QStringLiteral("number_id")].toString()),
            number[QStringLiteral("provider")].toString(), number[QStringLiteral("config")].toObject(), {}});
}

} // namespace

QByteArray vouchFor(const NumberSettings &settings)
{
    // QJsonObject keeps its keys in order, so that the same settings are the same bytes.
    return QJsonDocument(
        QJsonObject{{QStringLiteral("number_id"), settings.number.toString(QUuid::WithoutBraces)},
            {QStringLiteral("provider"), settings.provider}, {QStringLiteral("config"), settings.config}})
        .toJson(QJsonDocument::Compact);
}

Result<QHash<QString, QString>> openSettings(const QUuid &company, const Secret &dataKey, const QJsonObject &number)
{
    QHash<QString, QString> settings;
    const QJsonObject config = number[QStringLiteral("config")].toObject();
    for (auto it = config.begin(); it != config.end(); ++it)
        settings.insert(it.key(), it.value().toString());
    const QJsonArray secrets = number[QStringLiteral("secrets")].toArray();
    bool vouched = secrets.isEmpty(); // then there is nothing to divert either
    for (const QJsonValue &value : secrets) {
        const QJsonObject secret = value.toObject();
        const SecretIdentity identity = identityOf(company, secret);
        const auto clear = openSecret(dataKey, identity,
            {bytesOf(secret[QStringLiteral("nonce")]), bytesOf(secret[QStringLiteral("ciphertext")])});
        CONVERSURE_TRY(clear);
        if (identity.kind == openSettingsKind)
            vouched = isVouchedFor(number, *clear);
        else
            settings.insert(identity.kind, QString::fromUtf8(*clear));
    }
    if (!vouched)
        return failure(ErrorKind::Refused, QStringLiteral("vault:settings"),
            QStringLiteral("the settings of a number are not those that were put into the vault"));
    return settings;
}

QJsonArray sealSettings(const QUuid &company, const Secret &dataKey, int keyVersion, const NumberSettings &settings,
    const std::function<QUuid()> &newId)
{
    QJsonArray out;
    const auto seal = [&](const QString &kind, const QByteArray &clear) {
        const SecretIdentity identity{company, newId(), kind, keyVersion, 1};
        const SealedSecret sealed = sealSecret(dataKey, identity, clear);
        out.append(QJsonObject{{QStringLiteral("secret_id"), identity.secret.toString(QUuid::WithoutBraces)},
            {QStringLiteral("kind"), identity.kind}, {QStringLiteral("key_version"), keyVersion},
            {QStringLiteral("secret_version"), 1},
            {QStringLiteral("nonce"), QString::fromLatin1(sealed.nonce.toBase64())},
            {QStringLiteral("ciphertext"), QString::fromLatin1(sealed.ciphertext.toBase64())}});
    };
    for (auto it = settings.secrets.begin(); it != settings.secrets.end(); ++it)
        seal(it.key(), it.value().toUtf8());
    seal(openSettingsKind, vouchFor(settings));
    return out;
}

} // namespace conversure::vault
