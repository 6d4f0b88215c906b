// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "vault/Keys.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>
#include <QList>
#include <QMultiHash>
#include <QUuid>

namespace conversure::vault {

/// Who holds a pair of keys: a member, a relay, or whoever has the company's recovery code.
struct KeyHolder {
    enum class Kind { User, Relay, Recovery };
    Kind kind = Kind::User;
    QUuid id;

    QString kindText() const; ///< "user", "relay" or "recovery"
    static KeyHolder fromText(const QString &kind, const QString &id);
    bool operator==(const KeyHolder &other) const { return kind == other.kind && id == other.id; }
};
size_t qHash(const KeyHolder &holder, size_t seed = 0);

/// A holder with their private keys, for the time of signing.
struct Signer {
    KeyHolder holder;
    const KeyPair &keys; ///< Outlives the signer.
};

/// "These are the keys of this holder, who may (or may not) sign others", signed.
struct KeyStatement {
    KeyHolder subject;
    QByteArray boxPublic;
    QByteArray signPublic;
    bool authority = false; ///< May sign keys, data keys and manifests.
    KeyHolder signer;
    QByteArray signature;
    /// Replaced by a newer one. Not signed: what counts is that these keys once were the holder's, so that what they
    /// signed stays signed; nothing is sealed to them any more.
    bool retired = false;

    /// What the signature covers.
    QByteArray bytes(const QUuid &company) const;
    QJsonObject toJson() const;
    static KeyStatement fromJson(const QJsonObject &object);
};

KeyStatement signStatement(const QUuid &company, const KeyHolder &subject, const QByteArray &boxPublic,
    const QByteArray &signPublic, bool authority, const Signer &signer);

/// Keys that were followed back to the company's root key. Only a TrustChain makes one, so whoever takes a MemberKey
/// needs to ask no more.
class MemberKey
{
public:
    const KeyHolder &holder() const { return m_holder; }
    const QByteArray &boxPublic() const { return m_boxPublic; }
    const QByteArray &signPublic() const { return m_signPublic; }
    bool isAuthority() const { return m_authority; }

private:
    friend class TrustChain;
    MemberKey(const KeyStatement &statement)
        : m_holder(statement.subject)
        , m_boxPublic(statement.boxPublic)
        , m_signPublic(statement.signPublic)
        , m_authority(statement.authority)
    {
    }
    KeyHolder m_holder;
    QByteArray m_boxPublic;
    QByteArray m_signPublic;
    bool m_authority;
};

/// All statements of one company, and which of them can be believed: those whose signers lead, through holders with
/// authority, to the root key. Pure: what it is built from may come from anybody.
class TrustChain
{
public:
    TrustChain(const QUuid &company, QByteArray rootKey, const QList<KeyStatement> &statements);
    /// \a statements: as KeyStatement::fromJson reads them.
    TrustChain(const QUuid &company, QByteArray rootKey, const QJsonArray &statements);

    const QByteArray &rootKey() const { return m_rootKey; }
    /// This chain with one more statement, instead of the present one about the same holder.
    TrustChain with(const KeyStatement &statement) const;

    /// The present keys of a holder. Refusals: "chain:missing" (no statement, or a signer without one), "chain:double"
    /// (several at once), "chain:signature" (altered, or of another company), "chain:authority" (the signer may not
    /// sign), "chain:root" (ends at another root), "chain:loop", "chain:depth" (more than 16 links).
    Result<MemberKey> verify(const KeyHolder &holder) const;

    /// Whether any of the keys that a holder has or had was signed with authority, whatever is present now.
    bool hadAuthority(const KeyHolder &holder) const;

    /// Whether \a signature over \a bytes is by a holder with authority, with keys they have or had. Refusals as
    /// verify().
    Result<void> checkAuthority(const KeyHolder &signer, const QByteArray &bytes, const QByteArray &signature) const;

private:
    struct Walk;
    Result<void> follow(int statement, Walk &walk) const;
    Result<void> followSigner(
        const KeyHolder &signer, const QByteArray &bytes, const QByteArray &signature, Walk &walk) const;

    QUuid m_company;
    QByteArray m_rootKey;
    QList<KeyStatement> m_statements;
    QMultiHash<KeyHolder, int> m_ofHolder;
};

} // namespace conversure::vault
