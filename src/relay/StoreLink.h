// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "relay/Backoff.h"
#include "store/Connection.h"

#include <QString>

#include <chrono>
#include <functional>
#include <mutex>

namespace conversure::relay {

/// One thread's connection to the store, which comes back by itself: the thread asks for it before each piece of work
/// and says what failed. All but wake() belong to that thread.
class StoreLink
{
public:
    using Report = std::function<void(bool connected)>;

    /// \a name: shows in the server's statistics. \a report hears when the connection comes and goes.
    StoreLink(QString url, QString name, Report report);

    /// The open connection; opens it when its time has come. Null while the store is away.
    store::Connection *connection();
    /// True when the last connection() opened a new one.
    bool isFresh() const { return m_fresh; }
    /// How long until connection() is worth another try; zero when it is open.
    std::chrono::milliseconds pause() const;

    /// Tells of a failed call. True when the connection is gone (closed here, to be opened again).
    bool lost(const Error &error);

    /// Any thread: ends the owner's waitForNotification().
    void wake();

private:
    using Steady = std::chrono::steady_clock;

    void open();
    void close();

    const QString m_url;
    const QString m_name;
    const Report m_report;
    std::mutex m_mutex; ///< Guards the connection object against wake() while it is replaced.
    store::Connection m_connection;
    bool m_open = false;
    bool m_fresh = false;
    Backoff m_backoff;
    Steady::time_point m_nextTry = Steady::now();
};

} // namespace conversure::relay
