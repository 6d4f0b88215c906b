// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/MessageListModel.h"

#include "domain/Clock.h"
#include "models/SendErrors.h"
#include "models/Texts.h"
#include "state/Inbox.h"

namespace conversure::models {

namespace {

bool isInTrouble(const MessageRow &row)
{
    return row.status == MessageStatus::Failed || row.status == MessageStatus::Unconfirmed;
}

bool hasTextHeader(const TemplateRow &row)
{
    for (const QJsonValue &component : row.components) {
        if (component[QLatin1StringView("type")].toString() == QLatin1StringView("HEADER"))
            return component[QLatin1StringView("text")].isString();
    }
    return false;
}

/// Does a message's text end with the footer, and have a line for each part? The store joins the parts with line
/// breaks, and the values that were filled in are not known here.
bool hasForm(const QString &text, const TemplateText &blank)
{
    return blank.footer.isEmpty() || text.endsWith(u'\n' + blank.footer);
}

} // namespace

MessageListModel::MessageListModel(const state::Inbox &inbox, const Clock &clock, QObject *parent)
    : IdListModel(parent)
    , m_inbox(inbox)
    , m_clock(clock)
{
    connect(&inbox, &state::Inbox::applied, this, &MessageListModel::follow);
    connect(&inbox, &state::Inbox::cleared, this, &MessageListModel::clear);
}

MessageListModel::~MessageListModel() = default;

void MessageListModel::setReader(UserId reader, bool isAdmin)
{
    m_reader = reader;
    m_isAdmin = isAdmin;
}

void MessageListModel::refreshWaits()
{
    QSet<MessageId> waiting;
    for (const MessageId &id : shown()) {
        const MessageRow *row = m_inbox.message(id);
        if (row != nullptr && row->status == MessageStatus::Failed && retryFrom(row->errorCode, row->errorDetail) > 0)
            waiting.insert(id);
    }
    touch(waiting);
}

QModelIndex MessageListModel::indexOf(MessageId id) const
{
    const int row = rowOf(id);
    return row < 0 ? QModelIndex() : index(row);
}

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
    case CanResendRole:
        return mayResend(*row);
    case CanSayNotSentRole:
        return maySayNotSent(*row);
    case NextStepRole:
        return row->status == MessageStatus::Failed ? static_cast<int>(nextStep(row->errorCode, row->errorDetail))
                                                    : QVariant();
    case TemplateRole:
        return row->templateName;
    case HeaderLengthRole:
        return templateParts(*row).header;
    case FooterLengthRole:
        return templateParts(*row).footer;
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

QString MessageListModel::errorSentence(const MessageRow &row) const
{
    if (!isInTrouble(row) && row.sentTwice)
        return tr("This message was sent twice: an earlier try turned out to have reached WhatsApp as well.");
    if (!isInTrouble(row))
        return {};
    // Whatever made it so, what counts is that nobody knows; the code's own sentence would say that it was not sent.
    if (row.status == MessageStatus::Unconfirmed)
        return sendErrorSentence(QStringLiteral("unconfirmed"), row.errorDetail);
    return sendErrorSentence(row.errorCode, row.errorDetail);
}

bool MessageListModel::isMine(const MessageRow &row) const
{
    const bool known = !m_reader.isNull() && !row.authorId.isNull();
    return row.direction == Direction::Outbound && (!known || row.authorId == m_reader);
}

bool MessageListModel::mayRetry(const MessageRow &row) const
{
    return row.status == MessageStatus::Failed && isMine(row)
        && canRetry(row.errorCode, row.errorDetail, m_clock.nowMs() * 1000);
}

bool MessageListModel::mayResend(const MessageRow &row) const
{
    return row.status == MessageStatus::Unconfirmed && isMine(row);
}

bool MessageListModel::maySayNotSent(const MessageRow &row) const
{
    const bool mayAtAll = isMine(row) || (m_isAdmin && row.direction == Direction::Outbound);
    return row.status == MessageStatus::Unconfirmed && mayAtAll;
}

/// An echo changes without a rev, so what is painted is mixed in.
qint64 MessageListModel::revision(const MessageRow &row) const
{
    return static_cast<qint64>(qHashMulti(0, row.rev, static_cast<int>(row.status), row.sortAt, row.text, row.errorCode,
        row.errorDetail, row.templateName, mayRetry(row)));
}

MessageListModel::TemplateParts MessageListModel::templateParts(const MessageRow &row) const
{
    if (row.templateName.isEmpty())
        return {};
    for (const TemplateRow &known : m_inbox.templates()) {
        const TemplateText blank = render(known, {});
        if (known.name != row.templateName || !hasForm(row.text, blank))
            continue;
        const qsizetype line = row.text.indexOf(u'\n');
        return {hasTextHeader(known) ? static_cast<int>(line) : 0, static_cast<int>(blank.footer.size())};
    }
    return {};
}

} // namespace conversure::models
