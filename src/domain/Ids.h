// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Clock.h"

#include <QByteArray>
#include <QHashFunctions>
#include <QMetaType>
#include <QUuid>

#include <compare>
#include <functional>

namespace conversure {

/// An identifier that cannot be mistaken for that of another kind of row. Null by default.
template <class Tag>
struct Id {
    QUuid value;

    Id() = default;
    explicit Id(QUuid uuid)
        : value(uuid)
    {
    }
    static Id fromText(QStringView text) { return Id(QUuid::fromString(text)); }

    bool isNull() const { return value.isNull(); }
    /// Lower case, without braces, as PostgreSQL prints it.
    QString text() const { return value.toString(QUuid::WithoutBraces); }

    friend bool operator==(const Id &a, const Id &b) { return a.value == b.value; }
    friend bool operator!=(const Id &a, const Id &b) { return a.value != b.value; }
    friend bool operator<(const Id &a, const Id &b) { return a.text() < b.text(); }
    friend size_t qHash(const Id &id, size_t seed = 0) { return qHash(id.value, seed); }
};

using CompanyId = Id<struct CompanyTag>;
using UserId = Id<struct UserTag>;
using LeadId = Id<struct LeadTag>;
using ConversationId = Id<struct ConversationTag>;
using MessageId = Id<struct MessageTag>;
using NumberId = Id<struct NumberTag>;
using AttemptId = Id<struct AttemptTag>;
using TeamId = Id<struct TeamTag>;
using TemplateId = Id<struct TemplateTag>;

/// Makes UUIDs of version 7 (RFC 9562): ordered by creation, so that index pages stay warm, and made by whoever creates
/// the row, so that a repeated call is recognised. Not thread-safe; every thread has its own.
class IdSource
{
public:
    using Random = std::function<QByteArray(int bytes)>;

    /// \a clock must outlive the source. \a random returns that many random bytes; the default is the system's.
    explicit IdSource(const Clock &clock, Random random = {});

    QUuid next();

    template <class IdType>
    IdType make()
    {
        return IdType(next());
    }

private:
    const Clock &m_clock;
    Random m_random;
    qint64 m_lastMs = 0;
    quint16 m_sequence = 0;
};

} // namespace conversure

Q_DECLARE_METATYPE(conversure::ConversationId)
Q_DECLARE_METATYPE(conversure::MessageId)
Q_DECLARE_METATYPE(conversure::LeadId)
Q_DECLARE_METATYPE(conversure::TemplateId)
