// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Worker.h"

#include <sys/eventfd.h>
#include <unistd.h>

namespace conversure::store {

namespace {

/// Longer than any statement of a client takes; a store that has not answered by then is away.
constexpr int deadlineMs = 15'000;

} // namespace

Worker::Worker(QString name, WhenLost whenLost)
    : m_name(std::move(name))
    , m_whenLost(whenLost)
    , m_interrupt(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC))
    , m_thread([this](const std::stop_token &stop) { loop(stop); })
{
}

Worker::~Worker()
{
    stop();
    ::close(m_interrupt);
}

void Worker::setTarget(const QString &url)
{
    const std::lock_guard lock(m_mutex);
    m_target = url;
}

void Worker::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_jobs.clear();
    }
    m_thread.request_stop();
    eventfd_write(m_interrupt, 1);
    if (m_thread.joinable())
        m_thread.join();
}

void Worker::post(std::function<void()> job)
{
    {
        const std::lock_guard lock(m_mutex);
        m_jobs.push_back(std::move(job));
    }
    m_wake.notify_one();
}

void Worker::loop(const std::stop_token &stop)
{
    while (true) {
        std::function<void()> job;
        {
            std::unique_lock lock(m_mutex);
            if (!m_wake.wait(lock, stop, [this] { return !m_jobs.empty(); }))
                break;
            job = std::move(m_jobs.front());
            m_jobs.pop_front();
        }
        job();
    }
    m_connection = Connection();
}

Result<void> Worker::ensureOpen()
{
    QString target;
    {
        const std::lock_guard lock(m_mutex);
        target = m_target;
    }
    if (target.isEmpty())
        return failure(ErrorKind::Unavailable, QStringLiteral("store:none"), QStringLiteral("no store is chosen yet"));
    if (m_connection.isOpen() && m_connectedTo == target)
        return {};
    auto opened = Connection::open(target, m_name);
    CONVERSURE_TRY(opened);
    if (!m_opening.isEmpty())
        CONVERSURE_TRY(opened->script(m_opening));
    m_connection = std::move(*opened);
    m_connection.setDeadline(deadlineMs);
    m_connection.setInterrupt(m_interrupt);
    m_connectedTo = target;
    return {};
}

} // namespace conversure::store
