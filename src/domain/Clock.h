// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

namespace conversure {

/// Where time comes from, so that a test can say what time it is. Thread-safe.
class Clock
{
public:
    virtual ~Clock() = default;

    /// Milliseconds since 1970-01-01 UTC. For ids and for what people see; rules ask the database's clock instead.
    virtual qint64 nowMs() const = 0;

    /// Milliseconds on a clock that never goes back and counts sleep (CLOCK_BOOTTIME); for leases and deadlines.
    virtual qint64 elapsedMs() const = 0;
};

/// The machine's clocks.
class SystemClock final : public Clock
{
public:
    qint64 nowMs() const override;
    qint64 elapsedMs() const override;
};

/// A clock that stands still until a test moves it.
class FixedClock final : public Clock
{
public:
    explicit FixedClock(qint64 nowMs)
        : m_now(nowMs)
    {
    }
    qint64 nowMs() const override { return m_now; }
    qint64 elapsedMs() const override { return m_elapsed; }
    void advance(qint64 ms)
    {
        m_now += ms;
        m_elapsed += ms;
    }

private:
    qint64 m_now;
    qint64 m_elapsed = 0;
};

} // namespace conversure
