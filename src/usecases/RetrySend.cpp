// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "usecases/RetrySend.h"

#include "sending/Sender.h"
#include "state/Inbox.h"

namespace conversure::usecases {

RetrySend::RetrySend(const state::Inbox &inbox, sending::Sender &sender, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_inbox(inbox)
    , m_sender(sender)
    , m_clock(clock)
{
}

void RetrySend::run(MessageId message, bool resendUnconfirmed)
{
    const MessageRow *row = m_inbox.message(message);
    const bool unknown = row && row->status == MessageStatus::Unconfirmed;
    if (!row || !(row->status == MessageStatus::Failed || (unknown && resendUnconfirmed)))
        return;
    QJsonObject content{{QStringLiteral("type"), QStringLiteral("AGAIN")}};
    if (resendUnconfirmed)
        content.insert(QStringLiteral("resend"), true);
    const sending::QueuedText again{row->id, row->conversationId, row->text, m_clock.nowMs(), content};
    QMetaObject::invokeMethod(
        &m_sender, [sender = &m_sender, again] { sender->retry(again); }, Qt::QueuedConnection);
}

} // namespace conversure::usecases
