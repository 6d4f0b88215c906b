// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "state/Inbox.h"

#include <algorithm>

namespace conversure::state {

namespace {

constexpr size_t listLimit = 2000; ///< What changes alone may let the list grow to.

struct Span {
    const MessageRow *oldest = nullptr;
    const MessageRow *newest = nullptr;
};

bool before(const MessageRow &a, const MessageRow &b)
{
    return a.sortAt != b.sortAt ? a.sortAt < b.sortAt : a.id < b.id;
}

Span spanOf(ConversationId conversation, const QList<feed::Change> &page)
{
    Span span;
    for (const feed::Change &change : page) {
        const auto *row = std::get_if<MessageRow>(&change);
        if (row == nullptr || row->conversationId != conversation)
            continue;
        if (span.oldest == nullptr || before(*row, *span.oldest))
            span.oldest = row;
        if (span.newest == nullptr || before(*span.newest, *row))
            span.newest = row;
    }
    return span;
}

} // namespace

Inbox::Inbox(QObject *parent)
    : QObject(parent)
{
}

void Inbox::apply(const QList<feed::Change> &changes)
{
    Applied what;
    takeAll(changes, what);
    trim(what);
    finish(what);
}

void Inbox::applyConversationPage(const QList<feed::Change> &changes, bool reachedEnd)
{
    Applied what;
    if (m_changedSinceResync)
        m_list.forgetReach();
    if (reachedEnd)
        m_list.setReachedEnd();
    QSet<ConversationId> page;
    for (const feed::Change &change : changes) {
        if (const auto *row = std::get_if<ConversationRow>(&change)) {
            page.insert(row->id);
            m_list.extendTo(row->id, row->lastMessageAt);
        }
    }
    takeAll(changes, what);
    takeWaitingConversations(what);
    if (m_changedSinceResync)
        replaceList(page, what);
    m_listLimit = std::max(listLimit, m_list.ids().size());
    finish(what);
}

void Inbox::applyMessagePage(ConversationId conversation, const QList<feed::Change> &changes, bool reachedStart)
{
    Applied what;
    const Span span = spanOf(conversation, changes);
    m_windows.extend(conversation, span.oldest, span.newest, reachedStart);
    what.messages.insert(conversation);

    QList<feed::Change> others;
    if (auto waiting = m_conversationsAside.take(conversation.value))
        others << *std::move(waiting);
    std::copy_if(changes.begin(), changes.end(), std::back_inserter(others),
        [](const feed::Change &change) { return !std::holds_alternative<MessageRow>(change); });
    takeAll(others, what);
    takePageMessages(conversation, changes, what);

    const bool gone = m_gone[static_cast<size_t>(feed::Gone::Kind::Conversation)].find(conversation.value) != nullptr;
    if (gone && this->conversation(conversation) == nullptr)
        m_windows.drop(conversation);
    for (const ConversationId &evicted : m_windows.evict()) {
        what.messages.insert(evicted);
        forgetIfUnused(evicted, what);
    }
    finish(what);
}

void Inbox::beginTemplates()
{
    m_templatesSince.emplace();
}

void Inbox::applyTemplates(const QList<feed::Change> &changes)
{
    Applied what;
    QSet<TemplateId> current = m_templatesSince.value_or(QSet<TemplateId>());
    m_templatesSince.reset();
    for (const feed::Change &change : changes) {
        if (const auto *row = std::get_if<TemplateRow>(&change))
            current.insert(row->id);
    }
    const QList<TemplateId> known = m_templates.keys();
    for (const TemplateId &id : known) {
        if (current.contains(id))
            continue;
        m_templates.remove(id);
        what.templates.insert(id);
    }
    takeAll(changes, what);
    finish(what);
}

void Inbox::withdrawEcho(MessageId message)
{
    const MessageRow *waiting = m_messagesAside.find(message.value);
    if (waiting != nullptr && waiting->rev == 0)
        m_messagesAside.take(message.value);
    const MessageRow *row = m_windows.message(message);
    if (row == nullptr || row->rev != 0)
        return;
    Applied what;
    what.messages.insert(row->conversationId);
    m_windows.remove(message);
    finish(what);
}

void Inbox::beginResync()
{
    Applied what;
    m_changedSinceResync.emplace();
    for (const ConversationId &dropped : m_windows.markGap()) {
        what.messages.insert(dropped);
        forgetIfUnused(dropped, what);
    }
    // Also what has just been laid aside: nothing of before may pass for something that came since.
    m_conversationsAside.clear();
    m_leadsAside.clear();
    m_messagesAside.takeIf([](const MessageRow &row) { return row.rev > 0; });
    // Rights that come back bring rows into sight again that did not change meanwhile.
    for (Aside<qint64> &gone : m_gone)
        gone.clear();
    finish(what);
}

void Inbox::setDraft(ConversationId conversation, const QString &text)
{
    if (draft(conversation) == text)
        return;
    if (text.isEmpty())
        m_drafts.remove(conversation);
    else
        m_drafts.insert(conversation, text);
    Applied what;
    what.conversations.insert(conversation);
    finish(what);
}

void Inbox::setConnection(Connection connection)
{
    if (m_connection == connection)
        return;
    m_connection = connection;
    Q_EMIT connectionChanged(connection);
}

void Inbox::clear()
{
    m_conversations.clear();
    m_leads.clear();
    m_leadUses.clear();
    m_readMarks.clear();
    m_templates.clear();
    m_drafts.clear();
    m_list.clear();
    m_listLimit = listLimit;
    m_windows.clear();
    m_conversationsAside.clear();
    m_messagesAside.clear();
    m_leadsAside.clear();
    m_readMarksAside.clear();
    for (Aside<qint64> &gone : m_gone)
        gone.clear();
    m_changedSinceResync.reset();
    m_templatesSince.reset();
    Q_EMIT cleared();
}

void Inbox::markOpened(ConversationId id) const
{
    m_windows.markOpened(id);
}

const ConversationRow *Inbox::conversation(ConversationId id) const
{
    const auto found = m_conversations.constFind(id);
    return found == m_conversations.constEnd() ? nullptr : &*found;
}

const LeadRow *Inbox::lead(LeadId id) const
{
    const auto found = m_leads.constFind(id);
    return found == m_leads.constEnd() ? nullptr : &*found;
}

const MessageWindow *Inbox::messages(ConversationId id) const
{
    return m_windows.find(id);
}

const MessageRow *Inbox::message(MessageId id) const
{
    return m_windows.message(id);
}

qint64 Inbox::unread(ConversationId id) const
{
    const ConversationRow *row = conversation(id);
    return row == nullptr ? 0 : std::max<qint64>(0, row->inboundSeq - readSeq(id));
}

qint64 Inbox::readSeq(ConversationId id) const
{
    return m_readMarks.value(id).readSeq;
}

QString Inbox::draft(ConversationId id) const
{
    return m_drafts.value(id);
}

void Inbox::replaceList(const QSet<ConversationId> &page, Applied &what)
{
    const std::vector<ConversationId> listed = m_list.ids();
    for (const ConversationId &id : listed) {
        const bool current = page.contains(id) || m_changedSinceResync->contains(id);
        if (current && m_list.covers(id, m_conversations.value(id).lastMessageAt))
            continue;
        what.orderChanged |= m_list.remove(id);
        forgetIfUnused(id, what);
        // Known from before the gap and not in the page: it may be long gone, so no later page shall revive it.
        if (!current) {
            if (const auto unseen = m_conversationsAside.take(id.value))
                m_leadsAside.take(unseen->leadId.value);
        }
    }
    m_changedSinceResync.reset();
}

void Inbox::trim(Applied &what)
{
    for (const ConversationId &id : std::as_const(what.messages))
        m_windows.trim(id);
    for (const ConversationId &id : m_list.trim(m_listLimit)) {
        what.orderChanged = true;
        forgetIfUnused(id, what);
    }
}

void Inbox::finish(const Applied &what)
{
    const bool rows =
        !what.conversations.isEmpty() || !what.messages.isEmpty() || !what.leads.isEmpty() || !what.templates.isEmpty();
    if (rows || what.orderChanged || !what.accepted.isEmpty())
        Q_EMIT applied(what);
}

} // namespace conversure::state
