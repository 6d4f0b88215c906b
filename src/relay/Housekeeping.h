// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "relay/Health.h"
#include "relay/Relay.h"
#include "relay/Signal.h"
#include "relay/StoreLink.h"

#include <chrono>
#include <thread>

namespace conversure::relay {

/// What must be done again and again in the store: a thread of its own with one connection. Several relays may do it at
/// the same time.
class Housekeeping
{
public:
    Housekeeping(const RelaySettings &settings, Health &health);
    ~Housekeeping();

    void start();
    void requestStop() { m_thread.request_stop(); }
    void stop(); ///< Waits for the thread's end.

private:
    void run(std::stop_token stop);
    Result<void> round(store::RelayStore &db);

    Health &m_health;
    StoreLink m_link;
    Signal m_pause; ///< Never given: a sleep that a stop ends.
    std::jthread m_thread;
};

} // namespace conversure::relay
