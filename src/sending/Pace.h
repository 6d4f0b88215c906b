// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Clock.h"
#include "domain/Ids.h"
#include "domain/Result.h"
#include "sending/Timing.h"

#include <QHash>

#include <optional>

namespace conversure::sending {

/// Where a provider has said "not so fast": nobody goes on to one person, or from one number, until it may help. Others
/// go on. Of one thread; a pace is of one company, since numbers of several may bear the same id.
class Pace
{
public:
    /// Which way a message goes.
    struct Way {
        NumberId number;
        ConversationId conversation;
    };

    Pace(const Clock &clock, const Timing &timing)
        : m_clock(clock)
        , m_timing(timing)
    {
    }

    /// Whether it is an answer that slow() is for.
    static bool isLimit(const Error &error);
    /// What the provider wants to be waited for, if it says so.
    static std::optional<qint64> retryAfterMs(const Error &error);

    /// An answer that asks for less: the way to this person is closed after a pair limit, the number after all others;
    /// for as long as the provider says, and longer each time.
    void slow(const Way &way, const Error &error);
    /// Something was accepted on this way: the next limit begins with short waits again.
    void ease(const Way &way);

    qint64 waitMs(const Way &way) const; ///< 0: open.
    /// Why it is closed, while it is, with the seconds that are left.
    std::optional<Error> reason(const Way &way) const;

private:
    struct Gate {
        qint64 opensAt = 0; ///< On Clock::elapsedMs.
        int times = 0; ///< In a row.
        Error why;
    };

    const Gate *closed(const Way &way) const;
    void close(Gate &gate, const Error &error) const;

    const Clock &m_clock;
    const Timing &m_timing;
    QHash<NumberId, Gate> m_numbers;
    QHash<ConversationId, Gate> m_people;
};

} // namespace conversure::sending
