// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "relay/Health.h"
#include "relay/Live.h"
#include "relay/Queue.h"
#include "relay/Relay.h"
#include "relay/StoreLink.h"

#include <functional>
#include <thread>

namespace conversure::relay {

/// Answers what only the store knows about live connections: a thread of its own with one connection. While the store
/// is away every question is answered at once with "unavailable", and the client comes back.
class Sessions final : public LiveAuthority
{
public:
    /// \a answer is called on the sessions' thread, once per batch.
    Sessions(const RelaySettings &settings, Health &health, std::function<void(QList<SessionAnswer>)> answer);
    ~Sessions() override;

    void start();
    void requestStop() { m_thread.request_stop(); }
    void stop(); ///< Waits for the thread's end.

    bool ask(SessionQuestion &&question) override;

private:
    void run(std::stop_token stop);
    SessionAnswer answer(const SessionQuestion &question);
    static SessionAnswer answer(store::RelayStore &db, const SessionQuestion &question);
    void check();

    const std::function<void(QList<SessionAnswer>)> m_answer;
    Queue<SessionQuestion> m_queue;
    StoreLink m_link;
    std::jthread m_thread;
};

} // namespace conversure::relay
