// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/account/LockCountdown.h"

#include "domain/Clock.h"

namespace conversure::ui {

LockCountdown::LockCountdown(const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
{
    m_tick.setObjectName(QStringLiteral("lockTick"));
    m_tick.setSingleShot(true);
    m_tick.setTimerType(Qt::PreciseTimer);
    connect(&m_tick, &QTimer::timeout, this, &LockCountdown::tick);
}

void LockCountdown::start(int seconds)
{
    m_until = m_clock.elapsedMs() + qint64(seconds) * 1000;
    tick();
}

int LockCountdown::secondsLeft() const
{
    const qint64 left = m_until - m_clock.elapsedMs();
    return m_until > 0 && left > 0 ? static_cast<int>((left + 999) / 1000) : 0;
}

void LockCountdown::tick()
{
    const qint64 left = m_until - m_clock.elapsedMs();
    if (left > 0) {
        m_tick.start(static_cast<int>((left - 1) % 1000) + 1); // when the next second is over
    } else {
        m_tick.stop();
        m_until = 0;
    }
    Q_EMIT ticked();
}

} // namespace conversure::ui
