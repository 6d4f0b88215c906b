// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"

#include <QObject>
#include <QTimer>

namespace conversure::ui {

/// Decides when a person has really seen a conversation: it is open, its end is on the screen and the window is active,
/// for 300 ms. While that lasts, whatever arrives is seen as it comes.
class SeenWatcher : public QObject
{
    Q_OBJECT

public:
    explicit SeenWatcher(QObject *parent = nullptr);

    void setConversation(ConversationId id);
    void setAtEnd(bool atEnd);
    void setWindowActive(bool active);
    void setLoaded(bool loaded);
    void inboundArrived();

Q_SIGNALS:
    void seen(conversure::ConversationId id);

private:
    void update();

    ConversationId m_conversation;
    QTimer m_timer;
    bool m_atEnd = true;
    bool m_active = false;
    bool m_loaded = false;
    bool m_looking = false;
};

} // namespace conversure::ui
