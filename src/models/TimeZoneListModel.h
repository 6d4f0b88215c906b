// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>
#include <QByteArray>
#include <QList>
#include <QString>

namespace conversure::models {

/// The time zones to choose from, by name: "Asia/Dubai". Those of this computer that a store knows, too.
class TimeZoneListModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role { IdRole = Qt::UserRole + 1 }; ///< QString, as the store takes it.

    explicit TimeZoneListModel(QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

    /// The row of an id, or of what a person typed for it; -1 when there is none.
    int rowOf(const QString &text) const;
    /// What the desktop's clock shows; "UTC" where that has no name a store knows.
    static QString systemZone();
    /// "It is 14:32 there now."; translated.
    static QString nowThere(const QString &id, qint64 nowMs);

private:
    QList<QByteArray> m_ids;
};

} // namespace conversure::models
