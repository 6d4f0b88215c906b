// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "domain/Rows.h"

#include <QHash>

#include <optional>
#include <vector>

namespace conversure::state {

/// The conversations of the list's window, sorted by (lastMessageAt, id) descending, and how far down the window
/// reaches. It reaches down to the end of the lowest page, not to its last row of the moment: that row may leave.
class ConversationOrder
{
public:
    const std::vector<ConversationId> &ids() const { return m_ids; }
    bool reachedEnd() const { return m_reachedEnd; }
    bool contains(ConversationId id) const { return m_times.contains(id); }
    bool covers(ConversationId id, Microseconds at) const;

    /// Puts a conversation where it belongs. True when a row came or moved.
    bool place(ConversationId id, Microseconds at);
    bool remove(ConversationId id);

    /// The window now reaches down to this row.
    void extendTo(ConversationId id, Microseconds at);
    void setReachedEnd() { m_reachedEnd = true; }
    /// Nothing is covered any more; the rows stay until they are placed again or removed.
    void forgetReach();

    /// Takes the lowest rows beyond \a limit out and gives them back.
    std::vector<ConversationId> trim(size_t limit);
    void clear();

private:
    struct Key {
        Microseconds at = 0;
        ConversationId id;
    };
    static bool above(const Key &a, const Key &b) { return a.at != b.at ? a.at > b.at : b.id < a.id; }
    /// The first place that is not above \a key.
    std::ptrdiff_t positionOf(const Key &key) const;

    std::vector<ConversationId> m_ids;
    std::vector<Microseconds> m_sorted; ///< The times of m_ids, side by side for the search.
    QHash<ConversationId, Microseconds> m_times;
    std::optional<Key> m_lowest;
    bool m_reachedEnd = false;
};

} // namespace conversure::state
