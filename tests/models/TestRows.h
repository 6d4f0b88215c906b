// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "feed/Change.h"
#include "state/Inbox.h"

#include <QSignalSpy>

/// Rows with made-up but steady content, numbered so that a test reads well.
namespace conversure::test {

template <class IdType>
IdType idOf(int n, int kind)
{
    return IdType::fromText(QStringLiteral("0190a1b2-0000-7000-800%1-%2").arg(kind).arg(n, 12, 16, QLatin1Char('0')));
}

inline ConversationId conversationId(int n)
{
    return idOf<ConversationId>(n, 1);
}

inline LeadId leadId(int n)
{
    return idOf<LeadId>(n, 2);
}

inline MessageId messageId(int n)
{
    return idOf<MessageId>(n, 3);
}

/// Conversation n is about lead n; \a at is its last message's time.
inline ConversationRow conversation(int n, qint64 rev, Microseconds at)
{
    ConversationRow row;
    row.id = conversationId(n);
    row.rev = rev;
    row.leadId = leadId(n);
    row.numberId = idOf<NumberId>(1, 4);
    row.status = QStringLiteral("OPEN");
    row.leadName = QStringLiteral("Lead %1").arg(n);
    row.numberLabel = QStringLiteral("Sales");
    row.inboundSeq = 1;
    row.lastMessageAt = at;
    row.lastInboundAt = at;
    row.lastPreview = QStringLiteral("Hello %1").arg(rev);
    row.provider = QStringLiteral("meta");
    row.accountId = QStringLiteral("waba-1");
    row.hasWindow = true;
    row.windowUntil = at + 86'400'000'000;
    return row;
}

inline ConversationRow withLead(ConversationRow row, int lead)
{
    row.leadId = leadId(lead);
    return row;
}

/// Message n of conversation \a in; rev 0 is an echo.
inline MessageRow message(int n, int in, qint64 rev, Microseconds at)
{
    MessageRow row;
    row.id = messageId(n);
    row.rev = rev;
    row.conversationId = conversationId(in);
    row.direction = rev == 0 ? Direction::Outbound : Direction::Inbound;
    row.status = rev == 0 ? MessageStatus::Queued : MessageStatus::Received;
    row.text = QStringLiteral("Text %1").arg(n);
    row.sortAt = at;
    return row;
}

inline LeadRow lead(int n, qint64 rev)
{
    LeadRow row;
    row.id = leadId(n);
    row.rev = rev;
    row.name = QStringLiteral("Lead %1").arg(n);
    row.maskedPhone = QStringLiteral("+971 50 ••• ••%1").arg(n, 2, 10, QLatin1Char('0'));
    row.status = QStringLiteral("HOT");
    row.budget = QStringLiteral("1,200,000 AED");
    return row;
}

inline ReadMarkRow readMark(int n, qint64 rev, qint64 readSeq)
{
    return {conversationId(n), rev, readSeq};
}

inline TemplateId templateId(int n)
{
    return idOf<TemplateId>(n, 5);
}

/// An approved one of the account of conversation() with a body.
inline TemplateRow templateRow(
    int n, qint64 rev, const QString &name, const QString &body = QStringLiteral("Hello {{1}}"))
{
    TemplateRow row;
    row.id = templateId(n);
    row.rev = rev;
    row.provider = QStringLiteral("meta");
    row.accountId = QStringLiteral("waba-1");
    row.name = name;
    row.language = QStringLiteral("en");
    row.category = QStringLiteral("UTILITY");
    row.status = QStringLiteral("APPROVED");
    row.parameterFormat = QStringLiteral("POSITIONAL");
    row.components =
        QJsonArray{QJsonObject{{QStringLiteral("type"), QStringLiteral("BODY")}, {QStringLiteral("text"), body}}};
    return row;
}

template <class IdType>
feed::Gone gone(feed::Gone::Kind kind, IdType id, qint64 rev)
{
    return {kind, id.value, rev};
}

/// Three conversations with their messages loaded and a list that reaches its end: nothing is outside a window.
inline void openEverything(state::Inbox &inbox)
{
    inbox.applyConversationPage({conversation(1, 1, 100), conversation(2, 1, 90), conversation(3, 1, 80)}, true);
    for (int n = 1; n <= 3; ++n)
        inbox.applyMessagePage(conversationId(n), {message(n * 100, n, 1, 10)}, true);
}

} // namespace conversure::test
