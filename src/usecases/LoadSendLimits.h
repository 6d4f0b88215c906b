// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "domain/SendLimits.h"

#include <QObject>

#include <optional>

namespace conversure::store {
class SqlLibrary;
class Worker;
} // namespace conversure::store

namespace conversure::usecases {

/// Asks the store how much of today is left. The figures help a person and decide nothing, so a question that is not
/// answered is not repeated; the next message asks again.
class LoadSendLimits : public QObject
{
    Q_OBJECT

public:
    LoadSendLimits(store::Worker &reader, const store::SqlLibrary &library, QObject *parent = nullptr);

    /// While an answer is on its way, another call asks once more after it: it may be older than what asked.
    void run(ConversationId conversation);
    void cancel(); ///< What is on its way will not be told (sign-out).

Q_SIGNALS:
    void loaded(conversure::ConversationId conversation, const conversure::SendLimits &limits);

private:
    store::Worker &m_reader;
    const store::SqlLibrary &m_library;
    std::optional<ConversationId> m_next;
    bool m_asking = false;
    quint64 m_generation = 0;
};

} // namespace conversure::usecases
