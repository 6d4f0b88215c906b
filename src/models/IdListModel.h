// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>
#include <QHash>
#include <QSet>

#include <algorithm>
#include <vector>

namespace conversure::models {

/// A list model that keeps nothing but the ids of its rows, and turns "these are the ids now" into the fewest signals:
/// rows removed, one row moved (or the layout changed, when several moved), rows inserted.
template <class IdType>
class IdListModel : public QAbstractListModel
{
public:
    using QAbstractListModel::QAbstractListModel;

    int rowCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
    }

protected:
    using Ids = std::vector<IdType>;

    const Ids &shown() const { return m_shown; }

    IdType idAt(const QModelIndex &index) const { return m_shown[static_cast<size_t>(index.row())]; }

    bool isRow(const QModelIndex &index) const
    {
        return index.isValid() && checkIndex(index, CheckIndexOption::ParentIsInvalid);
    }

    /// -1 when it is not shown.
    int rowOf(const IdType &id) const
    {
        const auto found = std::find(m_shown.begin(), m_shown.end(), id);
        return found == m_shown.end() ? -1 : static_cast<int>(found - m_shown.begin());
    }

    /// Those of \a ids that are shown now.
    QSet<IdType> presentOf(const QSet<IdType> &ids) const
    {
        QSet<IdType> present;
        if (ids.isEmpty())
            return present;
        std::copy_if(m_shown.begin(), m_shown.end(), std::inserter(present, present.end()),
            [&](const IdType &id) { return ids.contains(id); });
        return present;
    }

    void show(const Ids &wanted)
    {
        // What is the same at both ends is left out first: an append or a status change must not cost a set of all ids.
        size_t head = 0;
        while (head < m_shown.size() && head < wanted.size() && m_shown[head] == wanted[head])
            ++head;
        size_t tail = 0;
        const size_t shorter = std::min(m_shown.size(), wanted.size()) - head;
        while (tail < shorter && m_shown[m_shown.size() - 1 - tail] == wanted[wanted.size() - 1 - tail])
            ++tail;
        const Ids middle(at(wanted, head), at(wanted, wanted.size() - tail));
        removeMissing(head, tail, QSet<IdType>(middle.begin(), middle.end()));

        const QSet<IdType> kept(at(m_shown, head), at(m_shown, m_shown.size() - tail));
        Ids target;
        std::copy_if(middle.begin(), middle.end(), std::back_inserter(target),
            [&](const IdType &id) { return kept.contains(id); });
        reorder(head, target);
        insertMissing(head, middle, kept);
    }

    void reset(Ids wanted)
    {
        beginResetModel();
        m_shown = std::move(wanted);
        endResetModel();
    }

    /// One dataChanged for each of these rows.
    void touch(const QSet<IdType> &ids)
    {
        if (ids.isEmpty())
            return;
        for (size_t row = 0; row < m_shown.size(); ++row) {
            if (ids.contains(m_shown[row])) {
                const QModelIndex changed = index(static_cast<int>(row));
                Q_EMIT dataChanged(changed, changed);
            }
        }
    }

private:
    static typename Ids::const_iterator at(const Ids &ids, size_t position)
    {
        return ids.begin() + static_cast<std::ptrdiff_t>(position);
    }

    void removeMissing(size_t head, size_t tail, const QSet<IdType> &wanted)
    {
        size_t end = m_shown.size() - tail;
        while (end > head) {
            size_t first = end;
            while (first > head && !wanted.contains(m_shown[first - 1]))
                --first;
            if (first < end) {
                beginRemoveRows({}, static_cast<int>(first), static_cast<int>(end) - 1);
                m_shown.erase(at(m_shown, first), at(m_shown, end));
                endRemoveRows();
            }
            end = first > head ? first - 1 : head;
        }
    }

    /// \a target holds the same ids as what is shown from \a head on, in the order they shall have.
    void reorder(size_t head, const Ids &target)
    {
        size_t first = 0;
        while (first < target.size() && m_shown[head + first] == target[first])
            ++first;
        if (first == target.size())
            return;
        size_t last = target.size() - 1;
        while (m_shown[head + last] == target[last])
            --last;
        const auto begin = at(m_shown, head + first);
        const auto end = at(m_shown, head + last + 1);
        if (std::equal(begin, end - 1, at(target, first + 1)))
            moveRow(head + last, head + first);
        else if (std::equal(begin + 1, end, at(target, first)))
            moveRow(head + first, head + last);
        else
            changeLayout(head, target);
    }

    void moveRow(size_t from, size_t to)
    {
        beginMoveRows(
            {}, static_cast<int>(from), static_cast<int>(from), {}, static_cast<int>(to > from ? to + 1 : to));
        const auto begin = m_shown.begin();
        const auto place = [&](size_t row) { return begin + static_cast<std::ptrdiff_t>(row); };
        if (to < from)
            std::rotate(place(to), place(from), place(from) + 1);
        else
            std::rotate(place(from), place(from) + 1, place(to) + 1);
        endMoveRows();
    }

    void changeLayout(size_t head, const Ids &target)
    {
        Q_EMIT layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
        const QModelIndexList before = persistentIndexList();
        Ids moved;
        for (const QModelIndex &index : before)
            moved.push_back(idAt(index));
        std::copy(target.begin(), target.end(), m_shown.begin() + static_cast<std::ptrdiff_t>(head));
        QHash<IdType, int> rows;
        for (size_t row = 0; row < m_shown.size(); ++row)
            rows.insert(m_shown[row], static_cast<int>(row));
        QModelIndexList after;
        for (const IdType &id : moved)
            after << index(rows.value(id));
        changePersistentIndexList(before, after);
        Q_EMIT layoutChanged({}, QAbstractItemModel::VerticalSortHint);
    }

    void insertMissing(size_t head, const Ids &middle, const QSet<IdType> &kept)
    {
        for (size_t i = 0; i < middle.size();) {
            size_t end = i;
            while (end < middle.size() && !kept.contains(middle[end]))
                ++end;
            if (end > i) {
                beginInsertRows({}, static_cast<int>(head + i), static_cast<int>(head + end) - 1);
                m_shown.insert(at(m_shown, head + i), at(middle, i), at(middle, end));
                endInsertRows();
            }
            i = end + 1;
        }
    }

    Ids m_shown;
};

} // namespace conversure::models
