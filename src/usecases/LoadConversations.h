// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"

#include <QObject>

namespace conversure::state {
class Inbox;
}
namespace conversure::store {
class SqlLibrary;
class Worker;
} // namespace conversure::store

namespace conversure::usecases {

/// Fills the list's window in the Inbox: its first page, again after a resync, and the next one when the list is
/// scrolled.
class LoadConversations : public QObject
{
    Q_OBJECT

public:
    LoadConversations(
        state::Inbox &inbox, store::Worker &reader, const store::SqlLibrary &library, QObject *parent = nullptr);

    /// From the top, as many as are loaded (at least a page).
    void again();
    /// The page below the last row; does nothing while one is on its way or when there is none.
    void more();
    void cancel(); ///< What is on its way will not be applied (sign-out).

Q_SIGNALS:
    void failed(const conversure::Error &error);

private:
    void load(qint64 beforeAt, QUuid beforeId, int limit);

    state::Inbox &m_inbox;
    store::Worker &m_reader;
    const store::SqlLibrary &m_library;
    bool m_loading = false;
    quint64 m_generation = 0;
};

} // namespace conversure::usecases
