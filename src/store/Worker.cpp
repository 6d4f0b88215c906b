// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Worker.h"

namespace conversure::store {

Worker::Worker(QString name)
    : m_name(std::move(name))
    , m_thread([this](const std::stop_token &stop) { loop(stop); })
{
}

Worker::~Worker()
{
    stop();
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
    m_connection = std::move(*opened);
    m_connectedTo = target;
    return {};
}

} // namespace conversure::store
