// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QUuid>

#include <deque>
#include <optional>
#include <vector>

namespace conversure::state {

/// Rows that have no place yet: a change may overtake the page it belongs to, and then the page, read earlier, must not
/// win. Remembers the latest \a Limit puts and forgets the rest, so that what never finds a place costs nothing.
template <class Row, size_t Limit = 2000>
class Aside
{
public:
    void put(const QUuid &id, Row row)
    {
        m_rows.insert(id, Entry{std::move(row), ++m_stamp});
        m_age.push_back({id, m_stamp});
        if (m_age.size() > Limit)
            forgetOldest();
    }

    const Row *find(const QUuid &id) const
    {
        const auto found = m_rows.constFind(id);
        return found == m_rows.constEnd() ? nullptr : &found->row;
    }

    std::optional<Row> take(const QUuid &id)
    {
        const auto found = m_rows.find(id);
        if (found == m_rows.end())
            return std::nullopt;
        Row row = std::move(found->row);
        m_rows.erase(found);
        return row;
    }

    template <class Predicate>
    std::vector<Row> takeIf(Predicate wanted)
    {
        std::vector<Row> taken;
        for (auto it = m_rows.begin(); it != m_rows.end();) {
            if (!wanted(it->row)) {
                ++it;
                continue;
            }
            taken.push_back(std::move(it->row));
            it = m_rows.erase(it);
        }
        return taken;
    }

    void clear()
    {
        m_rows.clear();
        m_age.clear();
    }

private:
    struct Entry {
        Row row;
        quint64 stamp = 0;
    };
    struct Put {
        QUuid id;
        quint64 stamp = 0;
    };

    void forgetOldest()
    {
        const auto found = m_rows.find(m_age.front().id);
        if (found != m_rows.end() && found->stamp == m_age.front().stamp)
            m_rows.erase(found);
        m_age.pop_front();
    }

    QHash<QUuid, Entry> m_rows;
    std::deque<Put> m_age;
    quint64 m_stamp = 0;
};

} // namespace conversure::state
