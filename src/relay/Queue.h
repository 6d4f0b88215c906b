// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

namespace conversure::relay {

/// The one way work passes from thread to thread in the relay. Bounded in items and in bytes; whoever pushes is told at
/// once when it is full, so that the refusal reaches the sender instead of memory running out. Items may be move-only.
/// Any thread may push; one takes.
///
/// There is no timer for batching: while the taker is busy with one batch, the next one collects by itself.
template <class T>
class Queue
{
public:
    Queue(qsizetype maxItems, qsizetype maxBytes)
        : m_maxItems(maxItems)
        , m_maxBytes(maxBytes)
    {
    }

    /// False, and \a item is left as it was, when it would pass a limit. \a bytes: what the item costs.
    [[nodiscard]] bool push(T &&item, qsizetype bytes = 0)
    {
        {
            const std::lock_guard lock(m_mutex);
            if (std::ssize(m_items) >= m_maxItems || bytes > m_maxBytes - m_bytes)
                return false;
            m_items.emplace_back(std::move(item), bytes);
            m_bytes += bytes;
        }
        m_filled.notify_one();
        return true;
    }

    /// All there is, at most \a max items. Blocks while there is nothing; empty when \a stop was requested or \a
    /// timeout has passed. What is left after a stop can still be taken: it comes back without waiting.
    std::vector<T> take(
        qsizetype max, std::stop_token stop, std::optional<std::chrono::milliseconds> timeout = std::nullopt)
    {
        std::unique_lock lock(m_mutex);
        const auto filled = [this] { return !m_items.empty(); };
        if (timeout)
            m_filled.wait_for(lock, std::move(stop), *timeout, filled);
        else
            m_filled.wait(lock, std::move(stop), filled);
        return takeLocked(max);
    }

    qsizetype count() const
    {
        const std::lock_guard lock(m_mutex);
        return std::ssize(m_items);
    }

    qsizetype bytes() const
    {
        const std::lock_guard lock(m_mutex);
        return m_bytes;
    }

private:
    std::vector<T> takeLocked(qsizetype max)
    {
        std::vector<T> out;
        out.reserve(static_cast<std::size_t>(qMin(max, static_cast<qsizetype>(std::ssize(m_items)))));
        while (!m_items.empty() && std::ssize(out) < max) {
            m_bytes -= m_items.front().second;
            out.push_back(std::move(m_items.front().first));
            m_items.pop_front();
        }
        return out;
    }

    const qsizetype m_maxItems;
    const qsizetype m_maxBytes;
    mutable std::mutex m_mutex;
    std::condition_variable_any m_filled;
    std::deque<std::pair<T, qsizetype>> m_items;
    qsizetype m_bytes = 0;
};

} // namespace conversure::relay
