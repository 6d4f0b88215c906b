// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/Simulation.h"

#include <QHash>
#include <QUrl>

#include <deque>
#include <functional>

namespace boost::asio {
class io_context; // named only, because Boost compiles slowly
} // namespace boost::asio

namespace conversure::sandbox {

/// Keeps the webhooks of each lane in order and repeats the first of a lane until it is acknowledged. Belongs to the
/// thread of its context.
class Courier
{
public:
    /// Hears how an attempt ended: the receiver's HTTP status, 0 when there was no answer.
    using Attempted = std::function<void(const Webhook &webhook, int status, int attempt)>;

    /// \a context must outlive the courier.
    Courier(boost::asio::io_context &context, QUrl target, Attempted attempted);

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

    boost::asio::io_context &m_context;
    QUrl m_target;
    Attempted m_attempted;
    QHash<QString, Lane> m_lanes;
    std::deque<QString> m_ready;
    int m_running = 0;
};

} // namespace conversure::sandbox
