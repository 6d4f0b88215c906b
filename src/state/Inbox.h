// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "domain/Rows.h"
#include "feed/Change.h"

#include <QHash>
#include <QObject>
#include <QSet>

#include <optional>
#include <vector>

namespace conversure::state {

/// How the client stands towards the store and the relay; the status bar shows it.
enum class Connection { Connecting, Connected, RelayAway, StoreAway, Offline };

/// The messages of one conversation that are loaded: always the newest ones, without a hole, in order (sortAt, id).
struct MessageWindow {
    std::vector<MessageRow> rows;
    bool loaded = false; ///< At least one page has arrived.
    bool reachedStart = false; ///< rows.front() is the first message there is.
};

/// What one call of apply() changed; each list without repetition.
struct Applied {
    QList<feed::Change> accepted; ///< The changes that had an effect, for the trace.
    QSet<ConversationId> conversations; ///< Rows (or read marks or drafts) that changed, came or went.
    QSet<ConversationId> messages; ///< Conversations whose loaded messages changed.
    QSet<LeadId> leads;
    bool orderChanged = false; ///< The list's order or its members changed.
};

/// The client's one normalised copy of what it knows. Lives on the GUI thread; everything enters through apply() and
/// the page functions; models are projections of it and keep no truth of their own.
///
/// The conversation list is a *window*: the newest conversations down to the last one loaded. A change of a conversation
/// outside it enters only if it belongs above the window's last row (or the window reaches the end of the list);
/// otherwise it is not kept.
class Inbox : public QObject
{
    Q_OBJECT

public:
    explicit Inbox(QObject *parent = nullptr);

    // --- changes ---

    /// Applies in order; of two versions of a row the higher rev stays. Emits applied() once, if anything changed.
    /// A message with rev 0 is an echo: it enters if the id is unknown, or changes an echo; it never replaces a row
    /// that has a rev.
    void apply(const QList<feed::Change> &changes);

    /// A page of the list, newest first. \a reachedEnd: there are no older ones.
    void applyConversationPage(const QList<feed::Change> &changes, bool reachedEnd);

    /// A page of a conversation (messages, its row, its lead, its read mark). \a reachedStart: nothing older exists.
    /// Applied to a conversation nobody looks at any more, it only fills the memory of recent windows.
    void applyMessagePage(ConversationId conversation, const QList<feed::Change> &changes, bool reachedStart);

    /// Takes an echo out again: the store refused it. Does nothing to a row that has a rev.
    void withdrawEcho(MessageId message);

    void setDraft(ConversationId conversation, const QString &text);
    void setConnection(Connection connection);

    /// Forgets everything (sign-out).
    void clear();

    // --- what is known ---

    /// The list's window, newest first: (lastMessageAt, id) descending.
    const std::vector<ConversationId> &order() const { return m_order; }
    bool reachedEnd() const { return m_reachedEnd; }
    const ConversationRow *conversation(ConversationId id) const; ///< Null when unknown. Valid until the next change.
    const LeadRow *lead(LeadId id) const;
    const MessageWindow *messages(ConversationId id) const; ///< Null when nothing is loaded.
    const MessageRow *message(MessageId id) const; ///< Among the loaded ones.
    qint64 unread(ConversationId id) const;
    qint64 readSeq(ConversationId id) const;
    QString draft(ConversationId id) const;
    Connection connection() const { return m_connection; }

Q_SIGNALS:
    void applied(const conversure::state::Applied &what);
    void connectionChanged(conversure::state::Connection connection);
    void cleared();

private:
    std::vector<ConversationId> m_order;
    bool m_reachedEnd = false;
    Connection m_connection = Connection::Connecting;
};

} // namespace conversure::state
