// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Rows.h"

#include <QHash>

#include <optional>
#include <vector>

namespace conversure::state {

/// The messages of one conversation that are loaded: always the newest ones, without a hole, in order (sortAt, id).
struct MessageWindow {
    std::vector<MessageRow> rows;
    bool loaded = false; ///< At least one page has arrived.
    bool reachedStart = false; ///< rows.front() is the first message there is.
};

/// The loaded messages of the conversations looked at lately. Every window reaches from a known place up to the newest
/// message without a hole; rows enter through put() and insert(), which keep the order (sortAt, id).
class MessageWindows
{
public:
    static constexpr size_t maxWindows = 20;
    static constexpr size_t maxRows = 5000; ///< What live messages may let a window grow to; pages are asked for.

    const MessageWindow *find(ConversationId id) const;
    bool holds(ConversationId id) const { return m_windows.contains(id); }
    const std::vector<ConversationId> &recent() const { return m_recent; } ///< All that hold a window.
    const MessageRow *message(MessageId id) const;

    /// Does a row at this place belong to what is loaded of the conversation?
    bool covers(const MessageRow &row) const;

    /// Adds a row that covers() accepts, or replaces the version that is there, moving it where needed.
    void put(const MessageRow &row);
    /// The same for many rows that are not there yet, in one go.
    void insert(ConversationId conversation, std::vector<MessageRow> rows);
    void remove(MessageId id);
    /// Takes the oldest rows out of a window that has outgrown maxRows.
    void trim(ConversationId conversation);

    /// A page that reaches from \a oldest to \a newest is about to be put; makes the window where there is none.
    void extend(ConversationId conversation, const MessageRow *oldest, const MessageRow *newest, bool reachedStart);

    /// This one is being looked at: it is the last to be evicted.
    void markOpened(ConversationId id);
    /// Drops the windows looked at longest ago beyond maxWindows; gives back which.
    std::vector<ConversationId> evict();
    /// Changes were missed: drops all but the opened one, whose next page tells whether there is a hole.
    std::vector<ConversationId> markGap();
    bool drop(ConversationId id);
    void clear();

private:
    struct Key {
        Microseconds at = 0;
        MessageId id;

        friend bool operator<(const Key &a, const Key &b) { return a.at != b.at ? a.at < b.at : a.id < b.id; }
    };
    struct Window {
        MessageWindow content;
        std::optional<Key> from; ///< Where what is loaded begins; kept apart from the first row, which may leave.
        std::optional<Key> gapAfter; ///< Behind this row something may be missing.
    };
    struct Spot {
        ConversationId conversation;
        Microseconds at = 0;
    };
    using Rows = std::vector<MessageRow>;

    static Key keyOf(const MessageRow &row) { return {row.sortAt, row.id}; }
    static Rows::iterator lowerBound(Rows &rows, const Key &key);
    Rows::iterator rowAt(MessageId id, const Spot &spot);
    static void insertRow(Rows &rows, const MessageRow &row);
    void closeGap(Window &window, const Key &oldest, const Key &newest, bool reachedStart);
    void dropBefore(Window &window, const Key &from);
    void remember(ConversationId id);

    QHash<ConversationId, Window> m_windows;
    QHash<MessageId, Spot> m_spots;
    std::vector<ConversationId> m_recent; ///< Windows, looked at most recently first.
    ConversationId m_opened;
};

} // namespace conversure::state
