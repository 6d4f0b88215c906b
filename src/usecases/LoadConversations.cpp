// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "usecases/LoadConversations.h"

#include "state/Inbox.h"
#include "store/ClientStore.h"
#include "store/Worker.h"

#include <algorithm>

namespace conversure::usecases {

namespace {

constexpr int pageSize = 200;
constexpr int windowSize = 2'000;

} // namespace

LoadConversations::LoadConversations(
    state::Inbox &inbox, store::Worker &reader, const store::SqlLibrary &library, QObject *parent)
    : QObject(parent)
    , m_inbox(inbox)
    , m_reader(reader)
    , m_library(library)
{
}

void LoadConversations::again()
{
    m_loading = false;
    ++m_generation;
    load(0, {}, std::clamp(static_cast<int>(m_inbox.order().size()), pageSize, windowSize));
}

void LoadConversations::more()
{
    if (m_loading || m_inbox.reachedEnd() || m_inbox.order().empty() || m_inbox.order().size() >= windowSize)
        return;
    const ConversationRow *last = m_inbox.conversation(m_inbox.order().back());
    load(last->lastMessageAt, last->id.value, pageSize);
}

void LoadConversations::cancel()
{
    ++m_generation;
    m_loading = false;
}

void LoadConversations::load(qint64 beforeAt, QUuid beforeId, int limit)
{
    m_loading = true;
    m_reader.run(
        this,
        [this, beforeAt, beforeId, limit](store::Connection &db) {
            return store::ClientStore(db, m_library).conversations(beforeAt, ConversationId(beforeId), limit);
        },
        [this, generation = m_generation](const Result<store::Page> &page) {
            if (generation != m_generation)
                return;
            m_loading = false;
            if (page)
                m_inbox.applyConversationPage(page->changes, page->complete);
            else
                Q_EMIT failed(page.error());
        });
}

} // namespace conversure::usecases
