// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/MessageListModel.h"

#include "models/Texts.h"
#include "state/Inbox.h"

namespace conversure::models {

namespace {

bool isInTrouble(const MessageRow &row)
{
    return row.status == MessageStatus::Failed || row.status == MessageStatus::Unconfirmed;
}

QString errorSentence(const MessageRow &row)
{
    if (!isInTrouble(row))
        return {};
    // Whatever made it so, what counts is that nobody knows; the code's own sentence would say that it was not sent.
    if (row.status == MessageStatus::Unconfirmed)
        return sendErrorSentence(QStringLiteral("unconfirmed"), row.errorDetail);
    return sendErrorSentence(row.errorCode, row.errorDetail);
}

bool mayRetry(const MessageRow &row)
{
    return row.direction == Direction::Outbound && row.status == MessageStatus::Failed && canRetry(row.errorCode);
}

/// An echo changes without a rev, so what is painted is mixed in.
qint64 revision(const MessageRow &row)
{
    return static_cast<qint64>(
        qHashMulti(0, row.rev, static_cast<int>(row.status), row.sortAt, row.text, row.errorCode, row.errorDetail));
}

} // namespace

MessageListModel::MessageListModel(const state::Inbox &inbox, QObject *parent)
    : IdListModel(parent)
    , m_inbox(inbox)
{
    connect(&inbox, &state::Inbox::applied, this, &MessageListModel::follow);
    connect(&inbox, &state::Inbox::cleared, this, &MessageListModel::clear);
}

MessageListModel::~MessageListModel() = default;

void MessageListModel::setConversation(ConversationId id)
{
    m_conversation = id;
    m_inbox.markOpened(id);
    clear();
}

bool MessageListModel::isLoaded() const
{
    const state::MessageWindow *window = m_inbox.messages(m_conversation);
    return window != nullptr && window->loaded;
}

bool MessageListModel::reachedStart() const
{
    const state::MessageWindow *window = m_inbox.messages(m_conversation);
    return window != nullptr && window->reachedStart;
}

QString MessageListModel::leadName() const
{
    const ConversationRow *row = m_inbox.conversation(m_conversation);
    return row == nullptr ? QString() : row->leadName;
}

QVariant MessageListModel::data(const QModelIndex &index, int role) const
{
    if (!isRow(index))
        return {};
    const MessageRow *row = m_inbox.message(idAt(index));
    if (row == nullptr)
        return {};
    switch (role) {
    case IdRole:
        return QVariant::fromValue(row->id);
    case Qt::DisplayRole:
    case TextRole:
        return messageText(*row);
    case DirectionRole:
        return static_cast<int>(row->direction);
    case StatusRole:
        return static_cast<int>(row->status);
    case ContentTypeRole:
        return static_cast<int>(row->contentType);
    case SortAtRole:
        return row->sortAt;
    case AuthorNameRole:
        return row->direction == Direction::Inbound ? QString() : row->authorName;
    case ErrorSentenceRole:
        return errorSentence(*row);
    case CanRetryRole:
        return mayRetry(*row);
    case RevisionRole:
        return revision(*row);
    case Qt::AccessibleTextRole:
        return accessibleText(*row);
    default:
        return {};
    }
}

void MessageListModel::follow(const state::Applied &what)
{
    if (what.conversations.contains(m_conversation))
        noteLeadName();
    if (what.messages.contains(m_conversation))
        showMessages(what);
    if (what.conversations.contains(m_conversation) || what.messages.contains(m_conversation))
        noteSight();
}

void MessageListModel::showMessages(const state::Applied &what)
{
    QSet<MessageId> accepted;
    for (const auto &change : what.accepted) {
        if (const auto *row = std::get_if<MessageRow>(&change))
            accepted.insert(row->id);
    }
    const QSet<MessageId> changed = presentOf(accepted);
    show(currentIds());
    touch(changed);
    noteLoadState();
}

void MessageListModel::clear()
{
    m_inSight = false;
    reset(currentIds());
    noteLoadState();
    noteLeadName();
    noteSight();
}

std::vector<MessageId> MessageListModel::currentIds() const
{
    std::vector<MessageId> ids;
    const state::MessageWindow *window = m_inbox.messages(m_conversation);
    if (window == nullptr)
        return ids;
    ids.reserve(window->rows.size());
    for (const MessageRow &row : window->rows)
        ids.push_back(row.id);
    return ids;
}

void MessageListModel::noteLoadState()
{
    const LoadState before = std::exchange(m_loadState, currentLoadState());
    if (before != m_loadState)
        Q_EMIT loadStateChanged();
}

void MessageListModel::noteLeadName()
{
    const QString before = std::exchange(m_leadName, leadName());
    if (before != m_leadName)
        Q_EMIT leadNameChanged();
}

void MessageListModel::noteSight()
{
    const bool before = m_inSight;
    m_inSight = m_inbox.conversation(m_conversation) != nullptr || m_inbox.messages(m_conversation) != nullptr;
    if (before && !m_inSight)
        Q_EMIT conversationGone();
}

QString MessageListModel::accessibleText(const MessageRow &row) const
{
    const QString time = timeText(row.sortAt);
    if (row.direction == Direction::Inbound)
        return tr("%1: %2, %3").arg(leadName(), messageText(row), time);
    const QString sender = row.authorName.isEmpty() ? tr("You") : row.authorName;
    return tr("%1: %2, %3, %4").arg(sender, messageText(row), time, statusWord(row.status));
}

} // namespace conversure::models
