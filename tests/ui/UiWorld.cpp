// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "UiWorld.h"

namespace conversure::test {

namespace {

constexpr Microseconds minute = 60LL * 1'000'000;

Microseconds noonToday()
{
    return QDateTime(QDate::currentDate(), QTime(12, 0)).toMSecsSinceEpoch() * 1000;
}

} // namespace

UiWorld::UiWorld()
    : clock(noonToday() / 1000)
    , conversations(inbox, clock)
    , messages(inbox, clock)
    , lead(inbox)
    , connection(inbox)
    , compose(inbox, clock)
    , m_noon(noonToday())
{
    inbox.setConnection(state::Connection::Connected);
}

ConversationRow UiWorld::conversation(int n, const QString &name, const QString &preview, int minutesAgo) const
{
    ConversationRow row;
    row.id = conversationId(n);
    row.rev = ++m_rev;
    row.leadId = idOf<LeadId>(2, n);
    row.numberId = idOf<NumberId>(4, 1);
    row.status = QStringLiteral("OPEN");
    row.leadName = name;
    row.numberLabel = QStringLiteral("Marina sales");
    row.lastMessageAt = m_noon - minutesAgo * minute;
    row.lastInboundAt = row.lastMessageAt;
    row.lastPreview = preview;
    row.provider = QStringLiteral("meta");
    row.accountId = QStringLiteral("waba-1");
    row.hasWindow = true;
    row.windowUntil = row.lastInboundAt + 24 * 60 * minute;
    return row;
}

void UiWorld::addConversations(int count)
{
    QList<feed::Change> page;
    for (int n = 1; n <= count; ++n)
        page << conversation(n, QStringLiteral("Lead %1").arg(n), QStringLiteral("Hello %1").arg(n), n);
    inbox.applyConversationPage(page, true);
}

void UiWorld::addConversation(const ConversationRow &row)
{
    inbox.apply({row});
}

MessageRow UiWorld::message(int n, int in, const QString &text, Direction direction, int minutesAgo) const
{
    MessageRow row;
    row.id = messageId(n);
    row.rev = ++m_rev;
    row.conversationId = conversationId(in);
    row.direction = direction;
    row.status = direction == Direction::Inbound ? MessageStatus::Received : MessageStatus::Read;
    row.text = text;
    row.sortAt = m_noon - minutesAgo * minute;
    return row;
}

void UiWorld::addPage(int in, const QList<MessageRow> &rows, bool reachedStart)
{
    QList<feed::Change> page(rows.begin(), rows.end());
    inbox.applyMessagePage(conversationId(in), page, reachedStart);
}

void UiWorld::add(const MessageRow &row)
{
    inbox.apply({row});
}

QList<MessageRow> UiWorld::someMessages(int in, int from, int to) const
{
    QList<MessageRow> rows;
    for (int n = from; n <= to; ++n) {
        const Direction direction = n % 3 == 0 ? Direction::Outbound : Direction::Inbound;
        const QString text =
            QStringLiteral("Message number %1 ").arg(n) + QStringLiteral("and some more words ").repeated(n % 7);
        MessageRow row = message(n, in, text.trimmed(), direction, 0);
        row.sortAt = m_noon + n * minute - 20'000 * minute;
        rows << row;
    }
    return rows;
}

} // namespace conversure::test
