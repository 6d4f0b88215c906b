// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"

#include <QHash>
#include <QObject>

namespace conversure::state {
class Inbox;
}
namespace conversure::store {
class SqlLibrary;
class Worker;
} // namespace conversure::store

namespace conversure::usecases {

/// Tells the store how far this user has read. No echo: the mark comes back by the feed. What cannot be told now is
/// told with the next look at the conversation.
class MarkRead : public QObject
{
    Q_OBJECT

public:
    MarkRead(
        const state::Inbox &inbox, store::Worker &writer, const store::SqlLibrary &library, QObject *parent = nullptr);
    void run(ConversationId conversation);
    /// The store is back: tells it what it has not heard.
    void again();
    void forget(); ///< Sign-out.

private:
    void tell(ConversationId conversation, qint64 readSeq);

    QHash<ConversationId, qint64> m_untold;
    const state::Inbox &m_inbox;
    store::Worker &m_writer;
    const store::SqlLibrary &m_library;
};

} // namespace conversure::usecases
