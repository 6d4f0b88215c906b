// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sending/Timing.h"

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

/// How long a provider that limits the pace is left alone after it has said so \a n times in a row: four times as long
/// each time, as Meta asks for, and a little more at random.
inline qint64 paceMs(const Timing &timing, int n)
{
    const qint64 wait = std::min(timing.pauseAtMostMs, timing.backoffFirstMs << (2 * std::clamp(n - 1, 0, 8)));
    return wait + QRandomGenerator::global()->bounded(wait / 4 + 1);
}

} // namespace conversure::sending
