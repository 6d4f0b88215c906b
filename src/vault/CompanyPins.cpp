// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/CompanyPins.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLockFile>
#include <QSaveFile>

namespace conversure::vault {

namespace {

QJsonObject readAll(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

Pins read(const QJsonObject &all, const QUuid &company)
{
    const QJsonObject entry = all[company.toString(QUuid::WithoutBraces)].toObject();
    return {QByteArray::fromBase64(entry[QStringLiteral("root_key")].toString().toLatin1()),
        entry[QStringLiteral("manifest")].toInteger()};
}

tl::unexpected<Error> cannotWrite(const QString &path)
{
    return failure(ErrorKind::Refused, QStringLiteral("pins:write"),
        QStringLiteral("Cannot keep what is known of companies in ") + path);
}

} // namespace

Pins CompanyPins::of(const QUuid &company) const
{
    return read(readAll(m_path), company);
}

Result<void> CompanyPins::keep(const QUuid &company, const Pins &pins)
{
    const auto isKept = [&](const Pins &known) {
        return known.rootKey == pins.rootKey && known.manifestVersion >= pins.manifestVersion;
    };
    if (isKept(of(company)))
        return {};
    if (!QDir().mkpath(QFileInfo(m_path).absolutePath()))
        return cannotWrite(m_path);
    QLockFile lock(m_path + QStringLiteral(".lock"));
    if (!lock.tryLock(5'000))
        return cannotWrite(m_path);
    QJsonObject all = readAll(m_path);
    if (isKept(read(all, company)))
        return {};
    all.insert(company.toString(QUuid::WithoutBraces),
        QJsonObject{{QStringLiteral("root_key"), QString::fromLatin1(pins.rootKey.toBase64())},
            {QStringLiteral("manifest"), pins.manifestVersion}});
    QSaveFile file(m_path);
    if (!file.open(QIODevice::WriteOnly))
        return cannotWrite(m_path);
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    const QByteArray text = QJsonDocument(all).toJson();
    if (file.write(text) != text.size() || !file.commit())
        return cannotWrite(m_path);
    return {};
}

} // namespace conversure::vault
