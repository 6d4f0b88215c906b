// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/PasswordKeys.h"

#include "vault/Sodium.h"

#include <sodium.h>

#include <array>

namespace conversure::vault {

namespace {

constexpr int floorOps = 2;
constexpr int floorMemKib = 64 * 1024;
constexpr int ceilingMemKib = 1024 * 1024; // a hostile store must not make a desktop swap

/// Key number \a number of \a root, for the purpose that \a context (8 characters) names.
QByteArray subkey(const Secret &root, quint64 number, const char *context)
{
    QByteArray key(32, Qt::Uninitialized);
    crypto_kdf_derive_from_key(reinterpret_cast<unsigned char *>(key.data()), static_cast<size_t>(key.size()), number,
        context, reinterpret_cast<const unsigned char *>(root.bytes().constData()));
    return key;
}

QByteArray saltOf(const QString &email, const QByteArray &storeSalt)
{
    const QByteArray normal = email.trimmed().toLower().toUtf8();
    QByteArray salt(crypto_pwhash_SALTBYTES, Qt::Uninitialized);
    crypto_generichash(reinterpret_cast<unsigned char *>(salt.data()), static_cast<size_t>(salt.size()),
        reinterpret_cast<const unsigned char *>(normal.constData()), static_cast<size_t>(normal.size()),
        reinterpret_cast<const unsigned char *>(storeSalt.constData()), static_cast<size_t>(storeSalt.size()));
    return salt;
}

} // namespace

Result<StretchParams> StretchParams::fromJson(const QJsonObject &object)
{
    StretchParams params{QByteArray::fromBase64(object[QStringLiteral("salt")].toString().toLatin1()),
        object[QStringLiteral("ops")].toInt(), object[QStringLiteral("mem_kib")].toInt()};
    if (params.salt.size() != 16 || params.ops < floorOps || params.ops > 20 || params.memKib < floorMemKib
        || params.memKib > ceilingMemKib)
        return failure(ErrorKind::Refused, QStringLiteral("vault:weak"),
            QStringLiteral("the store asks for key parameters that are not safe"));
    return params;
}

Result<PasswordKeys> stretchPassword(const QString &password, const QString &email, const StretchParams &params)
{
    requireSodium();
    const Secret clear(password.toUtf8());
    const QByteArray salt = saltOf(email, params.salt);
    QByteArray rootBytes(crypto_kdf_KEYBYTES, Qt::Uninitialized);
    const int stretched = crypto_pwhash(reinterpret_cast<unsigned char *>(rootBytes.data()),
        static_cast<size_t>(rootBytes.size()), clear.bytes().constData(), static_cast<size_t>(clear.bytes().size()),
        reinterpret_cast<const unsigned char *>(salt.constData()), static_cast<unsigned long long>(params.ops),
        static_cast<size_t>(params.memKib) * 1024, crypto_pwhash_ALG_ARGON2ID13);
    const Secret root(std::move(rootBytes));
    if (stretched != 0)
        return failure(ErrorKind::Unavailable, QStringLiteral("vault:memory"),
            QStringLiteral("not enough memory to stretch the password"));
    const Secret proof(subkey(root, 1, "cv-proof"));
    return PasswordKeys{
        QString::fromLatin1(proof.bytes().toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals)),
        Secret(subkey(root, 2, "cv-wrap_"))};
}

} // namespace conversure::vault
