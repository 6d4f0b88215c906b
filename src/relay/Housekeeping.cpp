// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "relay/Housekeeping.h"

#include "relay/Log.h"
#include "store/RelayStore.h"

namespace conversure::relay {

namespace {

constexpr std::chrono::milliseconds interval{5000};

/// Logs how many rows a job touched, if any.
Result<void> noted(const char *job, const Result<int> &touched)
{
    if (!touched)
        return tl::unexpected(touched.error());
    if (*touched > 0)
        qCInfo(logJobs, "%s: %d", job, *touched);
    return {};
}

} // namespace

Housekeeping::Housekeeping(const RelaySettings &settings, Health &health)
    : m_health(health)
    , m_link(settings.database, QStringLiteral("conversure-relay housekeeping"), [](bool) {})
{
}

Housekeeping::~Housekeeping()
{
    stop();
}

void Housekeeping::start()
{
    m_thread = std::jthread([this](std::stop_token stop) { run(std::move(stop)); });
}

void Housekeeping::stop()
{
    m_thread.request_stop();
    if (m_thread.joinable())
        m_thread.join();
}

void Housekeeping::run(std::stop_token stop)
{
    while (!stop.stop_requested()) {
        if (store::Connection *connection = m_link.connection()) {
            store::RelayStore db(*connection);
            const Result<void> done = round(db);
            if (!done && !m_link.lost(done.error()))
                qCWarning(logJobs, "housekeeping failed (%s)", qUtf8Printable(done.error().code));
        }
        const auto retry = m_link.pause();
        m_pause.wait(stop, retry.count() > 0 ? retry : interval);
    }
}

/// A job that fails does not keep the others from being done; the first failure is reported.
Result<void> Housekeeping::round(store::RelayStore &db)
{
    QList<Result<void>> results;
    results << noted("leases that ran out", db.endLeases()) << noted("transactions ended", db.reapTransactions())
            << noted("sessions that ran out", db.endExpiredSessions()) << db.resetDoor();
    // Not noted: each client is touched again and again.
    if (const Result<int> touched = db.touchDevices(); !touched)
        results << tl::unexpected(touched.error());
    const Result<double> age = db.backlogAge();
    if (age)
        m_health.setBacklogSeconds(*age);
    else
        results << tl::unexpected(age.error());
    // When these are due is the store's to say: one relay does them for all.
    results << noted("feed rows pruned", db.pruneFeed()) << noted("old rows purged", db.purge());
    for (const Result<void> &result : results) {
        if (!result)
            return result;
    }
    return {};
}

} // namespace conversure::relay
