// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "domain/Result.h"

#include <QObject>
#include <QSet>

namespace conversure::state {
class Inbox;
}
namespace conversure::store {
struct Page;
class SqlLibrary;
class Worker;
} // namespace conversure::store

namespace conversure::usecases {

/// Loads what an open conversation shows: its newest messages with its lead, and older pages on the way up. A page that
/// comes when nobody looks at that conversation any more still fills the Inbox's memory, and changes no view. What the
/// store says this user may not see (any more) leaves the Inbox.
class OpenConversation : public QObject
{
    Q_OBJECT

public:
    OpenConversation(
        state::Inbox &inbox, store::Worker &reader, const store::SqlLibrary &library, QObject *parent = nullptr);

    void run(ConversationId conversation);
    void older(ConversationId conversation);
    void cancel(); ///< What is on its way will not be applied (sign-out).

Q_SIGNALS:
    void failed(conversure::ConversationId conversation, const conversure::Error &error);

private:
    void apply(ConversationId conversation, qint64 knownRev, const Result<store::Page> &page);
    qint64 knownRev(ConversationId conversation) const;

    state::Inbox &m_inbox;
    store::Worker &m_reader;
    const store::SqlLibrary &m_library;
    QSet<ConversationId> m_loadingOlder;
    quint64 m_generation = 0;
};

} // namespace conversure::usecases
