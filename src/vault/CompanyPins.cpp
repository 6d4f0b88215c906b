// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/CompanyPins.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QLockFile>
#include <QSaveFile>

namespace conversure::vault {

namespace {

Pins pinsIn(const QJsonObject &all, const QUuid &company)
{
    const QJsonObject entry = all[company.toString(QUuid::WithoutBraces)].toObject();
    return {QByteArray::fromBase64(entry[QStringLiteral("root_key")].toString().toLatin1()),
        entry[QStringLiteral("manifest")].toInteger()};
}

bool isKept(const Pins &known, const Pins &pins)
{
    return known.rootKey == pins.rootKey && known.manifestVersion >= pins.manifestVersion;
}

} // namespace

const QJsonObject &CompanyPins::read() const
{
    const QFileInfo info(m_path);
    const qint64 size = info.exists() ? info.size() : -1;
    if (size != m_size || info.lastModified() != m_changed) {
        QFile file(m_path);
        m_known = file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
        m_size = size;
        m_changed = info.lastModified();
    }
    return m_known;
}

Result<void> CompanyPins::write(const QUuid &company, const std::function<bool(QJsonObject &all)> &change)
{
    const auto failed = [&] {
        return failure(ErrorKind::Refused, QStringLiteral("pins:write"),
            QStringLiteral("Cannot keep what is known of company %1 in %2")
                .arg(company.toString(QUuid::WithoutBraces), m_path));
    };
    if (!QDir().mkpath(QFileInfo(m_path).absolutePath()))
        return failed();
    QLockFile lock(m_path + QStringLiteral(".lock"));
    if (!lock.tryLock(5'000))
        return failed();
    m_size = -2; // read it again, whatever the clock of the file system says
    QJsonObject all = read();
    if (!change(all))
        return {};
    QSaveFile file(m_path);
    if (!file.open(QIODevice::WriteOnly))
        return failed();
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    const QByteArray text = QJsonDocument(all).toJson();
    if (file.write(text) != text.size() || !file.commit())
        return failed();
    m_size = -2;
    return {};
}

Pins CompanyPins::of(const QUuid &company) const
{
    return pinsIn(read(), company);
}

Result<void> CompanyPins::keep(const QUuid &company, const Pins &pins)
{
    if (isKept(of(company), pins))
        return {};
    return write(company, [&](QJsonObject &all) {
        if (isKept(pinsIn(all, company), pins))
            return false;
        all.insert(company.toString(QUuid::WithoutBraces),
            QJsonObject{{QStringLiteral("root_key"), QString::fromLatin1(pins.rootKey.toBase64())},
                {QStringLiteral("manifest"), pins.manifestVersion}});
        return true;
    });
}

Result<void> CompanyPins::forget(const QUuid &company)
{
    return write(company, [&](QJsonObject &all) {
        const QString name = company.toString(QUuid::WithoutBraces);
        const bool known = all.contains(name);
        all.remove(name);
        return known;
    });
}

} // namespace conversure::vault
