// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMetaObject>
#include <QObject>
#include <QThreadPool>

#include <memory>

namespace conversure::usecases {

/// Work that takes long, on a thread of its own, one thing after the other; the outcome comes as an event of the
/// receiver's thread. Ends with what runs, so a receiver that owns it may be gone afterwards.
class Background
{
public:
    Background() { m_pool.setMaxThreadCount(1); }
    ~Background() { m_pool.waitForDone(); }
    Background(const Background &) = delete;
    Background &operator=(const Background &) = delete;

    /// \a task: T(); \a done: void(T).
    template <class Task, class Done>
    void run(QObject *receiver, Task task, Done done)
    {
        m_pool.start([receiver, task = std::move(task), done = std::move(done)]() mutable {
            // A shared pointer because an event's functor must be copyable and an outcome need not be.
            auto outcome = std::make_shared<decltype(task())>(task());
            QMetaObject::invokeMethod(
                receiver, [outcome, done = std::move(done)]() mutable { done(std::move(*outcome)); },
                Qt::QueuedConnection);
        });
    }

private:
    QThreadPool m_pool;
};

} // namespace conversure::usecases
