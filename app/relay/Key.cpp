// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "CommandLine.h"

#include "vault/Base32.h"
#include "vault/Founding.h"
#include "vault/Signing.h"

namespace conversure::relayapp {

namespace {

/// Public keys that somebody may want signed.
struct Candidate {
    vault::KeyHolder holder;
    QByteArray boxPublic;
    QByteArray signPublic;
    bool authority = false;
};

int tell(const CommandLine &line, const vault::RelayKey &relay)
{
    return line.succeed({{QStringLiteral("relay_id"), relay.id.toString(QUuid::WithoutBraces)},
        {QStringLiteral("fingerprint"), vault::fingerprintOf(relay.keys.boxPublic, relay.keys.signPublic)},
        {QStringLiteral("key_file"), line.keyFile()},
        {QStringLiteral("box_public"), QString::fromLatin1(relay.keys.boxPublic.toBase64())},
        {QStringLiteral("sign_public"), QString::fromLatin1(relay.keys.signPublic.toBase64())}});
}

Result<Candidate> findUser(CommandLine &line, store::Connection &db, const QUuid &company)
{
    const auto rows = db.call(QLatin1StringView("relay.member_by_email"),
        {store::param(company), store::param(line.value(QStringLiteral("user")))});
    CONVERSURE_TRY(rows);
    if (rows->isEmpty())
        return failure(ErrorKind::NotFound, QStringLiteral("CV003"),
            QStringLiteral("No active user of the company has this e-mail."));
    return Candidate{{vault::KeyHolder::Kind::User, rows->uuid(0, 0)}, rows->bytes(0, 2), rows->bytes(0, 3),
        rows->text(0, 1) != QStringLiteral("AGENT")};
}

Result<Candidate> findRelay(CommandLine &line, store::Connection &db)
{
    const auto id = line.uuid(QStringLiteral("relay"));
    CONVERSURE_TRY(id);
    const auto rows = db.call(QLatin1StringView("relay.relay_keys"), {store::param(*id)});
    CONVERSURE_TRY(rows);
    if (rows->isEmpty())
        return failure(ErrorKind::NotFound, QStringLiteral("CV003"),
            QStringLiteral("The store knows no such relay. It makes itself known when it serves."));
    return Candidate{{vault::KeyHolder::Kind::Relay, *id}, rows->bytes(0, 0), rows->bytes(0, 1),
        line.isSet(QStringLiteral("authority"))};
}

/// Whose keys shall be signed, and whether they are those that a person read on the other machine.
Result<Candidate> findCandidate(CommandLine &line, store::Connection &db, const QUuid &company)
{
    const auto candidate = line.isSet(QStringLiteral("user")) ? findUser(line, db, company) : findRelay(line, db);
    CONVERSURE_TRY(candidate);
    const QString brought = line.value(QStringLiteral("fingerprint"));
    if (brought.isEmpty())
        return candidate;
    const auto bytes = vault::fromBase32(brought, 20);
    if (!bytes || *bytes != vault::shortDigestOf(candidate->boxPublic + candidate->signPublic)) {
        return failure(ErrorKind::Refused, QStringLiteral("key:fingerprint"),
            QStringLiteral("The store shows another key, with the fingerprint %1. Nothing was signed.")
                .arg(vault::fingerprintOf(candidate->boxPublic, candidate->signPublic)));
    }
    return candidate;
}

Result<Candidate> authorize(CommandLine &line, const QUuid &company)
{
    auto db = line.connect();
    CONVERSURE_TRY(db);
    const auto relay = line.ownKey();
    CONVERSURE_TRY(relay);
    const auto vault = openVault(line, *db, company, *relay);
    CONVERSURE_TRY(vault);
    const auto candidate = findCandidate(line, *db, company);
    CONVERSURE_TRY(candidate);
    const auto welcome = vault::welcome(
        *vault, relay->keys, candidate->holder, candidate->boxPublic, candidate->signPublic, candidate->authority);
    CONVERSURE_TRY(welcome);
    const auto kept = db->call(QLatin1StringView("relay.sign_key"),
        {store::param(company), store::json((*welcome)[QStringLiteral("statement")].toObject()),
            store::json((*welcome)[QStringLiteral("seal")].toObject())});
    CONVERSURE_TRY(kept);
    return candidate;
}

} // namespace

int keyInit(CommandLine &line)
{
    if (!line.parse())
        return line.exitCode();
    const auto made = vault::RelayKey::create(line.keyFile());
    return made ? tell(line, *made) : line.fail(made.error());
}

int keyShow(CommandLine &line)
{
    if (!line.parse())
        return line.exitCode();
    const auto relay = line.ownKey();
    return relay ? tell(line, *relay) : line.fail(relay.error());
}

int keyAuthorize(CommandLine &line)
{
    line.require(QStringLiteral("company"), QStringLiteral("ID"), QStringLiteral("The company's id."));
    line.allow(QStringLiteral("user"), QStringLiteral("EMAIL"), QStringLiteral("Whose keys to sign, or"));
    line.allow(QStringLiteral("relay"), QStringLiteral("ID"), QStringLiteral("which other relay's."));
    line.allow(QStringLiteral("fingerprint"), QStringLiteral("TEXT"),
        QStringLiteral("What the keys must be, as read where they were made (key show)."));
    line.flag(QStringLiteral("authority"),
        QStringLiteral("Let the other relay sign for the company, too: add users and numbers."));
    if (!line.parse())
        return line.exitCode();
    const auto company = line.uuid(QStringLiteral("company"));
    if (!company)
        return line.fail(company.error());
    if (line.isSet(QStringLiteral("user")) == line.isSet(QStringLiteral("relay")))
        return line.fail(
            {ErrorKind::Invalid, QStringLiteral("usage"), QStringLiteral("Give either --user or --relay."), {}});
    const auto authorized = authorize(line, *company);
    if (!authorized)
        return line.fail(authorized.error());
    return line.succeed(
        {{authorized->holder.kindText() + QStringLiteral("_id"), authorized->holder.id.toString(QUuid::WithoutBraces)},
            {QStringLiteral("authority"), authorized->authority},
            {QStringLiteral("fingerprint"), vault::fingerprintOf(authorized->boxPublic, authorized->signPublic)}});
}

int keyForget(CommandLine &line)
{
    line.require(QStringLiteral("company"), QStringLiteral("ID"),
        QStringLiteral("The company whose root key and newest manifest are forgotten. Only after its admin has "
                       "confirmed the new fingerprint, or the store was restored from a backup."));
    if (!line.parse())
        return line.exitCode();
    const auto company = line.uuid(QStringLiteral("company"));
    if (!company)
        return line.fail(company.error());
    vault::CompanyPins pins = line.pins();
    const vault::Pins known = pins.of(*company);
    if (known.rootKey.isEmpty())
        return line.fail({ErrorKind::NotFound, QStringLiteral("CV003"),
            QStringLiteral("This relay remembers nothing of such a company."), {}});
    if (const auto forgotten = pins.forget(*company); !forgotten)
        return line.fail(forgotten.error());
    return line.succeed({{QStringLiteral("fingerprint"), vault::fingerprintOf(known.rootKey)},
        {QStringLiteral("manifest"), known.manifestVersion}});
}

} // namespace conversure::relayapp
