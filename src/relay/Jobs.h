// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "relay/Directory.h"
#include "relay/Relay.h"
#include "sending/Timing.h"

#include <atomic>
#include <memory>
#include <mutex>

class QThread;

namespace conversure::relay {

class JobDesk;

/// What the relay does by itself: sends what clients left to it, reads templates. A thread with a Qt event loop for
/// HTTP, and two connections to the store on threads of their own. Several relays may share the work.
class Jobs
{
public:
    /// All outlive it.
    struct World {
        const RelaySettings &settings;
        const providers::Registry &providers;
        const Clock &clock;
        const DirectorySlot &directory;
    };

    explicit Jobs(const World &world);
    ~Jobs();
    Jobs(const Jobs &) = delete;
    Jobs &operator=(const Jobs &) = delete;

    /// Both before start(), for tests.
    void setTiming(const sending::Timing &timing) { m_timing = timing; }
    void setFaultHook(sending::FaultHook hook) { m_hook = std::move(hook); }

    void start();
    void requestStop();
    /// Waits for the thread's end: what is posted may still be answered for a while, and is unconfirmed otherwise.
    void stop();
    /// Any thread: there may be jobs.
    void wake();

private:
    void run();
    void work();
    void post(void (JobDesk::*call)());

    const World m_world;
    sending::Timing m_timing;
    sending::FaultHook m_hook;
    std::mutex m_mutex; ///< Guards the desk's being there.
    JobDesk *m_desk = nullptr;
    bool m_stopping = false;
    std::unique_ptr<QThread> m_thread;
};

} // namespace conversure::relay
