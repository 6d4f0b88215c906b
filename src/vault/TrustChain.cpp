// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/TrustChain.h"

#include "vault/Signing.h"

#include <algorithm>

namespace conversure::vault {

namespace {

constexpr qsizetype longestChain = 16;
/// No honest company comes near; a hostile one must not make a client check signatures for minutes.
constexpr int mostChecks = 2'000;
constexpr qsizetype mostStatements = 50'000;

tl::unexpected<Error> refused(const char *code, const char *sentence)
{
    return failure(ErrorKind::Refused, QString::fromLatin1(code), QString::fromLatin1(sentence));
}

QByteArray bytesAt(const QJsonObject &object, const char *field)
{
    return QByteArray::fromBase64(object[QLatin1StringView(field)].toString().toLatin1());
}

QList<KeyStatement> readStatements(const QJsonArray &array)
{
    QList<KeyStatement> statements;
    statements.reserve(array.size());
    for (const QJsonValue &value : array)
        statements.append(KeyStatement::fromJson(value.toObject()));
    return statements;
}

} // namespace

QString KeyHolder::kindText() const
{
    switch (kind) {
    case Kind::User:
        return QStringLiteral("user");
    case Kind::Relay:
        return QStringLiteral("relay");
    case Kind::Recovery:
        return QStringLiteral("recovery");
    }
    return {};
}

KeyHolder KeyHolder::fromText(const QString &kind, const QString &id)
{
    const QUuid uuid = QUuid::fromString(id);
    if (kind == QStringLiteral("user"))
        return {Kind::User, uuid};
    if (kind == QStringLiteral("relay"))
        return {Kind::Relay, uuid};
    if (kind == QStringLiteral("recovery"))
        return {Kind::Recovery, uuid};
    return {};
}

size_t qHash(const KeyHolder &holder, size_t seed)
{
    return qHashMulti(seed, static_cast<int>(holder.kind), holder.id);
}

QByteArray KeyStatement::bytes(const QUuid &company) const
{
    // No field can hold the separator: names from a fixed set, ids, base64, a digit.
    return QByteArray("conversure.key.v1|") + company.toByteArray(QUuid::WithoutBraces) + '|'
        + subject.kindText().toLatin1() + '|' + subject.id.toByteArray(QUuid::WithoutBraces) + '|'
        + boxPublic.toBase64() + '|' + signPublic.toBase64() + '|' + (authority ? '1' : '0');
}

QJsonObject KeyStatement::toJson() const
{
    return {{QStringLiteral("kind"), subject.kindText()},
        {QStringLiteral("id"), subject.id.toString(QUuid::WithoutBraces)},
        {QStringLiteral("box_public"), QString::fromLatin1(boxPublic.toBase64())},
        {QStringLiteral("sign_public"), QString::fromLatin1(signPublic.toBase64())},
        {QStringLiteral("authority"), authority}, {QStringLiteral("signer_kind"), signer.kindText()},
        {QStringLiteral("signer_id"), signer.id.toString(QUuid::WithoutBraces)},
        {QStringLiteral("signature"), QString::fromLatin1(signature.toBase64())}};
}

KeyStatement KeyStatement::fromJson(const QJsonObject &object)
{
    return {KeyHolder::fromText(object[QStringLiteral("kind")].toString(), object[QStringLiteral("id")].toString()),
        bytesAt(object, "box_public"), bytesAt(object, "sign_public"), object[QStringLiteral("authority")].toBool(),
        KeyHolder::fromText(
            object[QStringLiteral("signer_kind")].toString(), object[QStringLiteral("signer_id")].toString()),
        bytesAt(object, "signature"), object[QStringLiteral("retired")].toBool()};
}

KeyStatement signStatement(const QUuid &company, const KeyHolder &subject, const QByteArray &boxPublic,
    const QByteArray &signPublic, bool authority, const Signer &signer)
{
    KeyStatement statement{subject, boxPublic, signPublic, authority, signer.holder, {}, false};
    statement.signature = sign(statement.bytes(company), signer.keys);
    return statement;
}

/// The way back from one statement.
struct TrustChain::Walk {
    QList<int> path;
    int checks = 0;
};

TrustChain::TrustChain(const QUuid &company, QByteArray rootKey, const QList<KeyStatement> &statements)
    : m_company(company)
    , m_rootKey(std::move(rootKey))
    , m_statements(statements.mid(0, mostStatements))
{
    for (qsizetype i = 0; i < m_statements.size(); ++i)
        m_ofHolder.insert(m_statements.at(i).subject, static_cast<int>(i));
}

TrustChain::TrustChain(const QUuid &company, QByteArray rootKey, const QJsonArray &statements)
    : TrustChain(company, std::move(rootKey), readStatements(statements))
{
}

TrustChain TrustChain::with(const KeyStatement &statement) const
{
    QList<KeyStatement> statements{statement};
    for (KeyStatement older : m_statements) {
        older.retired = older.retired || older.subject == statement.subject;
        statements.append(older);
    }
    return {m_company, m_rootKey, statements};
}

Result<MemberKey> TrustChain::verify(const KeyHolder &holder) const
{
    int present = -1;
    for (const int index : m_ofHolder.values(holder)) {
        if (m_statements.at(index).retired)
            continue;
        if (present >= 0)
            return refused("chain:double", "a member's keys are stated twice");
        present = index;
    }
    if (present < 0)
        return refused("chain:missing", "nobody has signed these keys");
    Walk walk;
    CONVERSURE_TRY(follow(present, walk));
    return MemberKey(m_statements.at(present));
}

bool TrustChain::hadAuthority(const KeyHolder &holder) const
{
    const QList<int> statements = m_ofHolder.values(holder);
    return std::any_of(statements.begin(), statements.end(), [this](int index) {
        Walk walk;
        return m_statements.at(index).authority && follow(index, walk);
    });
}

Result<void> TrustChain::checkAuthority(
    const KeyHolder &signer, const QByteArray &bytes, const QByteArray &signature) const
{
    Walk walk;
    return followSigner(signer, bytes, signature, walk);
}

Result<void> TrustChain::follow(int index, Walk &walk) const
{
    const KeyStatement &statement = m_statements.at(index);
    if (walk.path.contains(index))
        return refused("chain:loop", "the signatures lead in a circle");
    if (walk.path.size() >= longestChain)
        return refused("chain:depth", "the signatures lead too far");
    walk.path.append(index);
    const QByteArray bytes = statement.bytes(m_company);
    if (statement.signer == statement.subject && isSignedBy(statement.signPublic, bytes, statement.signature)) {
        if (!statement.authority || statement.signPublic != m_rootKey)
            return refused("chain:root", "the signatures end at another key than the company's");
        return {};
    }
    return followSigner(statement.signer, bytes, statement.signature, walk);
}

Result<void> TrustChain::followSigner(
    const KeyHolder &signer, const QByteArray &bytes, const QByteArray &signature, Walk &walk) const
{
    const QList<int> candidates = m_ofHolder.values(signer);
    if (candidates.isEmpty())
        return refused("chain:missing", "nobody has signed the signer's keys");
    Result<void> verdict = refused("chain:signature", "a signature does not fit");
    // A holder may have had several pairs of keys, and the present one is not always the one that signed.
    for (const int index : candidates) {
        if (++walk.checks > mostChecks)
            return refused("chain:depth", "the signatures lead too far");
        const KeyStatement &candidate = m_statements.at(index);
        if (!isSignedBy(candidate.signPublic, bytes, signature))
            continue;
        if (!candidate.authority) {
            verdict = refused("chain:authority", "the signer may not sign");
            continue;
        }
        const qsizetype here = walk.path.size();
        verdict = follow(index, walk);
        if (verdict)
            return verdict;
        walk.path.resize(here);
    }
    return verdict;
}

} // namespace conversure::vault
