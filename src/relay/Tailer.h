// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "relay/Directory.h"
#include "relay/Health.h"
#include "relay/Live.h"
#include "relay/Relay.h"
#include "relay/Signal.h"
#include "relay/StoreLink.h"

#include <QHash>

#include <functional>
#include <optional>
#include <thread>

namespace conversure::relay {

/// Reads the change feed and hands it on: a thread of its own with one connection, woken by the interpreter, by NOTIFY,
/// else each second, and never looking more often than each few milliseconds.
///
/// It delivers what is visible and promises what is below the horizon: a row goes out as soon as it can be seen, and is
/// remembered so as not to go out twice, until the horizon has passed it; the cursor moves with the horizon only,
/// because a transaction that began earlier may still commit rows above it.
class Tailer
{
public:
    struct Hooks {
        std::function<void(FeedBatch)> publish; ///< Called on the tailer's thread.
        Relay::LoadDirectory loadDirectory;
    };

    Tailer(const RelaySettings &settings, DirectorySlot &directory, Health &health, Hooks hooks);
    ~Tailer();

    void start();
    void requestStop() { m_thread.request_stop(); }
    void stop(); ///< Waits for the thread's end.
    /// Any thread: something was committed.
    void wake() { m_link.wake(); }

private:
    void run(std::stop_token stop);
    Result<void> look(store::Connection &connection);
    Result<void> begin(store::Connection &connection);
    Result<bool> takeRows(store::RelayStore &db);
    void remember(const QList<store::FeedRow> &rows);
    Result<void> reloadDirectory(store::RelayStore &db);

    DirectorySlot &m_directory;
    Health &m_health;
    const Hooks m_hooks;
    StoreLink m_link;
    Signal m_pause; ///< Never given: a sleep that a stop ends.
    std::optional<feed::Cursor> m_cursor; ///< What has been promised.
    QHash<qint64, quint64> m_seen; ///< seq → xid of rows delivered at or above the cursor.
    bool m_begun = false; ///< This connection listens, and the cursor is of the store it leads to.
    bool m_directoryStale = true;
    std::jthread m_thread;
};

} // namespace conversure::relay
