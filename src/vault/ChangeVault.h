// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "vault/VaultDesk.h"

#include <QHash>
#include <QList>
#include <QString>

#include <functional>

namespace conversure::vault {

/// Puts new or renewed secrets of a number into the vault: kind → clear text. Others of the number stay. Codes "CV002",
/// "CV003" (no such number).
Result<Pins> putSecrets(const VaultDesk &desk, NumberId number, const QHash<QString, QString> &secrets,
    const std::function<QUuid()> &newId);

/// After a backup was restored every client and relay stops at the older vault ("vault:rollback"), as after an attack.
/// An admin who knows better signs it again under a version higher than any that was seen, and all go on. To be done
/// only by that person's decision: what was renewed after the backup is lost, and the older tokens count again. The
/// root key must be the remembered one. Codes as putSecrets().
Result<Pins> confirmRestored(const VaultDesk &desk);

struct Rotation {
    int keyVersion = 0;
    QList<KeyHolder> recipients; ///< Who can open the vault from now on.
    int lapsedInvitations = 0;
    Pins pins;
};

/// Gives the vault a new data key: after a member or a relay has gone. It is sealed to all who are active and whose
/// keys are signed; open invitations lapse. It does not make anybody forget what they have read: the tokens are to be
/// renewed with their providers (api.tokens_to_renew). Codes "CV002"; "chain:…" ({"kind", "id"}) when the store names a
/// recipient whose keys do not stand the check: an attack, or a defect; nothing is changed then.
Result<Rotation> rotateVault(const VaultDesk &desk);

} // namespace conversure::vault
