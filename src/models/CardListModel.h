// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/CardRoles.h"
#include "models/IdListModel.h"

#include <QHash>
#include <QList>
#include <QUuid>

namespace conversure::models {

/// A list of rows that are read as a whole: what stays keeps its selection. \a Row needs an own id, see idOf().
template <class Row>
class CardListModel : public IdListModel<QUuid>
{
public:
    using IdListModel::IdListModel;

    void setRows(const QList<Row> &rows)
    {
        QHash<QUuid, Row> now;
        Ids ids;
        for (const Row &row : rows) {
            now.insert(idOf(row), row);
            ids.push_back(idOf(row));
        }
        const QSet<QUuid> stay = presentOf(QSet<QUuid>(ids.begin(), ids.end()));
        // Rows that go are still asked about while they go.
        for (auto it = now.cbegin(); it != now.cend(); ++it)
            m_rows.insert(it.key(), it.value());
        show(ids);
        m_rows = now;
        touch(stay);
    }

    /// A default-made one where there is none.
    Row rowAt(const QModelIndex &index) const { return isRow(index) ? m_rows.value(idAt(index)) : Row(); }

    QVariant data(const QModelIndex &index, int role) const override
    {
        if (!isRow(index))
            return {};
        const Row row = m_rows.value(idAt(index));
        if (role == CardIdRole)
            return idAt(index);
        if (role == Qt::DisplayRole)
            role = CardTitleRole;
        if (role == Qt::AccessibleTextRole) {
            QStringList parts;
            for (const int part : {CardTitleRole, CardChipRole, CardDetailRole}) {
                const QString text = say(row, part).toString();
                if (!text.isEmpty())
                    parts << text;
            }
            return parts.join(QStringLiteral(", "));
        }
        return say(row, role);
    }

protected:
    virtual QUuid idOf(const Row &row) const = 0;
    /// What is said of \a row for one of the CardRoles.
    virtual QVariant say(const Row &row, int role) const = 0;

private:
    QHash<QUuid, Row> m_rows;
};

} // namespace conversure::models
