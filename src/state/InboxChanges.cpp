// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// How one change enters the Inbox.
#include "state/Inbox.h"

#include <algorithm>

namespace conversure::state {

namespace {

using Kind = feed::Gone::Kind;

bool sameEcho(const MessageRow &a, const MessageRow &b)
{
    return a.status == b.status && a.sortAt == b.sortAt && a.text == b.text && a.errorCode == b.errorCode
        && a.errorDetail == b.errorDetail && a.contentType == b.contentType && a.conversationId == b.conversationId
        && a.templateName == b.templateName;
}

} // namespace

void Inbox::takeAll(const QList<feed::Change> &changes, Applied &what)
{
    for (const feed::Change &change : changes) {
        if (take(change, what))
            what.accepted << change;
    }
}

bool Inbox::take(const feed::Change &change, Applied &what)
{
    return std::visit([&](const auto &row) { return take(row, what); }, change);
}

bool Inbox::take(const ConversationRow &row, Applied &what)
{
    const ConversationRow *known = conversation(row.id);
    const ConversationRow *waiting = m_conversationsAside.find(row.id.value);
    const bool late = (known != nullptr && row.rev <= known->rev) || (waiting != nullptr && row.rev < waiting->rev);
    if (late || isGone(Kind::Conversation, row.id.value, row.rev))
        return false;

    m_conversationsAside.take(row.id.value);
    const bool listed = m_list.covers(row.id, row.lastMessageAt);
    const bool changesOrder = listed ? m_list.place(row.id, row.lastMessageAt) : m_list.remove(row.id);
    what.orderChanged |= changesOrder;
    if (listed || m_windows.holds(row.id)) {
        keep(row, what);
        return true;
    }
    m_conversationsAside.put(row.id.value, row);
    if (known != nullptr)
        forget(row.id, what);
    return changesOrder;
}

bool Inbox::take(const MessageRow &row, Applied &what)
{
    if (!supersedes(row))
        return false;
    m_messagesAside.take(row.id.value);
    const MessageRow *known = m_windows.message(row.id);
    if (known != nullptr)
        what.messages.insert(known->conversationId);
    if (!m_windows.covers(row)) {
        m_windows.remove(row.id);
        m_messagesAside.put(row.id.value, row);
        return known != nullptr;
    }
    what.messages.insert(row.conversationId);
    m_windows.put(row);
    return true;
}

bool Inbox::take(const LeadRow &row, Applied &what)
{
    const bool shown = m_leadUses.contains(row.id);
    const LeadRow *known = shown ? lead(row.id) : m_leadsAside.find(row.id.value);
    if ((known != nullptr && row.rev <= known->rev) || isGone(Kind::Lead, row.id.value, row.rev))
        return false;
    if (!shown) {
        m_leadsAside.put(row.id.value, row);
        return false;
    }
    m_leads.insert(row.id, row);
    what.leads.insert(row.id);
    return true;
}

bool Inbox::take(const ReadMarkRow &row, Applied &what)
{
    const QUuid id = row.conversationId.value;
    const bool shown = conversation(row.conversationId) != nullptr;
    const auto mark = m_readMarks.constFind(row.conversationId);
    const ReadMarkRow *known = mark != m_readMarks.constEnd() ? &*mark : m_readMarksAside.find(id);
    if ((known != nullptr && row.rev <= known->rev) || isGone(Kind::ReadMark, id, row.rev))
        return false;
    if (!shown) {
        m_readMarksAside.put(id, row);
        return false;
    }
    m_readMarks.insert(row.conversationId, row);
    what.conversations.insert(row.conversationId);
    return true;
}

bool Inbox::take(const TemplateRow &row, Applied &what)
{
    const auto known = m_templates.constFind(row.id);
    if (known != m_templates.constEnd() && row.rev <= known->rev)
        return false;
    if (isGone(Kind::Template, row.id.value, row.rev))
        return false;
    m_templates.insert(row.id, row);
    what.templates.insert(row.id);
    if (m_templatesSince)
        m_templatesSince->insert(row.id);
    return true;
}

bool Inbox::take(const feed::Gone &gone, Applied &what)
{
    if (!isGone(gone.kind, gone.id, gone.rev))
        m_gone[static_cast<size_t>(gone.kind)].put(gone.id, gone.rev);
    switch (gone.kind) {
    case Kind::Conversation:
        return takeGoneConversation(ConversationId(gone.id), gone.rev, what);
    case Kind::Message:
        return takeGoneMessage(MessageId(gone.id), gone.rev, what);
    case Kind::Lead:
        return takeGoneLead(LeadId(gone.id), gone.rev, what);
    case Kind::Template:
        return takeGoneTemplate(TemplateId(gone.id), gone.rev, what);
    case Kind::ReadMark:
        break;
    }
    return takeGoneReadMark(ConversationId(gone.id), gone.rev, what);
}

bool Inbox::take(const feed::SessionNews &, Applied &)
{
    return false; // about the session, which is not kept here
}

bool Inbox::isGone(Kind kind, const QUuid &id, qint64 rev) const
{
    const qint64 *gone = m_gone[static_cast<size_t>(kind)].find(id);
    return gone != nullptr && *gone >= rev;
}

bool Inbox::takeGoneConversation(ConversationId id, qint64 rev, Applied &what)
{
    const ConversationRow *known = conversation(id);
    const ConversationRow *waiting = m_conversationsAside.find(id.value);
    if ((known != nullptr && known->rev > rev) || (waiting != nullptr && waiting->rev > rev))
        return false;
    m_conversationsAside.take(id.value);
    m_messagesAside.takeIf([id](const MessageRow &row) { return row.conversationId == id && row.rev > 0; });
    if (known != nullptr) {
        const LeadId lead = known->leadId;
        forget(id, what);
        m_leadsAside.take(lead.value); // unless another conversation shows it
    }
    what.orderChanged |= m_list.remove(id);
    if (m_windows.drop(id))
        what.messages.insert(id);
    if (m_drafts.remove(id))
        what.conversations.insert(id);
    return what.conversations.contains(id) || what.messages.contains(id);
}

bool Inbox::takeGoneMessage(MessageId id, qint64 rev, Applied &what)
{
    const MessageRow *waiting = m_messagesAside.find(id.value);
    if (waiting != nullptr && waiting->rev <= rev)
        m_messagesAside.take(id.value);
    const MessageRow *known = m_windows.message(id);
    if (known == nullptr || known->rev > rev)
        return false;
    what.messages.insert(known->conversationId);
    m_windows.remove(id);
    return true;
}

bool Inbox::takeGoneLead(LeadId id, qint64 rev, Applied &what)
{
    const LeadRow *waiting = m_leadsAside.find(id.value);
    if (waiting != nullptr && waiting->rev <= rev)
        m_leadsAside.take(id.value);
    const LeadRow *known = lead(id);
    if (known == nullptr || known->rev > rev)
        return false;
    m_leads.remove(id);
    what.leads.insert(id);
    return true;
}

bool Inbox::takeGoneReadMark(ConversationId id, qint64 rev, Applied &what)
{
    const ReadMarkRow *waiting = m_readMarksAside.find(id.value);
    if (waiting != nullptr && waiting->rev <= rev)
        m_readMarksAside.take(id.value);
    const auto known = m_readMarks.constFind(id);
    if (known == m_readMarks.constEnd() || known->rev > rev)
        return false;
    m_readMarks.erase(known);
    what.conversations.insert(id);
    return true;
}

bool Inbox::takeGoneTemplate(TemplateId id, qint64 rev, Applied &what)
{
    const auto known = m_templates.constFind(id);
    if (known == m_templates.constEnd() || known->rev > rev)
        return false;
    m_templates.erase(known);
    what.templates.insert(id);
    return true;
}

void Inbox::takeWaitingConversations(Applied &what)
{
    const auto covered = [this](const ConversationRow &row) { return m_list.covers(row.id, row.lastMessageAt); };
    for (const ConversationRow &row : m_conversationsAside.takeIf(covered)) {
        if (take(row, what))
            what.accepted << row;
    }
    // Known for their open windows alone until now, they were outside the list.
    for (const ConversationId &id : m_windows.recent()) {
        const ConversationRow *row = conversation(id);
        if (row != nullptr && m_list.covers(id, row->lastMessageAt))
            what.orderChanged |= m_list.place(id, row->lastMessageAt);
    }
}

void Inbox::takePageMessages(ConversationId conversation, const QList<feed::Change> &page, Applied &what)
{
    QHash<MessageId, MessageRow> fresh;
    const auto consider = [&](const MessageRow &row) {
        if (m_windows.message(row.id) != nullptr || row.conversationId != conversation) {
            if (take(row, what))
                what.accepted << row;
        } else if (!isGone(Kind::Message, row.id.value, row.rev)) {
            const auto best = fresh.constFind(row.id);
            if (best == fresh.constEnd() || row.rev > best->rev)
                fresh.insert(row.id, row);
        }
    };
    const auto here = [&](const MessageRow &row) { return row.conversationId == conversation; };
    for (const MessageRow &row : m_messagesAside.takeIf(here))
        consider(row);
    for (const feed::Change &change : page) {
        if (const auto *row = std::get_if<MessageRow>(&change))
            consider(*row);
    }

    std::vector<MessageRow> placed;
    for (const MessageRow &row : std::as_const(fresh)) {
        if (m_windows.covers(row))
            placed.push_back(row);
        else
            m_messagesAside.put(row.id.value, row);
    }
    std::copy(placed.begin(), placed.end(), std::back_inserter(what.accepted));
    m_windows.insert(conversation, std::move(placed));
}

bool Inbox::supersedes(const MessageRow &row) const
{
    if (isGone(Kind::Message, row.id.value, row.rev))
        return false;
    const MessageRow *known = m_windows.message(row.id);
    if (known == nullptr)
        known = m_messagesAside.find(row.id.value);
    if (known == nullptr || row.rev > known->rev)
        return true;
    return row.rev == 0 && known->rev == 0 && !sameEcho(row, *known);
}

void Inbox::keep(const ConversationRow &row, Applied &what)
{
    const ConversationRow *known = conversation(row.id);
    const LeadId before = known != nullptr ? known->leadId : LeadId();
    const bool isNew = known == nullptr;
    m_conversations.insert(row.id, row);
    if (isNew)
        adoptReadMark(row.id);
    if (isNew || before != row.leadId) {
        useLead(row.leadId, what);
        if (!isNew)
            releaseLead(before, what);
    }
    what.conversations.insert(row.id);
    if (m_changedSinceResync)
        m_changedSinceResync->insert(row.id);
}

void Inbox::forget(ConversationId id, Applied &what)
{
    const ConversationRow row = m_conversations.take(id);
    releaseLead(row.leadId, what);
    // Where a conversation comes back into sight its read mark may not have changed, and then nobody sends it again.
    if (const auto mark = m_readMarks.constFind(id); mark != m_readMarks.constEnd()) {
        m_readMarksAside.put(id.value, *mark);
        m_readMarks.erase(mark);
    }
    what.conversations.insert(id);
}

void Inbox::forgetIfUnused(ConversationId id, Applied &what)
{
    const ConversationRow *row = conversation(id);
    if (row == nullptr || m_list.contains(id) || m_windows.holds(id))
        return;
    m_conversationsAside.put(id.value, *row);
    forget(id, what);
}

void Inbox::adoptReadMark(ConversationId id)
{
    if (auto mark = m_readMarksAside.take(id.value))
        m_readMarks.insert(id, *std::move(mark));
}

void Inbox::useLead(LeadId id, Applied &what)
{
    if (++m_leadUses[id] > 1)
        return;
    if (auto waiting = m_leadsAside.take(id.value)) {
        m_leads.insert(id, *std::move(waiting));
        what.leads.insert(id);
    }
}

void Inbox::releaseLead(LeadId id, Applied &what)
{
    const auto uses = m_leadUses.find(id);
    if (uses == m_leadUses.end() || --*uses > 0)
        return;
    m_leadUses.erase(uses);
    if (const auto known = m_leads.constFind(id); known != m_leads.constEnd()) {
        m_leadsAside.put(id.value, *known);
        m_leads.erase(known);
        what.leads.insert(id);
    }
}

} // namespace conversure::state
