// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
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

/// A person's word on a message of which nobody knows whether it was sent: it was not. It has failed then, and can be
/// tried again.
class SayNotSent : public QObject
{
    Q_OBJECT

public:
    SayNotSent(state::Inbox &inbox, store::Worker &writer, const store::SqlLibrary &library, QObject *parent = nullptr);

    void run(MessageId message);
    void cancel(); ///< What is on its way will not be applied (sign-out).

Q_SIGNALS:
    /// Code CV019: meanwhile it is known, which the feed tells.
    void failed(conversure::MessageId message, const conversure::Error &error);

private:
    state::Inbox &m_inbox;
    store::Worker &m_writer;
    const store::SqlLibrary &m_library;
    quint64 m_generation = 0;
};

} // namespace conversure::usecases
