// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "store/Connection.h"
#include "vault/CompanyVault.h"
#include "vault/Invitation.h"

#include <QString>

namespace conversure::vault {

/// What an invitation offers, as its page shows it.
struct InvitationOffer {
    CompanyId company;
    QString companyName;
    QString kind; ///< "join" or "reset"
    QString role;
    QString name; ///< As the inviter wrote it.
    QString email; ///< The only one it takes; empty: any.
    QString invitedBy;
    qint64 expiresAt = 0; ///< Microseconds since 1970.
};

/// Looks an invitation up over \a door and checks that it is of the company whose fingerprint the link names. Codes:
/// "CV003" (unknown, used, withdrawn or over), "invitation:root" (another company's than the link's), and those of
/// openCompanyVault().
Result<InvitationOffer> readInvitation(store::Connection &door, const InvitationLink &link);

/// Who accepts.
struct Joining {
    QString name; ///< Empty: as the inviter wrote it.
    QString email;
    QString password;
};

struct JoinedCompany {
    CompanyId company;
    UserId user;
    Pins pins; ///< To be remembered: the root key is the one that the link names.
};

/// Accepts an invitation: makes the member's keys, and an account that signs in with e-mail and password from now on.
/// Stretches the password: never on the GUI thread. Succeeds also where the e-mail has an account already (nobody may
/// ask that of the store): then signing in fails, and the invitation is used up. Codes as readInvitation(), "CV004"
/// ({"field":"email"}: the invitation is for another one), "CV007" (busy, {"retry_after"}).
Result<JoinedCompany> acceptInvitation(store::Connection &door, const InvitationLink &link, const Joining &joining);

} // namespace conversure::vault
