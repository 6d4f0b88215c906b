// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "vault/CodeKeys.h"
#include "vault/Secret.h"
#include "vault/TrustChain.h"

#include <QByteArray>
#include <QString>
#include <QUuid>

#include <optional>

namespace conversure::vault {

/// What an invitation's link says:
/// conversure://join?store=<host:port/database>&relay=<url>#<code>.<fingerprint of the root key>
/// The code is in the fragment, which programs that follow links do not send anywhere.
struct InvitationLink {
    QString store; ///< host[:port]/database
    QString relay; ///< http(s) or ws(s) URL; empty: none.
    QByteArray code; ///< 16 bytes
    QByteArray rootDigest; ///< shortDigestOf() the company's root key, 20 bytes.

    QString text() const;
    /// As somebody pasted it: line breaks and blanks from mails, dashes and small letters in the code are taken. None
    /// for anything else, of any size.
    static std::optional<InvitationLink> parse(QStringView text);
};

/// The code alone, for reading out: 26 letters in groups of four.
QString codeText(const QByteArray &code);

/// What an invitation's code is good for.
struct InvitationKeys {
    QByteArray lookup; ///< Finds the invitation; the store keeps its SHA-256.
    Secret auth; ///< Shows the inviter that new keys come from whoever has the code.
    Secret data; ///< Opens the company's data key.
};
InvitationKeys keysOfCode(const Secret &code);

/// An invitation as its inviter signs it. The store keeps it; with the signature it cannot make an agent an admin, have
/// an old one accepted, or invite by itself.
struct InvitationRecord {
    QUuid company;
    QUuid invitation;
    QUuid user; ///< Who the invitee will be, or is.
    QString kind; ///< "join" or "reset"
    QString role;
    qint64 expiresAt = 0; ///< Microseconds since 1970.
    QUuid inviter;
    QByteArray sealedAuth; ///< The auth key, sealed to the inviter.

    /// What the inviter's signature covers.
    QByteArray bytes() const;
};

/// What the invitee makes with the auth key: over their new public keys, and for this invitation only. 32 bytes.
QByteArray invitationMac(const Secret &auth, const QUuid &company, const QUuid &invitation, const QUuid &user,
    const QByteArray &boxPublic, const QByteArray &signPublic);

/// The company's data key under the code's data key: 72 bytes.
QByteArray sealForInvitee(
    const Secret &codeKey, const QUuid &company, const QUuid &invitation, int keyVersion, const Secret &dataKey);
/// Fails with code "vault:secret".
Result<Secret> openAsInvitee(
    const Secret &codeKey, const QUuid &company, const QUuid &invitation, int keyVersion, const QByteArray &sealed);

} // namespace conversure::vault
