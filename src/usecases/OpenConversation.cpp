// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "usecases/OpenConversation.h"

#include "state/Inbox.h"
#include "store/ClientStore.h"
#include "store/Worker.h"

namespace conversure::usecases {

namespace {

constexpr int pageSize = 50;

} // namespace

OpenConversation::OpenConversation(
    state::Inbox &inbox, store::Worker &reader, const store::SqlLibrary &library, QObject *parent)
    : QObject(parent)
    , m_inbox(inbox)
    , m_reader(reader)
    , m_library(library)
{
}

void OpenConversation::run(ConversationId conversation)
{
    m_reader.run(
        this,
        [this, conversation](store::Connection &db) {
            return store::ClientStore(db, m_library).openConversation(conversation, pageSize);
        },
        [this, conversation, rev = knownRev(conversation), generation = m_generation](const Result<store::Page> &page) {
            if (generation == m_generation)
                apply(conversation, rev, page);
        });
}

void OpenConversation::apply(ConversationId conversation, qint64 knownRev, const Result<store::Page> &page)
{
    if (page) {
        m_inbox.applyMessagePage(conversation, page->changes, page->complete);
    } else if (page.error().kind != ErrorKind::NotFound) {
        Q_EMIT failed(conversation, page.error());
    } else {
        m_inbox.apply({feed::Gone{feed::Gone::Kind::Conversation, conversation.value, knownRev}});
        if (m_inbox.conversation(conversation))
            run(conversation); // it has come back since the store was asked
    }
}

/// With which version the store's "not there" reckons; 0: with none.
qint64 OpenConversation::knownRev(ConversationId conversation) const
{
    const ConversationRow *row = m_inbox.conversation(conversation);
    return row ? row->rev : 0;
}

void OpenConversation::older(ConversationId conversation)
{
    const state::MessageWindow *window = m_inbox.messages(conversation);
    if (!window || window->rows.empty() || window->reachedStart || m_loadingOlder.contains(conversation))
        return;
    m_loadingOlder.insert(conversation);
    m_reader.run(
        this,
        [this, conversation, at = window->rows.front().sortAt, id = window->rows.front().id](store::Connection &db) {
            return store::ClientStore(db, m_library).olderMessages(conversation, at, id, pageSize);
        },
        [this, conversation, rev = knownRev(conversation), generation = m_generation](const Result<store::Page> &page) {
            if (generation != m_generation)
                return;
            m_loadingOlder.remove(conversation);
            apply(conversation, rev, page);
        });
}

void OpenConversation::cancel()
{
    ++m_generation;
    m_loadingOlder.clear();
}

} // namespace conversure::usecases
