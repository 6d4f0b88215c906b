// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Options.h"

#include <QSettings>
#include <QString>
#include <QUrl>

namespace conversure::clientapp {

/// Which store and relay this data folder belongs to, and who signed in last. What the command line says goes before
/// what is kept.
class Profile
{
public:
    Profile(const Options &options, QSettings &settings);

    /// Tells the keychain's entries of this folder from those of another one.
    QString id();
    QString door() const { return m_door; } ///< The store as anybody may reach it; empty: not known yet.
    QUrl relay() const { return m_relay; } ///< ws(s)://…/live; empty: none.
    QString email() const;
    void setEmail(const QString &email);

    /// The door of the store that an invitation's \a link names.
    QString doorFor(const QString &place, const QString &link) const;
    /// Another store from now on. What is not said of the relay stays when the store does.
    void setStore(const QString &door, const QUrl &relay);
    /// For the next start.
    void keep();

private:
    const Options &m_options;
    QSettings &m_settings;
    QString m_door;
    QUrl m_relay;
};

} // namespace conversure::clientapp
