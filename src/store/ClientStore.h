// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "domain/Result.h"
#include "domain/Rows.h"
#include "domain/SendLimits.h"
#include "feed/Change.h"
#include "store/Connection.h"
#include "store/SqlLibrary.h"

#include <QList>

namespace conversure::store {

/// Rows read from the store, as changes; `complete`: nothing lies beyond the page.
struct Page {
    QList<feed::Change> changes;
    bool complete = false;
};

/// What stands beside the views of the list, of what this user sees.
struct InboxCounts {
    int open = 0;
    int mine = 0;
    int unassigned = 0;
    int most = 0; ///< Where these three stop counting: show "999+".
    int unread = 0; ///< Conversations with something unread …
    int unreadOf = 0; ///< … among so many that moved last.
};

/// A slice of the change feed for a client whose relay is away.
struct FeedSlice {
    feed::Cursor cursor;
    QList<feed::Change> changes;
    bool resync = false; ///< The cursor was too old: take the new one and read again what is loaded.
};

/// All that a client asks of the store except sending, over its device's own role. One per task; the connection belongs
/// to the thread that runs it.
class ClientStore
{
public:
    ClientStore(Connection &connection, const SqlLibrary &library)
        : m_db(connection)
        , m_library(library)
    {
    }

    /// The store gives no more rows at once.
    static constexpr int maxPage = 500;

    /// A page of the list, newest first, below (\a beforeAt, \a beforeId); beforeAt 0: from the top. More than maxPage
    /// rows are read in several goes; what changes between them is for the feed to tell.
    Result<Page> conversations(Microseconds beforeAt, ConversationId beforeId, int limit);
    /// A conversation's row, lead, read mark and newest messages. Code CV003 when it is not there or not visible.
    Result<Page> openConversation(ConversationId conversation, int limit);
    /// Messages before (\a beforeAt, \a beforeId). Code CV003 as above. At most maxPage at once.
    Result<Page> olderMessages(ConversationId conversation, Microseconds beforeAt, MessageId beforeId, int limit);

    Result<InboxCounts> counts();

    /// All templates of the company, as changes.
    Result<QList<feed::Change>> templates();
    /// How much of today is left for whoever writes in a conversation. Code CV003 as above.
    Result<SendLimits> sendLimits(ConversationId conversation);
    /// The lead wants no marketing, from any of the company's numbers.
    Result<void> optOut(ConversationId conversation, const QString &remark);
    /// The lead wants it again, which needs a reason. Code CV002 where only the lead can take it back.
    Result<void> liftOptOut(ConversationId conversation, const QString &remark);

    /// A person's word on a message of which nobody knows: it was not sent. Answers it as a change; code CV019 when it
    /// is known by now.
    Result<QList<feed::Change>> sayNotSent(MessageId message);

    Result<void> markRead(ConversationId conversation, qint64 readSeq);
    Result<void> signOut();

    Result<feed::Cursor> feedCursor();
    Result<FeedSlice> feedSince(const feed::Cursor &cursor);

private:
    Result<Page> conversationPage(Microseconds beforeAt, ConversationId beforeId, int limit);
    Result<Page> messagePage(ConversationId conversation, Microseconds beforeAt, MessageId beforeId, int limit);

    Connection &m_db;
    const SqlLibrary &m_library;
};

} // namespace conversure::store
