// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/TimeZoneListModel.h"

#include <QDateTime>
#include <QLocale>
#include <QTimeZone>

namespace conversure::models {

namespace {

/// "UTC+03:00" is Qt's own invention; zones without a place are remainders that nobody looks for.
bool isPlace(const QByteArray &id)
{
    return id == "UTC" || (id.contains('/') && !id.startsWith("Etc/") && !id.startsWith("System"));
}

QString readable(const QByteArray &id)
{
    return QString::fromLatin1(id).replace(u'_', u' ');
}

} // namespace

TimeZoneListModel::TimeZoneListModel(QObject *parent)
    : QAbstractListModel(parent)
{
    const QList<QByteArray> all = QTimeZone::availableTimeZoneIds();
    for (const QByteArray &id : all) {
        if (isPlace(id))
            m_ids << id;
    }
}

int TimeZoneListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_ids.size());
}

QVariant TimeZoneListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const QByteArray &id = m_ids.at(index.row());
    if (role == Qt::DisplayRole || role == Qt::EditRole)
        return readable(id);
    return role == IdRole ? QVariant(QString::fromLatin1(id)) : QVariant();
}

int TimeZoneListModel::rowOf(const QString &text) const
{
    const QString wanted = text.trimmed().replace(u'_', u' ');
    for (qsizetype row = 0; row < m_ids.size(); ++row) {
        if (readable(m_ids.at(row)).compare(wanted, Qt::CaseInsensitive) == 0)
            return static_cast<int>(row);
    }
    return -1;
}

QString TimeZoneListModel::systemZone()
{
    const QByteArray id = QTimeZone::systemTimeZoneId();
    return QString::fromLatin1(isPlace(id) ? id : QByteArrayLiteral("UTC"));
}

QString TimeZoneListModel::nowThere(const QString &id, qint64 nowMs)
{
    const QTimeZone zone(id.toLatin1());
    if (!zone.isValid())
        return {};
    const QTime time = QDateTime::fromMSecsSinceEpoch(nowMs, zone).time();
    return tr("It is %1 there now.").arg(QLocale().toString(time, QLocale::ShortFormat));
}

} // namespace conversure::models
