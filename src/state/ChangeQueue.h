// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "feed/Change.h"

#include <QList>
#include <QMutex>
#include <QObject>
#include <QTimer>

namespace conversure::state {

/// Brings changes from worker threads to the GUI thread, once per frame of 16 ms: a burst of a thousand events is one
/// model change. The timer stops when nothing waits.
class ChangeQueue : public QObject
{
    Q_OBJECT

public:
    /// Lives on the thread that calls it, the GUI thread.
    explicit ChangeQueue(QObject *parent = nullptr);

    /// Any thread. Appends; wakes the GUI thread if it sleeps.
    void push(QList<feed::Change> changes);
    /// Hands on at once what waits. GUI thread.
    void deliver();
    /// Forgets what waits: it belongs to a session that is over. GUI thread.
    void clear();

    bool isAwake() const { return m_timer.isActive(); } ///< GUI thread. False when idle: no timer runs.

Q_SIGNALS:
    /// On the GUI thread, at most once per frame.
    void ready(const QList<conversure::feed::Change> &changes);

private:
    void wake();
    void tick();
    bool handOn();

    QMutex m_mutex;
    QList<feed::Change> m_waiting;
    QTimer m_timer;
};

} // namespace conversure::state
