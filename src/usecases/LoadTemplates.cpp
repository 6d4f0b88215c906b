// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "usecases/LoadTemplates.h"

#include "state/Inbox.h"
#include "store/ClientStore.h"
#include "store/Worker.h"

namespace conversure::usecases {

LoadTemplates::LoadTemplates(
    state::Inbox &inbox, store::Worker &reader, const store::SqlLibrary &library, QObject *parent)
    : QObject(parent)
    , m_inbox(inbox)
    , m_reader(reader)
    , m_library(library)
{
}

void LoadTemplates::run()
{
    m_inbox.beginTemplates();
    m_reader.run(
        this, [this](store::Connection &db) { return store::ClientStore(db, m_library).templates(); },
        [this, generation = ++m_generation](const Result<QList<feed::Change>> &changes) {
            if (generation != m_generation)
                return;
            if (changes)
                m_inbox.applyTemplates(*changes);
            else
                Q_EMIT failed(changes.error());
        });
}

void LoadTemplates::cancel()
{
    ++m_generation;
}

} // namespace conversure::usecases
