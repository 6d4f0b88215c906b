// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "vault/TrustChain.h"

#include <QList>
#include <QString>

namespace conversure::test {

/// The code of a refusal, or "accepted".
template <class T>
QString outcome(const Result<T> &result)
{
    return result ? QStringLiteral("accepted") : result.error().code;
}

/// Every change of one bit, each truncation and two additions.
inline QList<QByteArray> damaged(const QByteArray &whole)
{
    QList<QByteArray> out;
    for (qsizetype i = 0; i < whole.size(); ++i) {
        for (int bit = 0; bit < 8; ++bit) {
            QByteArray changed = whole;
            changed[i] = static_cast<char>(changed.at(i) ^ (1 << bit));
            out << changed;
        }
        out << whole.left(i);
    }
    return out << whole + '\0' << whole + whole;
}

/// Somebody with keys of their own.
struct Holder {
    vault::KeyHolder who;
    vault::KeyPair keys = vault::KeyPair::generate();

    explicit Holder(vault::KeyHolder::Kind kind = vault::KeyHolder::Kind::User)
        : who{kind, QUuid::createUuid()}
    {
    }
    vault::Signer signer() const { return {who, keys}; }
    vault::KeyStatement signs(const QUuid &company, const Holder &other, bool authority = false) const
    {
        return vault::signStatement(
            company, other.who, other.keys.boxPublic, other.keys.signPublic, authority, signer());
    }
};

} // namespace conversure::test
