// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/ChangeVault.h"

#include "vault/NumberSecrets.h"
#include "vault/SealedKey.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace conversure::vault {

namespace {

/// A row of the vault, as the store gives it.
struct Row {
    SecretIdentity identity;
    SealedSecret sealed;
};

Result<QList<Row>> readRows(const VaultDesk &desk, const CompanyVault &vault, NumberId only = {})
{
    const auto rows = desk.device.run(
        "select secret_id, kind, key_version, secret_version, nonce, ciphertext from conversure.vault_secrets"
        " where company_id = $1::uuid and ($2::uuid is null or owner_kind = 'number' and owner_id = $2::uuid)",
        {store::param(vault.company), store::param(only.value)});
    CONVERSURE_TRY(rows);
    QList<Row> out;
    for (int row = 0; row < rows->count(); ++row) {
        out.append({{vault.company, rows->uuid(row, 0), rows->text(row, 1), static_cast<int>(rows->number(row, 2)),
                        static_cast<int>(rows->number(row, 3))},
            {rows->bytes(row, 4), rows->bytes(row, 5)}});
    }
    return out;
}

QJsonObject toJson(const SecretIdentity &identity, const SealedSecret &sealed)
{
    return {{QStringLiteral("secret_id"), identity.secret.toString(QUuid::WithoutBraces)},
        {QStringLiteral("kind"), identity.kind}, {QStringLiteral("key_version"), identity.keyVersion},
        {QStringLiteral("secret_version"), identity.secretVersion},
        {QStringLiteral("nonce"), QString::fromLatin1(sealed.nonce.toBase64())},
        {QStringLiteral("ciphertext"), QString::fromLatin1(sealed.ciphertext.toBase64())}};
}

/// Every secret under another data key; its version stays. Refused when one is not the manifest's: what was put back
/// must not come back as new.
Result<QJsonArray> sealAnew(const VaultDesk &desk, const CompanyVault &vault, int keyVersion, const Secret &dataKey)
{
    const auto rows = readRows(desk, vault);
    CONVERSURE_TRY(rows);
    QJsonArray out;
    for (const Row &row : *rows) {
        if (vault.manifest.entries.value(row.identity.secret) != row.identity.secretVersion)
            return failure(ErrorKind::Refused, QStringLiteral("vault:manifest"),
                QStringLiteral("a secret is not the one that was put into the vault"));
        const auto clear = openSecret(vault.dataKey, row.identity, row.sealed);
        CONVERSURE_TRY(clear);
        const Secret kept(*clear);
        SecretIdentity identity = row.identity;
        identity.keyVersion = keyVersion;
        out.append(toJson(identity, sealSecret(dataKey, identity, kept.bytes())));
    }
    return out;
}

/// What a number's first secret brings along: a word for what is open of its settings.
Result<QByteArray> vouchForRow(const VaultDesk &desk, const CompanyVault &vault, NumberId number)
{
    const auto rows = desk.device.run(desk.library.query(QStringLiteral("number_settings")),
        {store::param(vault.company), store::param(number.value)});
    CONVERSURE_TRY(rows);
    if (rows->isEmpty())
        return failure(ErrorKind::NotFound, QStringLiteral("CV003"), QStringLiteral("no such number"));
    return vouchFor({number.value, rows->text(0, 0), rows->object(0, 1), {}});
}

Result<QList<MemberKey>> verifyAll(const VaultDesk::Members &members)
{
    QList<MemberKey> verified;
    for (const KeyHolder &holder : members.recipients) {
        const auto member = members.chain.verify(holder);
        if (!member) {
            Error error = member.error();
            error.detail = {{QStringLiteral("kind"), holder.kindText()},
                {QStringLiteral("id"), holder.id.toString(QUuid::WithoutBraces)}};
            return tl::unexpected<Error>(error);
        }
        verified.append(*member);
    }
    return verified;
}

} // namespace

