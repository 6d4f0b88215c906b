// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "usecases/SignOut.h"

#include "store/ClientStore.h"
#include "store/Worker.h"

namespace conversure::usecases {

SignOut::SignOut(store::Worker &writer, const store::SqlLibrary &library, QObject *parent)
    : QObject(parent)
    , m_writer(writer)
    , m_library(library)
{
}

void SignOut::run()
{
    m_writer.run(
        this, [this](store::Connection &db) { return store::ClientStore(db, m_library).signOut(); },
        [this](const Result<void> &) { Q_EMIT done(); });
}

} // namespace conversure::usecases
