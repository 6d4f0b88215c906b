// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "domain/Result.h"
#include "store/Connection.h"
#include "vault/Keys.h"
#include "vault/Secret.h"

#include <QHash>
#include <QList>
#include <QString>

namespace conversure::vault {

/// One of our numbers, ready to send with.
struct OpenNumber {
    NumberId number;
    QString provider;
    QHash<QString, QString> settings;
};

/// The member who is signed in on \a device gets their own keys, which the store keeps under \a wrapKey.
/// \a keysQuery: `member_keys`. Codes "vault:none" (this member has none), "vault:wrap".
Result<KeyPair> openMemberKeys(store::Connection &device, const QByteArray &keysQuery, const Secret &wrapKey);

/// Opens the company's secrets with the keys of the member who is signed in on \a device. \a vaultQuery:
/// `vault_of_user`. Numbers whose secrets this member may not open are left out.
Result<QList<OpenNumber>> openVault(
    store::Connection &device, const QByteArray &vaultQuery, CompanyId company, const KeyPair &keys);

} // namespace conversure::vault
