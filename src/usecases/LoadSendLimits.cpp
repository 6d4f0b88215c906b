// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "usecases/LoadSendLimits.h"

#include "store/ClientStore.h"
#include "store/Worker.h"

#include <utility>

namespace conversure::usecases {

LoadSendLimits::LoadSendLimits(store::Worker &reader, const store::SqlLibrary &library, QObject *parent)
    : QObject(parent)
    , m_reader(reader)
    , m_library(library)
{
}

void LoadSendLimits::run(ConversationId conversation)
{
    if (m_asking) {
        m_next = conversation;
        return;
    }
    m_asking = true;
    m_reader.run(
        this,
        [this, conversation](
            store::Connection &db) { return store::ClientStore(db, m_library).sendLimits(conversation); },
        [this, conversation, generation = m_generation](const Result<SendLimits> &limits) {
            if (generation != m_generation)
                return;
            m_asking = false;
            if (limits)
                Q_EMIT loaded(conversation, *limits);
            if (const auto next = std::exchange(m_next, std::nullopt))
                run(*next);
        });
}

void LoadSendLimits::cancel()
{
    ++m_generation;
    m_asking = false;
    m_next.reset();
}

} // namespace conversure::usecases
