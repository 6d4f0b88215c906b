// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/ConnectionModel.h"

#include "state/Inbox.h"

namespace conversure::models {

using state::Connection;

ConnectionModel::ConnectionModel(const state::Inbox &inbox, QObject *parent)
    : QObject(parent)
    , m_inbox(inbox)
{
    connect(&inbox, &state::Inbox::connectionChanged, this, &ConnectionModel::changed);
}

QString ConnectionModel::text() const
{
    switch (m_inbox.connection()) {
    case Connection::Connecting:
        return tr("Connecting");
    case Connection::Connected:
        return tr("Connected");
    case Connection::RelayAway:
        return tr("Relay away");
    case Connection::StoreAway:
        return tr("Store away");
    case Connection::Offline:
        break;
    }
    return tr("Offline");
}

QString ConnectionModel::explanation() const
{
    switch (m_inbox.connection()) {
    case Connection::Connecting:
        return tr("Conversure is connecting; messages of leads appear in a moment.");
    case Connection::Connected:
        return tr("Messages of leads appear as they arrive.");
    case Connection::RelayAway:
        return tr(
            "The relay cannot be reached, so messages of leads may appear late; sending works, and Conversure keeps "
            "trying to reach it.");
    case Connection::StoreAway:
        return tr(
            "The store cannot be reached, so nothing new appears; what you write waits here and is sent when the store "
            "is back.");
    case Connection::Offline:
        break;
    }
    return tr(
        "This computer is offline, so nothing new appears; what you write waits here and is sent when the connection "
        "is back.");
}

ConnectionModel::Level ConnectionModel::level() const
{
    switch (m_inbox.connection()) {
    case Connection::Connecting:
        return Level::Busy;
    case Connection::Connected:
        return Level::Good;
    case Connection::RelayAway:
        return Level::Warning;
    case Connection::StoreAway:
    case Connection::Offline:
        break;
    }
    return Level::Bad;
}

} // namespace conversure::models
