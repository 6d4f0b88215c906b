// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "state/ChangeQueue.h"

#include <chrono>
#include <utility>

namespace conversure::state {

namespace {

constexpr std::chrono::milliseconds frame{16};

} // namespace

ChangeQueue::ChangeQueue(QObject *parent)
    : QObject(parent)
{
    m_timer.setInterval(frame);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &ChangeQueue::tick);
}

void ChangeQueue::push(QList<feed::Change> changes)
{
    if (changes.isEmpty())
        return;
    bool wasEmpty = false;
    {
        const QMutexLocker lock(&m_mutex);
        wasEmpty = m_waiting.isEmpty();
        m_waiting.append(std::move(changes));
    }
    if (wasEmpty)
        QMetaObject::invokeMethod(this, &ChangeQueue::wake, Qt::QueuedConnection);
}

void ChangeQueue::wake()
{
    // While the timer runs a frame was shown less than 16 ms ago, and the next is due by itself.
    if (!m_timer.isActive())
        tick();
}

void ChangeQueue::clear()
{
    const QMutexLocker lock(&m_mutex);
    m_waiting.clear();
}

void ChangeQueue::deliver()
{
    handOn();
}

void ChangeQueue::tick()
{
    if (!handOn())
        m_timer.stop();
}

bool ChangeQueue::handOn()
{
    QList<feed::Change> changes;
    {
        const QMutexLocker lock(&m_mutex);
        changes.swap(m_waiting);
    }
    if (changes.isEmpty())
        return false;
    // Counted from the end of the work: a frame that takes long must not be followed by one at once.
    m_timer.stop();
    Q_EMIT ready(changes);
    m_timer.start();
    return true;
}

} // namespace conversure::state
