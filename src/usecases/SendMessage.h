// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "domain/Template.h"

#include <QObject>

namespace conversure {
class Clock;
struct MessageRow;
} // namespace conversure
namespace conversure::sending {
class Sender;
}
namespace conversure::state {
class Inbox;
}

namespace conversure::usecases {

/// What an agent typed or filled in: its bubble is there in the next frame, and the chain of sending takes it from
/// there.
class SendMessage : public QObject
{
    Q_OBJECT

public:
    /// \a sender may live on another thread.
    SendMessage(state::Inbox &inbox, sending::Sender &sender, const Clock &clock, QObject *parent = nullptr);

    void setAuthor(UserId author, const QString &name);
    /// A text of nothing but white space is not sent.
    void run(ConversationId conversation, const QString &text);
    /// A template that still lacks something is not sent.
    void runTemplate(ConversationId conversation, const TemplateRow &row, const TemplateValues &values);

private:
    MessageRow echo(ConversationId conversation, const QString &text);
    void send(const MessageRow &echo, const QJsonObject &content);

    state::Inbox &m_inbox;
    sending::Sender &m_sender;
    const Clock &m_clock;
    IdSource m_ids;
    UserId m_author;
    QString m_authorName;
};

} // namespace conversure::usecases
