// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sending/JournalWorker.h"

namespace conversure::sending {

JournalWorker::JournalWorker()
    : m_thread([this](const std::stop_token &stop) { loop(stop); })
{
}

JournalWorker::~JournalWorker()
{
    stop();
}

void JournalWorker::open(
    const QString &folder, UserId user, QObject *receiver, std::function<void(Result<Opened>)> done)
{
    post([this, folder, user, receiver, done = std::move(done)] {
        m_journal.reset(); // first, because it holds the folder's lock
        auto opened = Journal::open(folder, user);
        const Result<Opened> outcome = opened.map([](const auto &journal) { return Opened{journal->movedAside()}; });
        if (opened)
            m_journal = std::move(*opened);
        deliver(receiver, [done, outcome] { done(outcome); });
    });
}

void JournalWorker::close()
{
    post([this] { m_journal.reset(); });
}

void JournalWorker::stop()
{
    m_thread.request_stop();
    if (m_thread.joinable())
        m_thread.join();
}

Error JournalWorker::closed()
{
    return {ErrorKind::Unavailable, QStringLiteral("journal:closed"), QStringLiteral("no journal is open"), {}};
}

void JournalWorker::post(std::function<void()> job)
{
    {
        const std::lock_guard lock(m_mutex);
        m_jobs.push_back(std::move(job));
    }
    m_wake.notify_one();
}

void JournalWorker::deliver(QObject *receiver, std::function<void()> result)
{
    QMetaObject::invokeMethod(receiver, std::move(result), Qt::QueuedConnection);
}

void JournalWorker::loop(const std::stop_token &stop)
{
    while (true) {
        std::function<void()> job;
        {
            std::unique_lock lock(m_mutex);
            if (!m_wake.wait(lock, stop, [this] { return !m_jobs.empty(); }))
                break; // asked to stop, and nothing waits
            job = std::move(m_jobs.front());
            m_jobs.pop_front();
        }
        job();
    }
    m_journal.reset();
}

} // namespace conversure::sending
