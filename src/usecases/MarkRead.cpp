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
    m_writer.run(
        this,
        [this, conversation, seq = row->inboundSeq](
            store::Connection &db) { return store::ClientStore(db, m_library).markRead(conversation, seq); },
        [](const Result<void> &) {});
}

} // namespace conversure::usecases
