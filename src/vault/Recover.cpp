// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/Recover.h"

#include "vault/Founding.h"
#include "vault/SealedKey.h"

#include <QJsonArray>

#include <algorithm>

namespace conversure::vault {

namespace {

tl::unexpected<Error> refused(const char *code, const char *sentence)
{
    return failure(ErrorKind::Refused, QString::fromLatin1(code), QString::fromLatin1(sentence));
}

/// The vault as the holder of the recovery code sees it.
Result<CompanyVault> openWithCode(const VaultDesk &desk, QJsonObject document, const KeyPair &codeKeys)
{
    const auto rows = desk.device.call(QLatin1StringView("api.recovery"));
    CONVERSURE_TRY(rows);
    if (rows->isNull(0, 0))
        return refused("recovery:none", "this company has no recovery code");
    const QJsonObject recovery = rows->object(0, 0);
    if (QUuid::fromString(recovery[QStringLiteral("id")].toString()) != recoveryHolder(codeKeys).id)
        return refused("recovery:code", "this is not the company's recovery code");
    document.insert(QStringLiteral("seals"), recovery[QStringLiteral("seals")]);
    return openCompanyVault(desk.company.value, recoveryHolder(codeKeys), codeKeys, document, desk.pins);
}

/// What stands in the store of a vault that nobody can open: believed only as far as it has to be counted on.
struct Ruin {
    TrustChain chain;
    Manifest manifest;
    KeyHolder me;
};

/// The same vault under a new data key and without its secrets, for all whose keys are signed.
Result<QJsonObject> beginAgain(const VaultDesk &desk, const Ruin &ruin)
{
    CompanyVault vault{desk.company.value, ruin.me, ruin.chain, ruin.manifest, {}, {ruin.chain.rootKey(), 0}};
    const auto members = desk.members(vault);
    CONVERSURE_TRY(members);
    QList<MemberKey> recipients;
    for (const KeyHolder &holder : members->recipients) {
        if (const auto member = members->chain.verify(holder))
            recipients.append(*member);
    }
    const Signer signer{ruin.me, desk.keys};
    const Secret dataKey = Secret::random(32);
    const int keyVersion = ruin.manifest.keyVersion + 1;
    QJsonArray seals;
    for (const SealedKey &seal : sealForMembers(vault.company, keyVersion, dataKey, recipients, signer))
        seals.append(seal.toJson());
    const Manifest manifest = signManifest(vault.company,
        {ruin.manifest.version + 1, keyVersion, commitmentOf(dataKey, vault.company, keyVersion), {}, {}, {}}, signer);
    return QJsonObject{{QStringLiteral("root_key"), QString::fromLatin1(ruin.chain.rootKey().toBase64())},
        {QStringLiteral("recovery"), QJsonValue()}, {QStringLiteral("statements"), QJsonArray()},
        {QStringLiteral("seals"), seals}, {QStringLiteral("manifest"), manifest.toJson()}};
}

} // namespace

Result<Pins> recover(const VaultDesk &desk, const RecoveryCode &code)
{
    const auto document = desk.document();
    CONVERSURE_TRY(document);
    const KeyPair codeKeys = code.keys();
    const auto vault = openWithCode(desk, *document, codeKeys);
    CONVERSURE_TRY(vault);
    if (vault->isWaiting())
        return refused("recovery:code", "the recovery code was not given the company's data key");
    const KeyHolder me{KeyHolder::Kind::User, QUuid::fromString((*document)[QStringLiteral("user_id")].toString())};
    const auto given = welcome(*vault, codeKeys, me, desk.keys.boxPublic, desk.keys.signPublic, true);
    CONVERSURE_TRY(given);
    const auto recovered = desk.device.call(QLatin1StringView("api.recover"),
        {store::json((*given)[QStringLiteral("statement")].toObject()),
            store::json((*given)[QStringLiteral("seal")].toObject())});
    CONVERSURE_TRY(recovered);
    return vault->pins;
}

Result<NewRecoveryCode> renewRecoveryCode(const VaultDesk &desk)
{
    const auto vault = desk.open();
    CONVERSURE_TRY(vault);
    const RecoveryCode code = RecoveryCode::generate();
    const KeyPair keys = code.keys();
    const auto given = welcome(*vault, desk.keys, recoveryHolder(keys), keys.boxPublic, keys.signPublic, true);
    CONVERSURE_TRY(given);
    const auto kept = desk.device.call(QLatin1StringView("api.set_recovery"),
        {store::json(recoveryRow(keys)), store::json((*given)[QStringLiteral("statement")].toObject()),
            store::json((*given)[QStringLiteral("seal")].toObject())});
    CONVERSURE_TRY(kept);
    return NewRecoveryCode{code.text(), vault->pins};
}

Result<EmptiedVault> emptyVault(const VaultDesk &desk)
{
    const auto document = desk.document();
    CONVERSURE_TRY(document);
    const QByteArray rootKey = QByteArray::fromBase64((*document)[QStringLiteral("root_key")].toString().toLatin1());
    Manifest manifest = Manifest::fromJson((*document)[QStringLiteral("manifest")].toObject());
    manifest.version = std::max(manifest.version, desk.pins.manifestVersion);
    const Ruin ruin{TrustChain(desk.company.value, rootKey, (*document)[QStringLiteral("statements")].toArray()),
        manifest, {KeyHolder::Kind::User, QUuid::fromString((*document)[QStringLiteral("user_id")].toString())}};
    const auto mine = ruin.chain.verify(ruin.me);
    const bool newRoot = !mine || !mine->isAuthority() || mine->signPublic() != desk.keys.signPublic
        || (!desk.pins.rootKey.isEmpty() && desk.pins.rootKey != rootKey);

    EmptiedVault emptied{0, newRoot, {}, {rootKey, ruin.manifest.version + 1}};
    QJsonObject beginning;
    if (newRoot) {
        const RecoveryCode code = RecoveryCode::generate();
        const KeyPair recovery = code.keys();
        const Founding founding = foundVault(desk.company.value, {ruin.me, desk.keys}, &recovery,
            ruin.manifest.keyVersion + 1, ruin.manifest.version + 1);
        emptied.recoveryCode = code.text();
        emptied.pins = founding.pins;
        beginning = founding.document;
    } else {
        const auto again = beginAgain(desk, ruin);
        CONVERSURE_TRY(again);
        beginning = *again;
    }
    const auto done = desk.device.call(QLatin1StringView("api.empty_vault"), {store::json(beginning)});
    CONVERSURE_TRY(done);
    emptied.secrets = done->object(0, 0)[QStringLiteral("secrets")].toInt();
    return emptied;
}

} // namespace conversure::vault
