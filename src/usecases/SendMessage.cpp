// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "usecases/SendMessage.h"

#include "sending/Sender.h"
#include "state/Inbox.h"

#include <algorithm>

namespace conversure::usecases {

namespace {

bool isTextHeader(const QJsonValue &component)
{
    return component[QStringLiteral("type")].toString() == QStringLiteral("HEADER")
        && component[QStringLiteral("text")].isString();
}

/// What the store will make of it (conversure.render_template), so that the bubble does not change its text.
QString shownText(const TemplateRow &row, const TemplateValues &values)
{
    const TemplateText text = render(row, values);
    QStringList lines;
    if (std::any_of(row.components.begin(), row.components.end(), isTextHeader))
        lines << text.header;
    lines << text.body;
    if (!text.footer.isEmpty())
        lines << text.footer;
    return lines.join(u'\n');
}

} // namespace

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
    if (!text.trimmed().isEmpty())
        send(echo(conversation, text), {});
}

void SendMessage::runTemplate(ConversationId conversation, const TemplateRow &row, const TemplateValues &values)
{
    if (!isSendable(row) || !missingFields(row, values).isEmpty())
        return;
    MessageRow bubble = echo(conversation, shownText(row, values));
    bubble.contentType = ContentType::Template;
    bubble.templateName = row.name;
    send(bubble,
        {{QStringLiteral("type"), QStringLiteral("TEMPLATE")}, {QStringLiteral("template_id"), row.id.text()},
            {QStringLiteral("values"), values.toJson()}});
}

MessageRow SendMessage::echo(ConversationId conversation, const QString &text)
{
    MessageRow row;
    row.id = m_ids.make<MessageId>();
    row.conversationId = conversation;
    row.direction = Direction::Outbound;
    row.status = MessageStatus::Queued;
    row.text = text;
    row.authorId = m_author;
    row.authorName = m_authorName;
    row.sortAt = m_clock.nowMs() * 1000;
    return row;
}

void SendMessage::send(const MessageRow &echo, const QJsonObject &content)
{
    m_inbox.apply({echo});
    const sending::QueuedText queued{echo.id, echo.conversationId, echo.text, m_clock.nowMs(), content};
    QMetaObject::invokeMethod(
        &m_sender, [sender = &m_sender, queued] { sender->send(queued); }, Qt::QueuedConnection);
}

} // namespace conversure::usecases
