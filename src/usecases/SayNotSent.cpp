// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "usecases/SayNotSent.h"

#include "state/Inbox.h"
#include "store/ClientStore.h"
#include "store/Worker.h"

namespace conversure::usecases {

SayNotSent::SayNotSent(state::Inbox &inbox, store::Worker &writer, const store::SqlLibrary &library, QObject *parent)
    : QObject(parent)
    , m_inbox(inbox)
    , m_writer(writer)
    , m_library(library)
{
}

void SayNotSent::run(MessageId message)
{
    m_writer.run(
        this, [this, message](store::Connection &db) { return store::ClientStore(db, m_library).sayNotSent(message); },
        [this, message, generation = m_generation](const Result<QList<feed::Change>> &changes) {
            if (generation != m_generation)
                return;
            if (changes)
                m_inbox.apply(*changes);
            else
                Q_EMIT failed(message, changes.error());
        });
}

void SayNotSent::cancel()
{
    ++m_generation;
}

} // namespace conversure::usecases
