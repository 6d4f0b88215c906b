// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/ConversationListModel.h"

#include "domain/Clock.h"
#include "models/Texts.h"
#include "state/Inbox.h"

#include <QDateTime>

namespace conversure::models {

ConversationListModel::ConversationListModel(const state::Inbox &inbox, const Clock &clock, QObject *parent)
    : IdListModel(parent)
    , m_inbox(inbox)
    , m_clock(clock)
{
    connect(&inbox, &state::Inbox::applied, this, &ConversationListModel::follow);
    connect(&inbox, &state::Inbox::cleared, this, [this] { reset({}); });
    reset(inbox.order());
}

ConversationListModel::~ConversationListModel() = default;

QVariant ConversationListModel::data(const QModelIndex &index, int role) const
{
    if (!isRow(index))
        return {};
    const ConversationRow *row = m_inbox.conversation(idAt(index));
    if (row == nullptr)
        return {};
    switch (role) {
    case IdRole:
        return QVariant::fromValue(row->id);
    case LeadIdRole:
        return QVariant::fromValue(row->leadId);
    case Qt::DisplayRole:
    case LeadNameRole:
        return row->leadName;
    case PreviewRole:
        return previewText(*row);
    case TimeRole:
        return row->lastMessageAt;
    case TimeTextRole:
        return listTimeText(row->lastMessageAt, m_clock.nowMs());
    case UnreadRole:
        return m_inbox.unread(row->id);
    case DirectionRole:
        return static_cast<int>(row->lastDirection);
    case StatusRole:
        return static_cast<int>(row->lastStatus);
    case DraftRole:
        return m_inbox.draft(row->id);
    case NumberLabelRole:
        return row->numberLabel;
    case NumberIdRole:
        return QVariant::fromValue(row->numberId);
    case AssigneeRole:
        return row->assigneeId.isNull() ? QString() : row->assigneeId.text();
    case WindowClosesAtRole:
        return row->hasWindow ? row->windowUntil : Microseconds(0);
    case RevisionRole:
        return revision(row->id);
    case Qt::AccessibleTextRole:
        return accessibleText(row->id);
    default:
        return {};
    }
}

bool ConversationListModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && !m_inbox.reachedEnd();
}

void ConversationListModel::fetchMore(const QModelIndex &parent)
{
    if (canFetchMore(parent))
        Q_EMIT moreWanted();
}

QModelIndex ConversationListModel::indexOf(ConversationId id) const
{
    const int row = rowOf(id);
    return row < 0 ? QModelIndex() : index(row);
}

void ConversationListModel::setOrderHeld(bool held)
{
    if (m_held == held)
        return;
    m_held = held;
    showOrder();
}

void ConversationListModel::refreshTexts()
{
    if (!shown().empty())
        Q_EMIT dataChanged(index(0), index(rowCount() - 1));
}

void ConversationListModel::follow(const state::Applied &what)
{
    // Rows that come now arrive with their content; only those shown before have to be read again.
    const QSet<ConversationId> changed = presentOf(what.conversations);
    if (what.orderChanged)
        showOrder();
    touch(changed);
}

void ConversationListModel::showOrder()
{
    show(m_held ? heldOrder() : m_inbox.order());
}

std::vector<ConversationId> ConversationListModel::heldOrder() const
{
    const std::vector<ConversationId> &order = m_inbox.order();
    const QSet<ConversationId> members(order.begin(), order.end());
    const QSet<ConversationId> before(shown().begin(), shown().end());
    std::vector<ConversationId> held;
    std::copy_if(shown().begin(), shown().end(), std::back_inserter(held),
        [&](const ConversationId &id) { return members.contains(id); });
    // Older ones that were paged in go behind all others and so move nothing.
    const auto older =
        std::find_if(order.rbegin(), order.rend(), [&](const ConversationId &id) { return before.contains(id); });
    held.insert(held.end(), older.base(), order.end());
    return held;
}

QString ConversationListModel::accessibleText(ConversationId id) const
{
    const ConversationRow &row = *m_inbox.conversation(id);
    const QString time = listTimeText(row.lastMessageAt, m_clock.nowMs());
    const int unread = static_cast<int>(qMin<qint64>(m_inbox.unread(id), std::numeric_limits<int>::max()));
    const QString base = unread > 0 ? tr("%1, %n unread, %2, %3", nullptr, unread) : tr("%1, %2, %3");
    QString text = base.arg(row.leadName, previewText(row), time);
    if (row.lastDirection == Direction::Outbound && row.lastStatus == MessageStatus::Failed)
        text = tr("%1, the last message failed").arg(text);
    if (!m_inbox.draft(id).isEmpty())
        text = tr("%1, with a draft").arg(text);
    return text;
}

qint64 ConversationListModel::revision(ConversationId id) const
{
    const qint64 today = QDateTime::fromMSecsSinceEpoch(m_clock.nowMs()).date().toJulianDay();
    const size_t mixed = qHashMulti(0, m_inbox.conversation(id)->rev, m_inbox.readSeq(id), m_inbox.draft(id), today);
    return static_cast<qint64>(mixed);
}

} // namespace conversure::models
