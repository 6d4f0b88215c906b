// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>

namespace conversure {
class Clock;
}

namespace conversure::ui {

/// The seconds for which the store takes no further try.
class LockCountdown : public QObject
{
    Q_OBJECT

public:
    /// \a clock must outlive the countdown.
    explicit LockCountdown(const Clock &clock, QObject *parent = nullptr);

    void start(int seconds);
    bool isRunning() const { return m_until > 0; }
    int secondsLeft() const; ///< 0: none.

Q_SIGNALS:
    /// At the start, with each second that is over, and at the end.
    void ticked();

private:
    void tick();

    const Clock &m_clock;
    QTimer m_tick{this};
    qint64 m_until = 0; ///< By Clock::elapsedMs(); 0: no lock.
};

} // namespace conversure::ui
