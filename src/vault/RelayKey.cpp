// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/RelayKey.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include <sodium.h>

#include <sys/stat.h>

namespace conversure::vault {

namespace {

// An own namespace, so that no other name-based UUID can be equal.
const QUuid relayNamespace(QStringLiteral("{6ac3d5a0-4e0b-4a5e-9a8d-6d1c7f1b0c52}"));

constexpr char header[] = "conversure-relay-key-v1";

tl::unexpected<Error> keyFailure(const char *code, const QString &sentence)
{
    return failure(ErrorKind::Refused, QString::fromLatin1(code), sentence);
}

RelayKey withId(KeyPair keys)
{
    const QUuid id = QUuid::createUuidV5(relayNamespace, keys.boxPublic);
    return {id, std::move(keys)};
}

Result<RelayKey> create(const QString &path)
{
    KeyPair keys = KeyPair::generate();
    QDir().mkpath(QFileInfo(path).absolutePath());
    const mode_t before = ::umask(0077);
    QFile file(path);
    // NewOnly: two commands that start at once must not each make a key and lose one.
    const bool made = file.open(QIODevice::WriteOnly | QIODevice::NewOnly);
    ::umask(before);
    if (!made) {
        if (QFileInfo::exists(path))
            return RelayKey::loadOrCreate(path);
        return keyFailure(
            "key:write", QStringLiteral("Cannot write the relay's key to %1: %2").arg(path, file.errorString()));
    }
    const QByteArray text = QByteArray(header) + ' ' + keys.boxPublic.toBase64() + ' '
        + keys.boxPrivate.bytes().toBase64() + ' ' + keys.signPrivate.bytes().toBase64() + '\n';
    if (file.write(text) != text.size() || !file.flush())
        return keyFailure(
            "key:write", QStringLiteral("Cannot write the relay's key to %1: %2").arg(path, file.errorString()));
    return withId(std::move(keys));
}

} // namespace

Result<RelayKey> RelayKey::loadOrCreate(const QString &path)
{
    if (!QFileInfo::exists(path))
        return create(path);
    struct stat status {
    };
    if (::stat(QFile::encodeName(path).constData(), &status) == 0 && (status.st_mode & 0077) != 0)
        return keyFailure(
            "key:open", QStringLiteral("Others can read the relay's key %1. Run chmod 600 on it.").arg(path));
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return keyFailure(
            "key:read", QStringLiteral("Cannot read the relay's key %1: %2").arg(path, file.errorString()));
    const QList<QByteArray> parts = file.readAll().trimmed().split(' ');
    if (parts.size() != 4 || parts.at(0) != header)
        return keyFailure("key:format", QStringLiteral("%1 is not a relay key.").arg(path));
    const QByteArray signPrivate = QByteArray::fromBase64(parts.at(3));
    KeyPair keys{QByteArray::fromBase64(parts.at(1)), signPrivate.right(crypto_sign_PUBLICKEYBYTES),
        Secret(QByteArray::fromBase64(parts.at(2))), Secret(signPrivate)};
    if (keys.boxPublic.size() != 32 || keys.boxPrivate.bytes().size() != 32 || signPrivate.size() != 64)
        return keyFailure("key:format", QStringLiteral("%1 is not a relay key.").arg(path));
    return withId(std::move(keys));
}

} // namespace conversure::vault
