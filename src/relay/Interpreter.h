// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "relay/Directory.h"
#include "relay/Health.h"
#include "relay/Relay.h"
#include "relay/Signal.h"
#include "relay/StoreLink.h"
#include "store/RelayStore.h"

#include <functional>
#include <thread>

namespace conversure::relay {

/// Turns stored deliveries into messages and statuses: a thread of its own with one connection, woken by the writer,
/// and by itself each few seconds for what other relays or an earlier life left behind.
///
/// Each batch is one transaction. A batch that the store refuses is tried again with half as many, down to the one
/// delivery that is at fault, which is buried with the reason; after each success the batch grows again.
class Interpreter
{
public:
    Interpreter(const RelaySettings &settings, const providers::Registry &registry, const DirectorySlot &directory,
        Health &health, std::function<void()> applied);
    ~Interpreter();

    void start();
    void requestStop() { m_thread.request_stop(); }
    void stop(); ///< Waits for the thread's end.
    /// Any thread: there is something new in the store.
    void wake() { m_signal.give(); }

private:
    struct Batch {
        QList<store::StoredWebhook> taken;
        QList<store::StoredWebhook> finished;
        QList<store::StoredWebhook> postponed; ///< Somebody holds a lock in their company.
        QList<std::pair<store::StoredWebhook, QString>> buried;
        QHash<QUuid, QString> notes;
        QJsonArray events;
    };

    void run(std::stop_token stop);
    void drain(const std::stop_token &stop);
    Result<qsizetype> step();
    Result<void> process(store::RelayStore &db, Batch &batch);
    void postpone(Batch &batch, const QList<CompanyId> &waiting) const;
    Result<void> settle(store::RelayStore &db, const Batch &batch);
    void sort(Batch &batch, const Directory &directory) const;
    bool afterFailure(const Error &error, const std::stop_token &stop);
    Result<void> leaveForLater(const QList<store::StoredWebhook> &webhooks, const QString &reason);
    Result<void> bury(const store::StoredWebhook &webhook, const QString &reason);

    const providers::Registry &m_registry;
    const DirectorySlot &m_directory;
    const std::function<void()> m_applied;
    const int m_fullBatch;
    int m_batch;
    QList<store::StoredWebhook> m_lastTaken;
    int m_conflicts = 0;
    Signal m_signal;
    StoreLink m_link;
    std::jthread m_thread;
};

} // namespace conversure::relay
