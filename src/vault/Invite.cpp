// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/Invite.h"

#include "vault/Signing.h"

#include <QCryptographicHash>

namespace conversure::vault {

namespace {

Result<qint64> expiryIn(store::Connection &device, qint64 seconds)
{
    const auto now = device.run("select conversure.microseconds(conversure.now())");
    CONVERSURE_TRY(now);
    return now->number(0, 0) + seconds * 1'000'000;
}

/// Seals, signs and hands over one invitation; \a who has what is the store's to show: role, name, e-mail.
Result<MadeInvitation> make(
    const VaultDesk &desk, QLatin1StringView function, InvitationRecord record, const Invitee &who, qint64 seconds)
{
    const auto vault = desk.open();
    CONVERSURE_TRY(vault);
    const auto expiresAt = expiryIn(desk.device, seconds);
    CONVERSURE_TRY(expiresAt);
    const Secret code = Secret::random(codeSize);
    const InvitationKeys keys = keysOfCode(code);
    record.company = vault->company;
    record.role = who.role;
    record.expiresAt = *expiresAt;
    record.inviter = vault->holder.id;
    record.sealedAuth = sealDataKey(keys.auth, desk.keys.boxPublic);

    const auto text = [](const QByteArray &bytes) { return QString::fromLatin1(bytes.toBase64()); };
    const QJsonObject row{{QStringLiteral("invitation_id"), record.invitation.toString(QUuid::WithoutBraces)},
        {QStringLiteral("user_id"), record.user.toString(QUuid::WithoutBraces)}, {QStringLiteral("role"), who.role},
        {QStringLiteral("name"), who.name}, {QStringLiteral("email"), who.email},
        {QStringLiteral("expires_at"), record.expiresAt},
        {QStringLiteral("lookup_hash"), text(QCryptographicHash::hash(keys.lookup, QCryptographicHash::Sha256))},
        {QStringLiteral("key_version"), vault->keyVersion()},
        {QStringLiteral("sealed_data_key"),
            text(sealForInvitee(keys.data, record.company, record.invitation, vault->keyVersion(), vault->dataKey))},
        {QStringLiteral("auth"), text(record.sealedAuth)},
        {QStringLiteral("signature"), text(sign(record.bytes(), desk.keys))}};
    const auto kept = desk.device.call(function, {store::json(row)});
    CONVERSURE_TRY(kept);
    return MadeInvitation{record.invitation, UserId(record.user), code.bytes(), shortDigestOf(vault->pins.rootKey),
        record.expiresAt, vault->pins};
}

/// What a reset signs is a role that the store names, and whoever is invited as an admin gets an admin's keys. So it
/// has to be what the company's own signatures say. Who has no signed keys now, as after an earlier reset that nobody
/// has looked at, may have been an admin only with a signature of before.
Result<void> checkRole(const VaultDesk &desk, UserId person, const QString &role)
{
    const auto vault = desk.open();
    CONVERSURE_TRY(vault);
    const auto members = desk.members(*vault);
    CONVERSURE_TRY(members);
    const KeyHolder holder{KeyHolder::Kind::User, person.value};
    const auto present = members->chain.verify(holder);
    if (!present && present.error().code != QStringLiteral("chain:missing"))
        return tl::unexpected<Error>(present.error());
    const bool claimed = role != QStringLiteral("AGENT");
    const bool fits = present ? present->isAuthority() == claimed : !claimed || members->chain.hadAuthority(holder);
    if (!fits)
        return failure(ErrorKind::Refused, QStringLiteral("reset:authority"),
            QStringLiteral("the role is not the one that the company has signed"));
    return {};
}

} // namespace

Result<MadeInvitation> invite(
    const VaultDesk &desk, const Invitee &invitee, const QUuid &invitation, const QUuid &user, qint64 seconds)
{
    InvitationRecord record;
    record.invitation = invitation;
    record.user = user;
    record.kind = QStringLiteral("join");
    return make(desk, QLatin1StringView("api.invite"), record, invitee, seconds);
}

Result<MadeInvitation> inviteReset(const VaultDesk &desk, UserId person, const QUuid &invitation, qint64 seconds)
{
    const auto rows =
        desk.device.run("select role, name from conversure.users where company_id = $1::uuid and user_id = $2::uuid",
            {store::param(desk.company.value), store::param(person.value)});
    CONVERSURE_TRY(rows);
    if (rows->isEmpty())
        return failure(ErrorKind::NotFound, QStringLiteral("CV003"), QStringLiteral("no such user"));
    CONVERSURE_TRY(checkRole(desk, person, rows->text(0, 0)));
    InvitationRecord record;
    record.invitation = invitation;
    record.user = person.value;
    record.kind = QStringLiteral("reset");
    return make(desk, QLatin1StringView("api.invite_reset"), record, {rows->text(0, 0), rows->text(0, 1), {}}, seconds);
}

} // namespace conversure::vault
