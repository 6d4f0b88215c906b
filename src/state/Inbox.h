// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "domain/Rows.h"
#include "feed/Change.h"
#include "state/Aside.h"
#include "state/ConversationOrder.h"
#include "state/MessageWindows.h"

#include <QHash>
#include <QObject>
#include <QSet>

#include <array>
#include <optional>
#include <vector>

namespace conversure::state {

/// How the client stands towards the store and the relay; the status bar shows it.
enum class Connection { Connecting, Connected, RelayAway, StoreAway, Offline };

/// What one call of apply() changed; each list without repetition.
struct Applied {
    QList<feed::Change> accepted; ///< The changes that had an effect, for the trace.
    QSet<ConversationId> conversations; ///< Rows (or read marks or drafts) that changed, came or went.
    QSet<ConversationId> messages; ///< Conversations whose loaded messages changed.
    QSet<LeadId> leads;
    QSet<TemplateId> templates;
    bool orderChanged = false; ///< The list's order or its members changed.
};

/// The client's one normalised copy of what it knows. Lives on the GUI thread; everything enters through apply() and
/// the page functions; models are projections of it and keep no truth of their own.
///
/// The conversation list is a *window*: the newest conversations down to the last one loaded. A change of a
/// conversation outside it enters only if it belongs above the window's last row (or the window reaches the end of the
/// list); otherwise it is not kept.
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

    /// All templates of the company are about to be read; what changes meanwhile is newer than their list.
    void beginTemplates();
    /// The list: whatever it does not name and has not changed since is gone.
    void applyTemplates(const QList<feed::Change> &changes);

    /// Takes an echo out again: the store refused it. Does nothing to a row that has a rev.
    void withdrawEcho(MessageId message);

    /// Changes were missed, or this user may see other things than before (a "resync"): pages are about to be read
    /// again. Until the next conversation page the list stays as it is; that page then replaces it, but for what
    /// changed since, so that whatever it does not confirm is gone. Windows of messages that are not open are
    /// forgotten; the open one notices by its next page whether it has a hole. What was gone may come back with the rev
    /// it had. Changes from before must have been applied, and pages asked for before must not be applied any more.
    /// After a restore of the store (another epoch) revs may have gone back, and only clear() helps.
    void beginResync();

    void setDraft(ConversationId conversation, const QString &text);
    void setConnection(Connection connection);

    /// Forgets everything (sign-out).
    void clear();

    /// Somebody looks at this conversation: of the message windows kept in memory, some twenty, it is the last to go.
    /// Const, since what is known stays the same.
    void markOpened(ConversationId id) const;

    // --- what is known ---

    /// The list's window, newest first: (lastMessageAt, id) descending.
    const std::vector<ConversationId> &order() const { return m_list.ids(); }
    bool reachedEnd() const { return m_list.reachedEnd(); }
    const ConversationRow *conversation(ConversationId id) const; ///< Null when unknown. Valid until the next change.
    const LeadRow *lead(LeadId id) const;
    const MessageWindow *messages(ConversationId id) const; ///< Null when nothing is loaded.
    const MessageRow *message(MessageId id) const; ///< Among the loaded ones.
    const QHash<TemplateId, TemplateRow> &templates() const { return m_templates; }
    qint64 unread(ConversationId id) const;
    qint64 readSeq(ConversationId id) const;
    QString draft(ConversationId id) const;
    Connection connection() const { return m_connection; }

Q_SIGNALS:
    void applied(const conversure::state::Applied &what);
    void connectionChanged(conversure::state::Connection connection);
    void cleared();

private:
    bool take(const feed::Change &change, Applied &what);
    bool take(const ConversationRow &row, Applied &what);
    bool take(const MessageRow &row, Applied &what);
    bool take(const LeadRow &row, Applied &what);
    bool take(const ReadMarkRow &row, Applied &what);
    bool take(const TemplateRow &row, Applied &what);
    bool take(const feed::Gone &gone, Applied &what);
    bool take(const feed::SessionNews &news, Applied &what);
    void takeAll(const QList<feed::Change> &changes, Applied &what);

    bool isGone(feed::Gone::Kind kind, const QUuid &id, qint64 rev) const;
    bool takeGoneConversation(ConversationId id, qint64 rev, Applied &what);
    bool takeGoneMessage(MessageId id, qint64 rev, Applied &what);
    bool takeGoneLead(LeadId id, qint64 rev, Applied &what);
    bool takeGoneReadMark(ConversationId id, qint64 rev, Applied &what);
    bool takeGoneTemplate(TemplateId id, qint64 rev, Applied &what);

    void takeWaitingConversations(Applied &what);
    void takePageMessages(ConversationId conversation, const QList<feed::Change> &page, Applied &what);
    bool supersedes(const MessageRow &row) const;
    void replaceList(const QSet<ConversationId> &page, Applied &what);
    void trim(Applied &what);

    void keep(const ConversationRow &row, Applied &what);
    void forget(ConversationId id, Applied &what);
    void forgetIfUnused(ConversationId id, Applied &what);
    void adoptReadMark(ConversationId id);
    void useLead(LeadId id, Applied &what);
    void releaseLead(LeadId id, Applied &what);
    void finish(const Applied &what);

    QHash<ConversationId, ConversationRow> m_conversations; ///< Those in the list or with a window of messages.
    QHash<LeadId, LeadRow> m_leads; ///< Those that a known conversation shows.
    QHash<LeadId, int> m_leadUses; ///< By how many known conversations.
    QHash<ConversationId, ReadMarkRow> m_readMarks; ///< Of known conversations.
    QHash<TemplateId, TemplateRow> m_templates; ///< Of all of the company's accounts.
    QHash<ConversationId, QString> m_drafts;
    ConversationOrder m_list;
    size_t m_listLimit = 2000; ///< Pages are asked for, so they raise it.
    mutable MessageWindows m_windows;

    Aside<ConversationRow> m_conversationsAside;
    Aside<MessageRow> m_messagesAside;
    Aside<LeadRow> m_leadsAside;
    Aside<ReadMarkRow> m_readMarksAside;
    std::array<Aside<qint64>, 5> m_gone; ///< The rev with which a row went, by feed::Gone::Kind.

    std::optional<QSet<ConversationId>> m_changedSinceResync;
    std::optional<QSet<TemplateId>> m_templatesSince; ///< Changed while their list is being read.
    Connection m_connection = Connection::Connecting;
};

} // namespace conversure::state
