// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "store/Connection.h"

#include <QObject>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <type_traits>

namespace conversure::store {

/// A thread with one connection, for a client that must never wait for the store on the GUI thread. Tasks run in the
/// order they were posted; their results come back as an event of the thread that the receiver lives on.
///
/// The connection is opened when the first task needs it and again after it was lost. A receiver must live until stop()
/// has returned.
class Worker
{
public:
    /// What to do with a task whose connection turned out to be lost: Repeat for tasks that may run twice (reads).
    enum class WhenLost { Fail, Repeat };

    /// \a name shows in the server's statistics.
    explicit Worker(QString name, WhenLost whenLost = WhenLost::Fail);
    ~Worker();
    Worker(const Worker &) = delete;
    Worker &operator=(const Worker &) = delete;

    /// Where to connect. Tasks posted before fail with kind Unavailable, code "store:none". Closes a connection to
    /// somewhere else.
    void setTarget(const QString &url);

    /// Statements that each new connection begins with. Before the first task.
    void setOpening(const QByteArray &statements) { m_opening = statements; }

    /// Runs \a task on the worker's thread and \a done on \a receiver's. Any thread.
    /// \a task: Result<T>(Connection &); \a done: void(Result<T>).
    template <class Task, class Done>
    void run(QObject *receiver, Task task, Done done)
    {
        using Outcome = std::invoke_result_t<Task, Connection &>;
        post([this, receiver, task = std::move(task), done = std::move(done)]() mutable {
            Outcome outcome = tl::unexpected<Error>(Error{});
            const int tries = m_whenLost == WhenLost::Repeat ? 2 : 1;
            for (int i = 0; i < tries; ++i) {
                if (auto ready = ensureOpen(); ready)
                    outcome = task(m_connection);
                else
                    outcome = tl::unexpected<Error>(ready.error());
                if (outcome || m_connection.isOpen())
                    break;
            }
            QMetaObject::invokeMethod(
                receiver,
                [outcome = std::move(outcome), done = std::move(done)]() mutable { done(std::move(outcome)); },
                Qt::QueuedConnection);
        });
    }

    /// Drops what waits, gives up what runs, closes the connection. No result is delivered any more that was not posted
    /// already. Called by the destructor.
    void stop();

private:
    void post(std::function<void()> job);
    void loop(const std::stop_token &stop);
    Result<void> ensureOpen();

    QString m_name;
    WhenLost m_whenLost;
    int m_interrupt; ///< Readable once stop() was called: a statement that waits for the store ends at once.
    Connection m_connection;
    QString m_connectedTo; // the worker's thread only
    QByteArray m_opening;
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::deque<std::function<void()>> m_jobs;
    QString m_target;
    std::jthread m_thread;
};

} // namespace conversure::store
