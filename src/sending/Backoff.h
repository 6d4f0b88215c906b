// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sending/Parts.h"

#include <QRandomGenerator>

#include <algorithm>

namespace conversure::sending {

/// How long to wait before try \a n (from 1), at random up to a limit that doubles: many clients that lost the same
/// store must not come back in step.
inline qint64 backoffMs(const Timing &timing, int n)
{
    const qint64 limit = std::min(timing.backoffMaxMs, timing.backoffFirstMs << std::clamp(n, 1, 16));
    const qint64 spread = std::max<qint64>(limit - timing.backoffFirstMs, 0);
    return timing.backoffFirstMs + QRandomGenerator::global()->bounded(spread + 1);
}

} // namespace conversure::sending
