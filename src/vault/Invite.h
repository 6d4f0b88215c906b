// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "vault/Invitation.h"
#include "vault/VaultDesk.h"

#include <QString>
#include <QUuid>

namespace conversure::vault {

/// Whom an admin invites.
struct Invitee {
    QString role; ///< AGENT or COMPANY_ADMIN
    QString name;
    QString email; ///< Empty: whatever they choose.
};

/// An invitation that was made. The code is shown once and kept nowhere.
struct MadeInvitation {
    QUuid invitation;
    UserId user;
    QByteArray code; ///< 16 bytes; with rootDigest and the addresses a link, see InvitationLink.
    QByteArray rootDigest;
    qint64 expiresAt = 0; ///< Microseconds since 1970.
    Pins pins;
};

inline constexpr qint64 weekOfSeconds = 7 * 24 * 60 * 60;

/// Invites somebody, for \a seconds (an hour to thirty days). \a invitation and \a user: new ids. Codes: "CV002" (only
/// admins whose keys are signed), "CV004", "CV041" (too many open ones, {"limit"}).
Result<MadeInvitation> invite(const VaultDesk &desk, const Invitee &invitee, const QUuid &invitation, const QUuid &user,
    qint64 seconds = weekOfSeconds);

/// Lets a colleague who lost the password begin anew: a new password and new keys. Codes as invite(), "CV003", and
/// "reset:authority" when the store names another role than the company's signatures do: an attack, or a change of role
/// that no admin's client has signed yet (confirmRole()).
Result<MadeInvitation> inviteReset(
    const VaultDesk &desk, UserId person, const QUuid &invitation, qint64 seconds = weekOfSeconds);

} // namespace conversure::vault
