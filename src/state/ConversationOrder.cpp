// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "state/ConversationOrder.h"

#include <algorithm>

namespace conversure::state {

bool ConversationOrder::covers(ConversationId id, Microseconds at) const
{
    return m_reachedEnd || (m_lowest && !above(*m_lowest, {at, id}));
}

bool ConversationOrder::place(ConversationId id, Microseconds at)
{
    const auto known = m_times.find(id);
    if (known == m_times.end()) {
        const std::ptrdiff_t position = positionOf({at, id});
        m_ids.insert(m_ids.begin() + position, id);
        m_sorted.insert(m_sorted.begin() + position, at);
        m_times.insert(id, at);
        return true;
    }
    if (*known == at)
        return false;
    const std::ptrdiff_t from = positionOf({*known, id});
    std::ptrdiff_t to = positionOf({at, id});
    if (to > from)
        --to; // its own old place is counted in
    m_sorted.erase(m_sorted.begin() + from);
    m_sorted.insert(m_sorted.begin() + to, at);
    if (to < from)
        std::rotate(m_ids.begin() + to, m_ids.begin() + from, m_ids.begin() + from + 1);
    else
        std::rotate(m_ids.begin() + from, m_ids.begin() + from + 1, m_ids.begin() + to + 1);
    *known = at;
    return to != from;
}

bool ConversationOrder::remove(ConversationId id)
{
    const auto known = m_times.constFind(id);
    if (known == m_times.constEnd())
        return false;
    const std::ptrdiff_t position = positionOf({*known, id});
    m_ids.erase(m_ids.begin() + position);
    m_sorted.erase(m_sorted.begin() + position);
    m_times.erase(known);
    return true;
}

void ConversationOrder::extendTo(ConversationId id, Microseconds at)
{
    if (!m_lowest || above(*m_lowest, {at, id}))
        m_lowest = Key{at, id};
}

void ConversationOrder::forgetReach()
{
    m_lowest.reset();
    m_reachedEnd = false;
}

std::vector<ConversationId> ConversationOrder::trim(size_t limit)
{
    if (m_ids.size() <= limit || limit == 0)
        return {};
    const auto cut = static_cast<std::ptrdiff_t>(limit);
    std::vector<ConversationId> dropped(m_ids.begin() + cut, m_ids.end());
    for (const ConversationId &id : dropped)
        m_times.remove(id);
    m_ids.erase(m_ids.begin() + cut, m_ids.end());
    m_sorted.erase(m_sorted.begin() + cut, m_sorted.end());
    m_lowest = Key{m_sorted.back(), m_ids.back()};
    m_reachedEnd = false;
    return dropped;
}

void ConversationOrder::clear()
{
    *this = ConversationOrder();
}

std::ptrdiff_t ConversationOrder::positionOf(const Key &key) const
{
    // Times first, on their own array; ids decide only among equal times.
    const auto [first, last] = std::equal_range(m_sorted.begin(), m_sorted.end(), key.at, std::greater<>());
    const auto begin = m_ids.begin() + (first - m_sorted.begin());
    const auto end = m_ids.begin() + (last - m_sorted.begin());
    const auto place = std::partition_point(begin, end, [&](const ConversationId &id) { return key.id < id; });
    return place - m_ids.begin();
}

} // namespace conversure::state
