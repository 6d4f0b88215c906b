// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/RelayKey.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryFile>

#include <sodium.h>

#include <cerrno>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>

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

tl::unexpected<Error> cannotWrite(const QString &path, const QString &why)
{
    return keyFailure("key:write", QStringLiteral("Cannot write the relay's key to %1: %2").arg(path, why));
}

/// Writes the whole key beside its place, on the disk before anybody can see it.
Result<void> writeDraft(QTemporaryFile &draft, const KeyPair &keys)
{
    const Secret text(QByteArray(header) + ' ' + keys.boxPublic.toBase64() + ' ' + keys.boxPrivate.bytes().toBase64()
        + ' ' + keys.signPrivate.bytes().toBase64() + '\n');
    // QTemporaryFile makes it 0600.
    if (!draft.open() || draft.write(text.bytes()) != text.bytes().size() || !draft.flush()
        || ::fsync(draft.handle()) != 0)
        return cannotWrite(draft.fileTemplate(), draft.errorString());
    return {};
}

} // namespace

Result<RelayKey> RelayKey::create(const QString &path)
{
    KeyPair keys = KeyPair::generate();
    QDir().mkpath(QFileInfo(path).absolutePath());
    QTemporaryFile draft(path + QStringLiteral(".XXXXXX"));
    CONVERSURE_TRY(writeDraft(draft, keys));
    // A link, because it fails where a file is: two commands that start at once must not each make a key and lose one,
    // and neither may read a key that is half written.
    if (::link(QFile::encodeName(draft.fileName()).constData(), QFile::encodeName(path).constData()) == 0)
        return withId(std::move(keys));
    if (errno == EEXIST)
        return keyFailure("key:exists", QStringLiteral("There is a key in %1 already; it was left alone.").arg(path));
    return cannotWrite(path, QString::fromLocal8Bit(std::strerror(errno)));
}

Result<RelayKey> RelayKey::loadOrCreate(const QString &path)
{
    if (QFileInfo::exists(path))
        return load(path);
    auto made = create(path);
    return made || made.error().code != QStringLiteral("key:exists") ? std::move(made) : load(path);
}

Result<RelayKey> RelayKey::load(const QString &path)
{
    if (!QFileInfo::exists(path))
        return keyFailure(
            "key:none", QStringLiteral("There is no relay's key in %1. Make one with: key init").arg(path));
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
    if (!keys.isWhole())
        return keyFailure("key:format", QStringLiteral("%1 is not a relay key.").arg(path));
    return withId(std::move(keys));
}

} // namespace conversure::vault
