// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "sending/Journal.h"

#include <QObject>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <type_traits>

namespace conversure::sending {

/// The thread that the journal lives on: an fsync takes its time, and neither painting nor the network waits for it.
/// Tasks run in the order they were posted; results come back as an event of the receiver's thread. All calls may come
/// from any thread. A receiver must live until its results have come or stop() has returned.
class JournalWorker
{
public:
    struct Opened {
        std::optional<QString> movedAside; ///< See Journal::movedAside().
    };

    JournalWorker();
    ~JournalWorker();
    JournalWorker(const JournalWorker &) = delete;
    JournalWorker &operator=(const JournalWorker &) = delete;

    /// Opens the journal of \a user, after closing the former one.
    void open(const QString &folder, UserId user, QObject *receiver, std::function<void(Result<Opened>)> done);
    void close();

    /// Runs \a task on the journal's thread and \a done on \a receiver's. \a task: Result<T>(Journal &);
    /// \a done: void(Result<T>). Fails with kind Unavailable, code "journal:closed" while no journal is open.
    template <class Task, class Done>
    void run(QObject *receiver, Task task, Done done)
    {
        using Outcome = std::invoke_result_t<Task, Journal &>;
        post([this, receiver, task = std::move(task), done = std::move(done)]() mutable {
            Outcome outcome = m_journal ? task(*m_journal) : Outcome(tl::unexpected<Error>(closed()));
            deliver(receiver,
                [outcome = std::move(outcome), done = std::move(done)]() mutable { done(std::move(outcome)); });
        });
    }

    /// Finishes what was posted, so that nothing typed is lost, then closes the journal. Called by the destructor.
    void stop();

private:
    static Error closed();
    void post(std::function<void()> job);
    static void deliver(QObject *receiver, std::function<void()> result);
    void loop(const std::stop_token &stop);

    std::unique_ptr<Journal> m_journal; // the worker's thread only
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::deque<std::function<void()>> m_jobs;
    std::jthread m_thread;
};

} // namespace conversure::sending
