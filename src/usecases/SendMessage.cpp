// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "usecases/SendMessage.h"

#include "sending/Sender.h"
#include "state/Inbox.h"

namespace conversure::usecases {

SendMessage::SendMessage(state::Inbox &inbox, sending::Sender &sender, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_inbox(inbox)
    , m_sender(sender)
    , m_clock(clock)
    , m_ids(clock)
{
}

void SendMessage::setAuthor(UserId author, const QString &name)
{
    m_author = author;
    m_authorName = name;
}

void SendMessage::run(ConversationId conversation, const QString &text)
{
    if (text.trimmed().isEmpty())
        return;
    MessageRow echo;
    echo.id = m_ids.make<MessageId>();
    echo.conversationId = conversation;
    echo.direction = Direction::Outbound;
    echo.status = MessageStatus::Queued;
    echo.text = text;
    echo.authorId = m_author;
    echo.authorName = m_authorName;
    echo.sortAt = m_clock.nowMs() * 1000;
    m_inbox.apply({echo});

    const sending::QueuedText queued{echo.id, conversation, text, m_clock.nowMs()};
    QMetaObject::invokeMethod(
        &m_sender, [sender = &m_sender, queued] { sender->send(queued); }, Qt::QueuedConnection);
}

} // namespace conversure::usecases
