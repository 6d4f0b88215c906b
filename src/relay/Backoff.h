// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRandomGenerator>

#include <algorithm>
#include <chrono>

namespace conversure::relay {

/// How long to wait before the next attempt: a random time up to a bound that doubles (full jitter), so that many
/// relays do not come back to a store in step.
class Backoff
{
public:
    static constexpr std::chrono::milliseconds shortest{100};
    static constexpr std::chrono::milliseconds longest{5000};

    std::chrono::milliseconds next()
    {
        m_bound = std::min(m_bound * 2, longest);
        const auto width = static_cast<int>((m_bound - shortest).count());
        return shortest + std::chrono::milliseconds(QRandomGenerator::global()->bounded(width + 1));
    }
    void reset() { m_bound = shortest; }

private:
    std::chrono::milliseconds m_bound = shortest;
};

} // namespace conversure::relay
