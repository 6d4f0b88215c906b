// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

namespace conversure::state {
class Inbox;
}

namespace conversure::models {

/// What the status bar shows. The accessible name of the indicator is "Connection", its text one of
/// "Connected", "Connecting", "Relay away", "Store away", "Offline" (translated).
class ConnectionModel : public QObject
{
    Q_OBJECT

public:
    enum class Level { Good, Busy, Warning, Bad };

    explicit ConnectionModel(const state::Inbox &inbox, QObject *parent = nullptr);

    QString text() const; ///< The state, one or two words.
    QString explanation() const; ///< What it means for the leads and what happens next, one sentence.
    Level level() const;

Q_SIGNALS:
    void changed();

private:
    const state::Inbox &m_inbox;
};

} // namespace conversure::models
