// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "usecases/MarkRead.h"

#include "state/Inbox.h"
#include "store/ClientStore.h"
#include "store/Worker.h"

namespace conversure::usecases {

MarkRead::MarkRead(const state::Inbox &inbox, store::Worker &writer, const store::SqlLibrary &library, QObject *parent)
    : QObject(parent)
    , m_inbox(inbox)
    , m_writer(writer)
    , m_library(library)
{
}

void MarkRead::run(ConversationId conversation)
{
    const ConversationRow *row = m_inbox.conversation(conversation);
    if (!row || row->inboundSeq <= m_inbox.readSeq(conversation))
        return;
    tell(conversation, row->inboundSeq);
}

void MarkRead::tell(ConversationId conversation, qint64 readSeq)
{
    m_untold.insert(conversation, readSeq);
    m_writer.run(
        this,
        [this, conversation, readSeq](
            store::Connection &db) { return store::ClientStore(db, m_library).markRead(conversation, readSeq); },
        [this, conversation, readSeq](const Result<void> &told) {
            const bool waits = !told && told.error().kind == ErrorKind::Unavailable;
            if (!waits && m_untold.value(conversation) == readSeq)
                m_untold.remove(conversation);
        });
}

void MarkRead::again()
{
    const QHash<ConversationId, qint64> untold = m_untold;
    for (auto it = untold.begin(); it != untold.end(); ++it)
        tell(it.key(), it.value());
}

void MarkRead::forget()
{
    m_untold.clear();
}

} // namespace conversure::usecases
