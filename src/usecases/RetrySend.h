// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"

#include <QObject>

namespace conversure {
class Clock;
}
namespace conversure::sending {
class Sender;
}
namespace conversure::state {
class Inbox;
}

namespace conversure::usecases {

/// Another try of a message: the same message with a new attempt, which really sends.
class RetrySend : public QObject
{
    Q_OBJECT

public:
    RetrySend(const state::Inbox &inbox, sending::Sender &sender, const Clock &clock, QObject *parent = nullptr);

    /// Does nothing unless the message is known and has failed. \a resendUnconfirmed: also if nobody knows whether it
    /// was sent, because a person wants it all the same.
    void run(MessageId message, bool resendUnconfirmed = false);

private:
    const state::Inbox &m_inbox;
    sending::Sender &m_sender;
    const Clock &m_clock;
};

} // namespace conversure::usecases
