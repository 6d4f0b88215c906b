// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>

namespace conversure::relay {

/// A wake-up without content: any thread gives it, one waits for it. Several before the wait are one; one that is given
/// while nobody waits is kept.
class Signal
{
public:
    void give()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_given = true;
        }
        m_changed.notify_one();
    }

    /// True when it was given; false after \a timeout or when \a stop was requested.
    bool wait(std::stop_token stop, std::chrono::milliseconds timeout)
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait_for(lock, std::move(stop), timeout, [this] { return m_given; });
        return std::exchange(m_given, false);
    }

private:
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    bool m_given = false;
};

} // namespace conversure::relay
