// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/AcceptInvitation.h"

#include "vault/PasswordKeys.h"
#include "vault/SealedKey.h"
#include "vault/Signing.h"

#include <QJsonArray>
#include <QJsonObject>

namespace conversure::vault {

namespace {

/// An invitation that was found, held against its link, and opened.
struct Opened {
    InvitationOffer offer;
    QUuid invitation;
    QUuid user;
    int keyVersion = 0;
    Secret dataKey;
    Pins pins;
};

tl::unexpected<Error> refused(const char *code, const char *sentence)
{
    return failure(ErrorKind::Refused, QString::fromLatin1(code), QString::fromLatin1(sentence));
}

QByteArray bytesAt(const QJsonObject &object, const char *field)
{
    return QByteArray::fromBase64(object[QLatin1StringView(field)].toString().toLatin1());
}

InvitationOffer offerOf(const QJsonObject &row)
{
    return {CompanyId::fromText(row[QStringLiteral("company_id")].toString()),
        row[QStringLiteral("company")].toString(), row[QStringLiteral("kind")].toString(),
        row[QStringLiteral("role")].toString(), row[QStringLiteral("name")].toString(),
        row[QStringLiteral("email")].toString(), row[QStringLiteral("invited_by")].toString(),
        row[QStringLiteral("expires_at")].toInteger()};
}

Result<Opened> openInvitation(store::Connection &door, const InvitationLink &link, const InvitationKeys &keys)
{
    const auto found = door.call(QLatin1StringView("api.invitation_begin"), {store::bytes(keys.lookup)});
    CONVERSURE_TRY(found);
    const QJsonObject row = found->object(0, 0);
    Opened opened{offerOf(row), QUuid::fromString(row[QStringLiteral("invitation_id")].toString()),
        QUuid::fromString(row[QStringLiteral("user_id")].toString()), row[QStringLiteral("key_version")].toInt(), {},
        {}};
    const QUuid company = opened.offer.company.value;

    // The link names the root key; from there every step is signed: the manifest, and in it what the data key must be.
    const QByteArray rootKey = bytesAt(row, "root_key");
    if (!isEqual(shortDigestOf(rootKey), link.rootDigest))
        return refused("invitation:root", "the invitation is of another company than its link says");
    const TrustChain chain(company, rootKey, row[QStringLiteral("statements")].toArray());
    const Manifest manifest = Manifest::fromJson(row[QStringLiteral("manifest")].toObject());
    CONVERSURE_TRY(checkManifest(company, manifest, chain));
    auto dataKey =
        openAsInvitee(keys.data, company, opened.invitation, opened.keyVersion, bytesAt(row, "sealed_data_key"));
    CONVERSURE_TRY(dataKey);
    if (manifest.keyVersion != opened.keyVersion
        || !isEqual(manifest.commitment, commitmentOf(*dataKey, company, opened.keyVersion)))
        return refused("vault:commitment", "the invitation holds another key than the company's");
    opened.dataKey = std::move(*dataKey);
    opened.pins = {rootKey, manifest.version};
    return opened;
}

Result<PasswordKeys> stretch(store::Connection &door, const Joining &joining)
{
    const auto params = door.call(QLatin1StringView("api.sign_in_params"));
    CONVERSURE_TRY(params);
    const auto stretching = StretchParams::fromJson(params->object(0, 0));
    CONVERSURE_TRY(stretching);
    return stretchPassword(joining.password, joining.email, *stretching);
}

} // namespace

Result<InvitationOffer> readInvitation(store::Connection &door, const InvitationLink &link)
{
    const auto opened = openInvitation(door, link, keysOfCode(Secret(link.code)));
    CONVERSURE_TRY(opened);
    return opened->offer;
}

Result<JoinedCompany> acceptInvitation(store::Connection &door, const InvitationLink &link, const Joining &joining)
{
    const InvitationKeys code = keysOfCode(Secret(link.code));
    const auto opened = openInvitation(door, link, code);
    CONVERSURE_TRY(opened);
    const auto password = stretch(door, joining);
    CONVERSURE_TRY(password);
    const KeyPair keys = KeyPair::generate();
    const QUuid company = opened->offer.company.value;
    const SealedKey seal =
        sealToSelf(company, opened->keyVersion, opened->dataKey, {{KeyHolder::Kind::User, opened->user}, keys});
    const QByteArray mac =
        invitationMac(code.auth, company, opened->invitation, opened->user, keys.boxPublic, keys.signPublic);
    const auto accepted = door.call(QLatin1StringView("api.accept_invitation"),
        {store::bytes(code.lookup), store::param(joining.email), store::param(joining.name),
            store::param(password->proof), store::bytes(keys.boxPublic), store::bytes(keys.signPublic),
            store::bytes(wrapKeys(keys, password->wrap)), store::bytes(mac), store::json(seal.toJson())});
    CONVERSURE_TRY(accepted);
    return JoinedCompany{opened->offer.company, UserId(opened->user), opened->pins};
}

} // namespace conversure::vault
