// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "domain/Result.h"

#include <QObject>

namespace conversure {
class Clock;
}
namespace conversure::sending {
class JournalWorker;
}
namespace conversure::state {
class Inbox;
}

namespace conversure::usecases {

/// What is typed and not sent: in the Inbox for the list and the composer, and in the journal, so that it is there
/// after a crash.
class KeepDraft : public QObject
{
    Q_OBJECT

public:
    /// \a sends: on whose thread messages are given to the journal. Drafts take the same way, so that the draft that a
    /// message was is not forgotten before the journal has the message. Must be there for each call.
    KeepDraft(state::Inbox &inbox, sending::JournalWorker &journal, QObject &sends, const Clock &clock,
        QObject *parent = nullptr);

    void run(ConversationId conversation, const QString &text);
    /// Brings back what the journal holds; restored() names each conversation.
    void restore();
    /// The user has left: what was asked for them is not answered any more.
    void cancel();

Q_SIGNALS:
    void restored(conversure::ConversationId conversation, const QString &text);
    void failed(const conversure::Error &error);

private:
    state::Inbox &m_inbox;
    sending::JournalWorker &m_journal;
    QObject &m_sends;
    const Clock &m_clock;
    int m_generation = 0;
};

} // namespace conversure::usecases
