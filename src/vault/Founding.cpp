// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/Founding.h"

#include "vault/SealedKey.h"

#include <QJsonArray>

namespace conversure::vault {

namespace {

/// The keys of statements that this program has just signed itself. They cannot be refused.
QList<MemberKey> verified(const TrustChain &chain, const QList<KeyStatement> &statements)
{
    QList<MemberKey> members;
    for (const KeyStatement &statement : statements)
        members.append(*chain.verify(statement.subject));
    return members;
}

} // namespace

Founding foundVault(
    const QUuid &company, const Signer &founder, const KeyPair *recovery, int keyVersion, qint64 manifestVersion)
{
    const KeyPair &keys = founder.keys;
    QList<KeyStatement> statements{
        signStatement(company, founder.holder, keys.boxPublic, keys.signPublic, true, founder)};
    if (recovery) {
        statements.append(signStatement(
            company, recoveryHolder(*recovery), recovery->boxPublic, recovery->signPublic, true, founder));
    }
    const TrustChain chain(company, keys.signPublic, statements);
    const Secret dataKey = Secret::random(32);
    const Manifest manifest = signManifest(
        company, {manifestVersion, keyVersion, commitmentOf(dataKey, company, keyVersion), {}, {}, {}}, founder);

    QJsonArray signedKeys;
    for (const KeyStatement &statement : statements)
        signedKeys.append(statement.toJson());
    QJsonArray seals;
    for (const SealedKey &seal : sealForMembers(company, keyVersion, dataKey, verified(chain, statements), founder))
        seals.append(seal.toJson());
    return {{{QStringLiteral("root_key"), QString::fromLatin1(keys.signPublic.toBase64())},
                {QStringLiteral("recovery"), recovery ? QJsonValue(recoveryRow(*recovery)) : QJsonValue()},
                {QStringLiteral("statements"), signedKeys}, {QStringLiteral("seals"), seals},
                {QStringLiteral("manifest"), manifest.toJson()}},
        {keys.signPublic, manifestVersion}};
}

Result<QJsonObject> welcome(const CompanyVault &vault, const KeyPair &signerKeys, const KeyHolder &subject,
    const QByteArray &boxPublic, const QByteArray &signPublic, bool authority)
{
    const Signer signer{vault.holder, signerKeys};
    const KeyStatement statement = signStatement(vault.company, subject, boxPublic, signPublic, authority, signer);
    const auto member = vault.chain.with(statement).verify(subject);
    CONVERSURE_TRY(member);
    const SealedKey seal =
        sealForMembers(vault.company, vault.keyVersion(), vault.dataKey, {*member}, signer).constFirst();
    return QJsonObject{{QStringLiteral("statement"), statement.toJson()}, {QStringLiteral("seal"), seal.toJson()}};
}

} // namespace conversure::vault
