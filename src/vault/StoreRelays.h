// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "vault/VaultDesk.h"

#include <QList>
#include <QString>

namespace conversure::vault {

/// A relay that has made itself known to the store.
struct StoreRelay {
    QUuid id;
    QString name;
    QByteArray boxPublic; ///< As the store shows them: to be compared by a person before they are signed.
    QByteArray signPublic;
    bool isAuthorized = false; ///< The company's signatures say so, not the store.
};

struct StoreRelays {
    QList<StoreRelay> relays;
    Pins pins;
};

/// All relays of the store, and which of them hold the company's data key; for admins. Codes "CV002", "vault:waiting".
Result<StoreRelays> storeRelays(const VaultDesk &desk);

} // namespace conversure::vault
