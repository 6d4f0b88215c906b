// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "state/MessageWindows.h"

#include <algorithm>
#include <iterator>

namespace conversure::state {

const MessageWindow *MessageWindows::find(ConversationId id) const
{
    const auto found = m_windows.constFind(id);
    return found == m_windows.constEnd() ? nullptr : &found->content;
}

const MessageRow *MessageWindows::message(MessageId id) const
{
    const auto spot = m_spots.constFind(id);
    if (spot == m_spots.constEnd())
        return nullptr;
    const Rows &rows = m_windows.constFind(spot->conversation)->content.rows;
    const Key key{spot->at, id};
    return &*std::lower_bound(
        rows.begin(), rows.end(), key, [](const MessageRow &row, const Key &wanted) { return keyOf(row) < wanted; });
}

bool MessageWindows::covers(const MessageRow &row) const
{
    const auto window = m_windows.constFind(row.conversationId);
    if (window == m_windows.constEnd())
        return false;
    // An echo is at the end whatever a wrong clock says of its time.
    return row.rev == 0 || window->content.reachedStart || !window->from || !(keyOf(row) < *window->from);
}

void MessageWindows::put(const MessageRow &row)
{
    const auto spot = m_spots.constFind(row.id);
    if (spot != m_spots.constEnd() && spot->conversation == row.conversationId && spot->at == row.sortAt) {
        *rowAt(row.id, *spot) = row;
        return;
    }
    remove(row.id);
    insertRow(m_windows[row.conversationId].content.rows, row);
    m_spots.insert(row.id, {row.conversationId, row.sortAt});
}

void MessageWindows::insert(ConversationId conversation, std::vector<MessageRow> rows)
{
    const auto earlier = [](const MessageRow &a, const MessageRow &b) { return keyOf(a) < keyOf(b); };
    std::sort(rows.begin(), rows.end(), earlier);
    for (const MessageRow &row : rows)
        m_spots.insert(row.id, {conversation, row.sortAt});
    Rows &all = m_windows[conversation].content.rows;
    const auto before = static_cast<std::ptrdiff_t>(all.size());
    all.insert(all.end(), std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
    std::inplace_merge(all.begin(), all.begin() + before, all.end(), earlier);
}

void MessageWindows::remove(MessageId id)
{
    const auto spot = m_spots.constFind(id);
    if (spot == m_spots.constEnd())
        return;
    m_windows[spot->conversation].content.rows.erase(rowAt(id, *spot));
    m_spots.erase(spot);
}

void MessageWindows::trim(ConversationId conversation)
{
    const auto window = m_windows.find(conversation);
    if (window == m_windows.end() || window->content.rows.size() <= maxRows)
        return;
    // A fifth at once, so that a window at its limit does not move all its rows for each new one.
    const Rows &rows = window->content.rows;
    dropBefore(*window, keyOf(rows[rows.size() - maxRows * 4 / 5]));
}

void MessageWindows::extend(
    ConversationId conversation, const MessageRow *oldest, const MessageRow *newest, bool reachedStart)
{
    Window &window = m_windows[conversation];
    remember(conversation);
    if (oldest != nullptr)
        closeGap(window, keyOf(*oldest), keyOf(*newest), reachedStart);
    window.content.loaded = true;
    if (reachedStart)
        window.content.reachedStart = true;
    if (oldest != nullptr && (!window.from || keyOf(*oldest) < *window.from))
        window.from = keyOf(*oldest);
}

void MessageWindows::markOpened(ConversationId id)
{
    m_opened = id;
    const auto found = std::find(m_recent.begin(), m_recent.end(), id);
    if (found != m_recent.end())
        std::rotate(m_recent.begin(), found, found + 1);
}

std::vector<ConversationId> MessageWindows::evict()
{
    std::vector<ConversationId> evicted;
    while (m_recent.size() > maxWindows) {
        evicted.push_back(m_recent.back());
        drop(evicted.back());
    }
    return evicted;
}

std::vector<ConversationId> MessageWindows::markGap()
{
    std::vector<ConversationId> dropped;
    std::copy_if(m_recent.begin(), m_recent.end(), std::back_inserter(dropped),
        [this](const ConversationId &id) { return id != m_opened; });
    for (const ConversationId &id : dropped)
        drop(id);
    const auto opened = m_windows.find(m_opened);
    if (opened == m_windows.end())
        return dropped;
    const Rows &rows = opened->content.rows;
    const auto stored = std::find_if(rows.rbegin(), rows.rend(), [](const MessageRow &row) { return row.rev > 0; });
    if (stored != rows.rend() && !opened->gapAfter)
        opened->gapAfter = keyOf(*stored);
    return dropped;
}

bool MessageWindows::drop(ConversationId id)
{
    const auto window = m_windows.constFind(id);
    if (window == m_windows.constEnd())
        return false;
    for (const MessageRow &row : window->content.rows)
        m_spots.remove(row.id);
    m_windows.erase(window);
    std::erase(m_recent, id);
    return true;
}

void MessageWindows::clear()
{
    *this = MessageWindows();
}

MessageWindows::Rows::iterator MessageWindows::lowerBound(Rows &rows, const Key &key)
{
    return std::lower_bound(
        rows.begin(), rows.end(), key, [](const MessageRow &row, const Key &wanted) { return keyOf(row) < wanted; });
}

MessageWindows::Rows::iterator MessageWindows::rowAt(MessageId id, const Spot &spot)
{
    return lowerBound(m_windows[spot.conversation].content.rows, {spot.at, id});
}

void MessageWindows::insertRow(Rows &rows, const MessageRow &row)
{
    if (rows.empty() || keyOf(rows.back()) < keyOf(row))
        rows.push_back(row);
    else
        rows.insert(lowerBound(rows, keyOf(row)), row);
}

void MessageWindows::closeGap(Window &window, const Key &oldest, const Key &newest, bool reachedStart)
{
    if (!window.gapAfter || newest < *window.gapAfter)
        return; // a page of older messages says nothing about what came after
    if (*window.gapAfter < oldest && !reachedStart) {
        window.content.reachedStart = false;
        dropBefore(window, oldest);
    }
    window.gapAfter.reset();
}

void MessageWindows::dropBefore(Window &window, const Key &from)
{
    Rows &rows = window.content.rows;
    const auto last = lowerBound(rows, from);
    // An echo stays wherever it is: nobody else knows of it yet.
    const auto kept = std::stable_partition(rows.begin(), last, [](const MessageRow &row) { return row.rev > 0; });
    for (auto row = rows.begin(); row != kept; ++row)
        m_spots.remove(row->id);
    rows.erase(rows.begin(), kept);
    window.from = from;
    window.content.reachedStart = false;
}

void MessageWindows::remember(ConversationId id)
{
    const auto found = std::find(m_recent.begin(), m_recent.end(), id);
    if (found != m_recent.end() && id != m_opened && !m_opened.isNull())
        return;
    if (found != m_recent.end())
        m_recent.erase(found);
    // A page for a conversation nobody looks at any more stays behind the one that is open.
    const bool behindOpened = id != m_opened && !m_recent.empty() && m_recent.front() == m_opened;
    m_recent.insert(m_recent.begin() + (behindOpened ? 1 : 0), id);
}

} // namespace conversure::state
