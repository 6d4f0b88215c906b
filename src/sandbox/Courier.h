// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/Simulation.h"

#include <QHash>

#include <chrono>
#include <deque>
#include <functional>

namespace conversure::sandbox {

/// Keeps the webhooks of each lane in order and repeats the first of a lane until it is acknowledged. Knows no sockets
/// and no clock; belongs to one thread.
class Courier
{
public:
    /// Hears how an attempt ended: the receiver's HTTP status, 0 when there was no answer.
    using Attempted = std::function<void(const Webhook &webhook, int status, int attempt)>;

    /// Tries to deliver a webhook and tells its second argument the receiver's HTTP status, once and later.
    using Deliver = std::function<void(const Webhook &webhook, std::function<void(int status)> done)>;
    /// Calls its second argument after a time.
    using After = std::function<void(std::chrono::milliseconds gap, std::function<void()> go)>;

    Courier(Deliver deliver, After after, Attempted attempted);

    void post(Webhook webhook);

private:
    struct Lane {
        std::deque<Webhook> queue;
        int attempt = 0;
        bool underWay = false; ///< Ready, being delivered or waiting for the next attempt.
    };

    void startReady();
    void finished(const QString &name, int status);
    void retryLater(const QString &name, int attempt);

    Deliver m_deliver;
    After m_after;
    Attempted m_attempted;
    QHash<QString, Lane> m_lanes;
    std::deque<QString> m_ready;
    int m_running = 0;
};

} // namespace conversure::sandbox
