// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Clock.h"
#include "models/ComposeModel.h"
#include "models/ConnectionModel.h"
#include "models/ConversationListModel.h"
#include "models/LeadModel.h"
#include "models/MessageListModel.h"
#include "state/Inbox.h"
#include "ui/inbox/InboxModels.h"

#include <QDateTime>

namespace conversure::test {

template <class IdType>
IdType idOf(int kind, int n)
{
    return IdType::fromText(QStringLiteral("0190a1b2-0000-7000-8%1-%2")
                                .arg(kind, 3, 10, QLatin1Char('0'))
                                .arg(n, 12, 16, QLatin1Char('0')));
}

inline ConversationId conversationId(int n)
{
    return idOf<ConversationId>(1, n);
}

inline MessageId messageId(int n)
{
    return idOf<MessageId>(3, n);
}

/// An Inbox, the models over it, and short words to fill them with.
class UiWorld
{
public:
    UiWorld();

    state::Inbox inbox;
    FixedClock clock;
    models::ConversationListModel conversations;
    models::MessageListModel messages;
    models::LeadModel lead;
    models::ConnectionModel connection;
    models::ComposeModel compose;

    ui::InboxModels models() { return {conversations, messages, lead, compose}; }

    /// Noon of today, in microseconds: a fixed clock keeps "today" and "yesterday" apart in any test.
    Microseconds noon() const { return m_noon; }

    ConversationRow conversation(int n, const QString &name, const QString &preview, int minutesAgo) const;
    /// \a count conversations, the first one newest.
    void addConversations(int count);
    void addConversation(const ConversationRow &row);

    MessageRow message(int n, int in, const QString &text, Direction direction, int minutesAgo) const;
    void addPage(int in, const QList<MessageRow> &rows, bool reachedStart);
    void add(const MessageRow &row);
    /// Messages numbered \a from to \a to, alternating, a minute apart, the last one now.
    QList<MessageRow> someMessages(int in, int from, int to) const;

private:
    Microseconds m_noon;
    mutable qint64 m_rev = 0;
};

} // namespace conversure::test
