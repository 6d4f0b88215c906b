// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/SeenWatcher.h"

namespace conversure::ui {

namespace {

constexpr int lookMs = 300;

} // namespace

SeenWatcher::SeenWatcher(QObject *parent)
    : QObject(parent)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(lookMs);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        m_looking = true;
        Q_EMIT seen(m_conversation);
    });
}

void SeenWatcher::setConversation(ConversationId id)
{
    m_conversation = id;
    m_looking = false;
    m_timer.stop();
    update();
}

void SeenWatcher::setAtEnd(bool atEnd)
{
    m_atEnd = atEnd;
    update();
}

void SeenWatcher::setWindowActive(bool active)
{
    m_active = active;
    update();
}

void SeenWatcher::setLoaded(bool loaded)
{
    m_loaded = loaded;
    update();
}

void SeenWatcher::inboundArrived()
{
    if (m_looking)
        Q_EMIT seen(m_conversation);
}

void SeenWatcher::update()
{
    const bool can = !m_conversation.isNull() && m_atEnd && m_active && m_loaded;
    if (!can) {
        m_looking = false;
        m_timer.stop();
    } else if (!m_looking && !m_timer.isActive()) {
        m_timer.start();
    }
}

} // namespace conversure::ui
