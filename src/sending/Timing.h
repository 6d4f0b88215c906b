// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <functional>

namespace conversure::sending {

struct Timing {
    /// With less of the lease left, it is renewed before anything is posted: more than a post may take, so that nobody
    /// is told that a message is unconfirmed while its answer is awaited.
    qint64 leaseMarginMs = 40'000;
    qint64 askAfterMs = 600'000; ///< Older unsent text goes out only when the person says so.
    qint64 backoffFirstMs = 1'000;
    qint64 backoffMaxMs = 30'000;
    int httpRepeats = 3; ///< Of a post that was definitely not accepted, within one attempt.
    qint64 waitAtMostMs = 70'000; ///< Within one attempt, from its first post on; beyond that its agent is told.
    qint64 pauseAtMostMs = 300'000; ///< After a provider asked for less and did not say how long.
    qint64 heedAtMostMs = 3'600'000; ///< When it did say; beyond that it is tried again, in case it was not meant so.
    /// Before "posting" is taken back once more: longer than the store works at the call whose answer was lost.
    qint64 unpostAgainMs = 5'000;
};

/// Called before and after every durable step with its name ("before:posting", "after:posting", …), on the Delivery's
/// thread: a test ends the process there.
using FaultHook = std::function<void(const char *step)>;

} // namespace conversure::sending
