// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Clock.h"
#include "sending/SendRecord.h"
#include "store/Worker.h"

#include <QObject>
#include <QThread>

#include <memory>
#include <utility>

namespace conversure::sending {

/// An object of a thread that receives from workers; it lives as long as a worker may still name it, even when its
/// owner has gone.
using Mailbox = std::shared_ptr<QObject>;

inline Mailbox newMailbox()
{
    // Deleted at once on its own thread: there the last to name it may be an event that goes with the program, when
    // nothing can be posted any more.
    return Mailbox(new QObject, [](QObject *object) {
        if (QThread::currentThread() == object->thread())
            delete object;
        else
            object->deleteLater();
    });
}

/// A task that is tried again at once after a deadlock, of which nothing remains.
template <class Task>
auto patiently(Task task)
{
    return [task = std::move(task)](store::Connection &store) {
        constexpr int tries = 4;
        auto result = task(store);
        for (int i = 1; i < tries && !result && result.error().code.startsWith(QStringLiteral("40")); ++i)
            result = task(store);
        return result;
    };
}

/// Asks a store's worker on behalf of somebody who may go before it answers: then the answer is dropped. Member of
/// whoever asks, on the thread of the mailbox.
class StoreDesk
{
public:
    StoreDesk(store::Worker &worker, const Clock &clock, Mailbox mailbox)
        : m_worker(worker)
        , m_clock(clock)
        , m_mailbox(std::move(mailbox))
    {
    }
    StoreDesk(const StoreDesk &) = delete;
    StoreDesk &operator=(const StoreDesk &) = delete;

    /// \a task: Result<T>(store::Connection &), and may be repeated: a connection that died while idle shows it only at
    /// the next statement.
    template <class T>
    void ask(std::function<Result<T>(store::Connection &)> task, SendRecord::Answer<T> answer, int tries = 2)
    {
        auto done = [this, alive = std::weak_ptr(m_alive), mailbox = m_mailbox, task, answer = std::move(answer),
                        tries](const Result<T> &result) {
            if (alive.expired())
                return;
            if (!result && result.error().code == QStringLiteral("store:lost") && tries > 1)
                ask(task, answer, tries - 1);
            else
                answer(result);
        };
        m_worker.run(m_mailbox.get(), task, std::move(done));
    }

    /// The same for a question whose answer carries a lease.
    void lease(
        std::function<Result<SendOrder>(store::Connection &)> task, SendRecord::Answer<SendRecord::Leased> answer)
    {
        const auto timed = [task = std::move(task), clock = &m_clock](store::Connection &store) {
            const qint64 askedAt = clock->elapsedMs();
            return task(store).map([askedAt](const SendOrder &order) {
                return SendRecord::Leased{order, askedAt + order.leaseMs};
            });
        };
        ask<SendRecord::Leased>(timed, std::move(answer));
    }

private:
    store::Worker &m_worker;
    const Clock &m_clock;
    Mailbox m_mailbox;
    std::shared_ptr<char> m_alive = std::make_shared<char>();
};

} // namespace conversure::sending
