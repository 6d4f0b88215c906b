// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "domain/Rows.h"

#include <QString>
#include <QStringList>
#include <QUuid>

/// What the pages about accounts list. Read when a page asks, not kept: no revisions.
namespace conversure {

/// A computer that a member is signed in on.
struct DeviceRow {
    QUuid session;
    QString name; ///< Of the computer; may be empty.
    bool isCurrent = false; ///< This one.
    Microseconds signedInAt = 0;
    Microseconds lastUsedAt = 0;
};

/// An invitation that was not used yet.
struct InvitationRow {
    QUuid id;
    bool isReset = false; ///< Lets a member who lost the password back in, instead of letting somebody new in.
    QString name;
    QString email; ///< Empty: whoever has the link says it.
    QString userRole; ///< AGENT or COMPANY_ADMIN
    QString createdBy; ///< A name; empty when not known.
    Microseconds expiresAt = 0;
};

/// What an invitation says of itself to whoever has its link.
struct InvitationFace {
    bool isReset = false;
    QString companyName;
    QString store; ///< Host of the store, for people to recognise.
    QString fingerprint; ///< Of the company's root key, in groups.
    QString name; ///< As the inviter knows them; may be empty.
    QString email; ///< Empty: whoever joins says it.
    QString userRole;
    QString invitedBy; ///< A name.
    Microseconds expiresAt = 0;
};

/// A member as admins see them.
struct PersonRow {
    UserId id;
    QString name;
    QString userRole; ///< AGENT, COMPANY_ADMIN or SUPER_ADMIN
    bool isActive = true;
    bool isGuest = false; ///< From the company that runs the store.
    bool isSelf = false;
    bool waitsForKeys = false; ///< Reads, and cannot send yet.
    int openConversations = 0; ///< Of who is not active any more: still theirs, to be handed over.
};

/// A relay of the store, as admins see it.
struct RelayRow {
    QUuid id;
    QString name;
    QString fingerprint; ///< Of the keys that the store shows, in groups.
    bool isAuthorized = false; ///< These keys are signed, so it has the company's data key.
};

/// One of the company's numbers, with the secrets that whoever has gone may have read.
struct TokenRow {
    QUuid number;
    QString label;
    QString phone;
    QString provider;
    QStringList kinds; ///< "access_token"
};

} // namespace conversure
