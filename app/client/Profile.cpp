// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Profile.h"

#include "usecases/StorePlace.h"

#include <QUuid>

namespace conversure::clientapp {

namespace {

const QString idKey = QStringLiteral("profile/id");
const QString doorKey = QStringLiteral("profile/database");
const QString relayKey = QStringLiteral("profile/relay");
const QString emailKey = QStringLiteral("profile/email");

} // namespace

Profile::Profile(const Options &options, QSettings &settings)
    : m_options(options)
    , m_settings(settings)
    , m_door(options.database.isEmpty() ? settings.value(doorKey).toString() : options.database)
    , m_relay(options.relay.isEmpty() && options.database.isEmpty() ? QUrl(settings.value(relayKey).toString())
                                                                    : options.relay)
{
}

QString Profile::id()
{
    if (m_settings.value(idKey).toString().isEmpty())
        m_settings.setValue(idKey, QUuid::createUuid().toString(QUuid::WithoutBraces));
    return m_settings.value(idKey).toString();
}

QString Profile::email() const
{
    return m_options.email.isEmpty() ? m_settings.value(emailKey).toString() : m_options.email;
}

void Profile::setEmail(const QString &email)
{
    m_settings.setValue(emailKey, email);
}

QString Profile::doorFor(const QString &place, const QString &link) const
{
    if (!m_options.database.isEmpty())
        return m_options.database;
    return usecases::storePlace(m_door) == place ? m_door : usecases::doorOf(place, usecases::doorPasswordIn(link));
}

void Profile::setStore(const QString &door, const QUrl &relay)
{
    if (door != m_door || !relay.isEmpty())
        m_relay = relay;
    m_door = door;
}

void Profile::keep()
{
    m_settings.setValue(doorKey, m_door);
    m_settings.setValue(relayKey, m_relay.toString());
}

} // namespace conversure::clientapp
