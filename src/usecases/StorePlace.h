// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace conversure::usecases {

/// Where the store behind a connection URL is, without anybody's name and password: "db.example:5432/conversure", as an
/// invitation's link says it. A store on a socket of this computer is one at "localhost". Empty: not a URL.
QString storePlace(const QString &url);

/// The store at \a place as anybody may reach it. Over TLS, unless the store is on this computer. \a password: of
/// conversure_door, where the store asks for one.
QString doorOf(const QString &place, const QString &password = {});

/// An invitation's link with the password of conversure_door, which every client of a store knows; from the URL of a
/// door that this client uses. The same link where that has none.
QString linkWithDoor(const QString &link, const QString &doorUrl);
QString doorPasswordIn(const QString &link); ///< Empty: none.

} // namespace conversure::usecases
