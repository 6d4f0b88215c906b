// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "store/Connection.h"

#include <QByteArray>
#include <QString>

namespace conversure::vault {

/// Changes the password of the member with \a email who is signed in on \a device, and puts their private keys under
/// the new one. Every other session of theirs ends, and the other computers are known no longer; answers how many
/// sessions that were. \a keysQuery: `member_keys`. \a deviceSecret: as for signIn().
///
/// Stretches two passwords: never on the GUI thread. Codes: "password:short" (kind Invalid, detail {"min_length": 10}),
/// CV005 (the old password is wrong), CV007 and "store:busy" as signIn(). With "store:lost" nobody knows which of the
/// two passwords holds; signing in tells.
Result<int> changePassword(store::Connection &device, const QByteArray &keysQuery, const QString &email,
    const QString &oldPassword, const QString &newPassword, const QByteArray &deviceSecret = {});

} // namespace conversure::vault