Result<Pins> putSecrets(
    const VaultDesk &desk, NumberId number, const QHash<QString, QString> &secrets, const std::function<QUuid()> &newId)
{
    const auto vault = desk.open();
    CONVERSURE_TRY(vault);
    const auto rows = readRows(desk, *vault, number);
    CONVERSURE_TRY(rows);
    QJsonArray sealed;
    const auto seal = [&](const QString &kind, const QByteArray &clear) {
        SecretIdentity identity{vault->company, {}, kind, vault->keyVersion(), 1};
        for (const Row &row : *rows) {
            if (row.identity.kind == kind) {
                identity.secret = row.identity.secret;
                identity.secretVersion = row.identity.secretVersion + 1;
            }
        }
        if (identity.secret.isNull())
            identity.secret = newId();
        sealed.append(toJson(identity, sealSecret(vault->dataKey, identity, clear)));
    };
    for (auto it = secrets.begin(); it != secrets.end(); ++it)
        seal(it.key(), it.value().toUtf8());
    if (rows->isEmpty() && !secrets.isEmpty()) {
        const auto word = vouchForRow(desk, *vault, number);
        CONVERSURE_TRY(word);
        seal(openSettingsKind, *word);
    }
    const auto manifest = manifestWith(*vault, sealed, desk.keys);
    CONVERSURE_TRY(manifest);
    const auto kept = desk.device.call(QLatin1StringView("api.put_secrets"),
        {store::param(number.value), store::json(sealed), store::json(manifest->toJson())});
    CONVERSURE_TRY(kept);
    return Pins{vault->pins.rootKey, manifest->version};
}

Result<Pins> confirmRestored(const VaultDesk &desk)
{
    // Others may have seen later changes than this computer has.
    constexpr qint64 ahead = 1'000;
    const VaultDesk older{desk.device, desk.library, desk.company, desk.keys, {desk.pins.rootKey, 0}};
    const auto vault = older.open();
    CONVERSURE_TRY(vault);
    Manifest manifest = vault->manifest;
    manifest.version = std::max(manifest.version, desk.pins.manifestVersion) + ahead;
    manifest = signManifest(vault->company, manifest, {vault->holder, desk.keys});
    CONVERSURE_TRY(checkManifest(vault->company, manifest, vault->chain));
    const auto kept = desk.device.call(QLatin1StringView("api.confirm_restored"), {store::json(manifest.toJson())});
    CONVERSURE_TRY(kept);
    return Pins{vault->pins.rootKey, manifest.version};
}

Result<Rotation> rotateVault(const VaultDesk &desk)
{
    const auto vault = desk.open();
    CONVERSURE_TRY(vault);
    const auto members = desk.members(*vault);
    CONVERSURE_TRY(members);
    const auto recipients = verifyAll(*members);
    CONVERSURE_TRY(recipients);

    const Signer signer{vault->holder, desk.keys};
    const int keyVersion = vault->keyVersion() + 1;
    const Secret dataKey = Secret::random(32);
    const auto secrets = sealAnew(desk, *vault, keyVersion, dataKey);
    CONVERSURE_TRY(secrets);
    Manifest manifest = vault->manifest;
    manifest.version += 1;
    manifest.keyVersion = keyVersion;
    manifest.commitment = commitmentOf(dataKey, vault->company, keyVersion);
    manifest = signManifest(vault->company, manifest, signer);
    CONVERSURE_TRY(checkManifest(vault->company, manifest, vault->chain));
    QJsonArray seals;
    for (const SealedKey &seal : sealForMembers(vault->company, keyVersion, dataKey, *recipients, signer))
        seals.append(seal.toJson());

    const auto rotated = desk.device.call(QLatin1StringView("api.rotate_vault"),
        {store::param(qint64(vault->keyVersion())), store::json(seals), store::json(*secrets),
            store::json(manifest.toJson())});
    CONVERSURE_TRY(rotated);
    return Rotation{keyVersion, members->recipients,
        rotated->object(0, 0)[QStringLiteral("lapsed_invitations")].toInt(), {vault->pins.rootKey, manifest.version}};
}

} // namespace conversure::vault
