// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Record.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>

namespace conversure::sandbox {

using namespace Qt::StringLiterals;

Result<void> Record::open(const QString &path)
{
    m_file.setFileName(path);
    if (!m_file.open(QIODevice::WriteOnly | QIODevice::Append))
        return failure(ErrorKind::Unavailable, u"record:open"_s, u"%1: %2"_s.arg(path, m_file.errorString()));
    return {};
}

void Record::add(const QString &kind, QJsonObject members)
{
    if (!m_file.isOpen())
        return;
    const QDateTime now = QDateTime::fromMSecsSinceEpoch(m_clock.nowMs(), Qt::UTC);
    members.insert(u"at"_s, now.toString(Qt::ISODateWithMs));
    members.insert(u"kind"_s, kind);
    m_file.write(QJsonDocument(members).toJson(QJsonDocument::Compact) + '\n');
    m_file.flush();
}

QJsonValue recordableBody(const QByteArray &body)
{
    const QJsonDocument document = QJsonDocument::fromJson(body);
    if (document.isObject())
        return document.object();
    if (document.isArray())
        return document.array();
    return QString::fromUtf8(body);
}

} // namespace conversure::sandbox
