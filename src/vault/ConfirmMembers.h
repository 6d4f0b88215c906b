// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "vault/VaultDesk.h"

#include <QList>
#include <QString>

namespace conversure::vault {

/// What became of one member whose keys nobody had signed.
struct Confirmation {
    UserId user;
    QString name;
    QString role;
    /// Empty: signed and given the data key. Else why not: "invitation:other" (somebody else invited them, or nobody:
    /// who did may confirm them, or they are invited to a reset), "invitation:signature" (the store shows another
    /// invitation than this admin signed), "invitation:role" (their role is another than they were invited for),
    /// "invitation:stale" (over for more than thirty days), "invitation:mac" (the keys were not made by whoever has the
    /// code: an attack, or a defect), or the code of a refusal of the store.
    QString code;
};

struct Confirmations {
    QList<Confirmation> members;
    Pins pins;
};

/// Signs the keys of those whom this admin invited and who have accepted, where the keys were made by whoever has the
/// code, and seals the data key to them. To be called whenever an admin's client has opened the vault. \a nowMs: the
/// time on this computer.
Result<Confirmations> confirmMembers(const VaultDesk &desk, qint64 nowMs);

/// Signs a member's keys again, with the authority that their present role gives them: after a change of role. Only
/// keys that are signed already. Codes "chain:…", "CV003".
Result<Pins> confirmRole(const VaultDesk &desk, UserId person);

/// Signs a relay's keys and seals the data key to it. \a fingerprint: as `conversure-relay key show` prints it and a
/// person brought it along; "relay:fingerprint" when the store shows another key under that id. \a authority: whether
/// the relay's command line may add users and numbers; a relay that only serves needs none. Codes "CV003", "CV002".
Result<Pins> authorizeRelay(
    const VaultDesk &desk, const QUuid &relay, const QString &fingerprint, bool authority = false);

} // namespace conversure::vault
