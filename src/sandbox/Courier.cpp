// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Courier.h"

#include <algorithm>

namespace conversure::sandbox {

using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds FirstRetry = 200ms;
constexpr std::chrono::milliseconds LongestRetry = 5s;
constexpr int ParallelDeliveries = 16;

} // namespace

Courier::Courier(Deliver deliver, After after, Attempted attempted)
    : m_deliver(std::move(deliver))
    , m_after(std::move(after))
    , m_attempted(std::move(attempted))
{
}

void Courier::post(Webhook webhook)
{
    const QString name = webhook.lane;
    Lane &lane = m_lanes[name];
    lane.queue.push_back(std::move(webhook));
    if (!lane.underWay) {
        lane.underWay = true;
        m_ready.push_back(name);
    }
    startReady();
}

void Courier::startReady()
{
    while (m_running < ParallelDeliveries && !m_ready.empty()) {
        const QString name = m_ready.front();
        m_ready.pop_front();
        ++m_running;
        ++m_lanes[name].attempt;
        m_deliver(m_lanes[name].queue.front(), [this, name](int status) { finished(name, status); });
    }
}

void Courier::finished(const QString &name, int status)
{
    --m_running;
    Lane &lane = m_lanes[name];
    m_attempted(lane.queue.front(), status, lane.attempt);
    if (status != 200) {
        retryLater(name, lane.attempt);
        return startReady();
    }
    lane.queue.pop_front();
    lane.attempt = 0;
    if (lane.queue.empty())
        m_lanes.remove(name);
    else
        m_ready.push_back(name);
    startReady();
}

void Courier::retryLater(const QString &name, int attempt)
{
    m_after(std::min(FirstRetry * (1 << std::min(attempt - 1, 10)), LongestRetry), [this, name] {
        m_ready.push_back(name);
        startReady();
    });
}

} // namespace conversure::sandbox
