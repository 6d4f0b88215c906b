// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/ConfirmMembers.h"

#include "vault/Base32.h"
#include "vault/Founding.h"
#include "vault/Invitation.h"
#include "vault/Signing.h"
#include "vault/StoreRelays.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace conversure::vault {

namespace {

constexpr qint64 graceMs = qint64(30) * 24 * 60 * 60 * 1'000;

QByteArray bytesAt(const QJsonValue &object, const char *field)
{
    return QByteArray::fromBase64(object[QLatin1StringView(field)].toString().toLatin1());
}

bool mayAuthorize(const QString &role)
{
    return role != QStringLiteral("AGENT");
}

/// Whether the keys of a member come from whoever has the code of an invitation that this admin signed; else why not.
QString checkInvitation(const VaultDesk &desk, const CompanyVault &vault, const QJsonValue &member, qint64 nowMs)
{
    const QJsonValue invitation = member[QStringLiteral("invitation")];
    if (!invitation.isObject())
        return QStringLiteral("invitation:other");
    const InvitationRecord record{vault.company,
        QUuid::fromString(invitation[QStringLiteral("invitation_id")].toString()),
        QUuid::fromString(member[QStringLiteral("user_id")].toString()), invitation[QStringLiteral("kind")].toString(),
        invitation[QStringLiteral("role")].toString(), invitation[QStringLiteral("expires_at")].toInteger(),
        vault.holder.id, bytesAt(invitation, "auth")};
    if (!isSignedBy(desk.keys.signPublic, record.bytes(), bytesAt(invitation, "signature")))
        return QStringLiteral("invitation:signature");
    if (record.role != member[QStringLiteral("role")].toString())
        return QStringLiteral("invitation:role");
    if (record.expiresAt / 1'000 + graceMs < nowMs)
        return QStringLiteral("invitation:stale");
    const auto auth = openDataKey(record.sealedAuth, desk.keys);
    if (!auth)
        return auth.error().code;
    const QByteArray mac = invitationMac(*auth, record.company, record.invitation, record.user,
        bytesAt(member, "box_public"), bytesAt(member, "sign_public"));
    return isEqual(mac, bytesAt(invitation, "mac")) ? QString() : QStringLiteral("invitation:mac");
}

/// Signs keys, seals the data key to them, and hands both over.
Result<void> signKey(const VaultDesk &desk, const CompanyVault &vault, const KeyHolder &subject,
    const QByteArray &boxPublic, const QByteArray &signPublic, bool authority)
{
    const auto given = welcome(vault, desk.keys, subject, boxPublic, signPublic, authority);
    CONVERSURE_TRY(given);
    const auto kept = desk.device.call(QLatin1StringView("api.sign_key"),
        {store::json((*given)[QStringLiteral("statement")].toObject()),
            store::json((*given)[QStringLiteral("seal")].toObject())});
    CONVERSURE_TRY(kept);
    return {};
}

} // namespace

Result<Confirmations> confirmMembers(const VaultDesk &desk, qint64 nowMs)
{
    const auto vault = desk.open();
    CONVERSURE_TRY(vault);
    const auto rows = desk.device.call(QLatin1StringView("api.unsigned_members"));
    CONVERSURE_TRY(rows);
    Confirmations confirmations{{}, vault->pins};
    const QJsonArray members = QJsonDocument::fromJson(rows->raw(0, 0)).array();
    for (const QJsonValue &member : members) {
        Confirmation confirmation{UserId::fromText(member[QStringLiteral("user_id")].toString()),
            member[QStringLiteral("name")].toString(), member[QStringLiteral("role")].toString(),
            checkInvitation(desk, *vault, member, nowMs)};
        if (confirmation.code.isEmpty()) {
            const auto signedNow = signKey(desk, *vault, {KeyHolder::Kind::User, confirmation.user.value},
                bytesAt(member, "box_public"), bytesAt(member, "sign_public"), mayAuthorize(confirmation.role));
            // What concerns this member only is reported; the others are looked at all the same.
            if (!signedNow && signedNow.error().kind != ErrorKind::Refused
                && signedNow.error().kind != ErrorKind::NotFound)
                return tl::unexpected<Error>(signedNow.error());
            if (!signedNow)
                confirmation.code = signedNow.error().code;
        }
        confirmations.members.append(confirmation);
    }
    return confirmations;
}

Result<Pins> confirmRole(const VaultDesk &desk, UserId person)
{
    const auto vault = desk.open();
    CONVERSURE_TRY(vault);
    const auto members = desk.members(*vault);
    CONVERSURE_TRY(members);
    const auto known = members->chain.verify({KeyHolder::Kind::User, person.value});
    CONVERSURE_TRY(known);
    const auto role =
        desk.device.run("select role from conversure.users where company_id = $1::uuid and user_id = $2::uuid",
            {store::param(desk.company.value), store::param(person.value)});
    CONVERSURE_TRY(role);
    if (role->isEmpty())
        return failure(ErrorKind::NotFound, QStringLiteral("CV003"), QStringLiteral("no such user"));
    CONVERSURE_TRY(signKey(
        desk, *vault, known->holder(), known->boxPublic(), known->signPublic(), mayAuthorize(role->text(0, 0))));
    return vault->pins;
}

Result<Pins> authorizeRelay(const VaultDesk &desk, const QUuid &relay, const QString &fingerprint, bool authority)
{
    const auto vault = desk.open();
    CONVERSURE_TRY(vault);
    const auto seen = storeRelays(desk);
    CONVERSURE_TRY(seen);
    const auto shown = std::find_if(
        seen->relays.begin(), seen->relays.end(), [&relay](const StoreRelay &one) { return one.id == relay; });
    if (shown == seen->relays.end())
        return failure(ErrorKind::NotFound, QStringLiteral("CV003"), QStringLiteral("no such relay"));
    const auto brought = fromBase32(fingerprint, 20);
    if (!brought || !isEqual(*brought, shortDigestOf(shown->boxPublic + shown->signPublic))) {
        return failure(ErrorKind::Refused, QStringLiteral("relay:fingerprint"),
            QStringLiteral("the store shows another key than the relay has"));
    }
    CONVERSURE_TRY(
        signKey(desk, *vault, {KeyHolder::Kind::Relay, relay}, shown->boxPublic, shown->signPublic, authority));
    return vault->pins;
}

} // namespace conversure::vault
