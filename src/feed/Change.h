// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "domain/Rows.h"
#include "domain/Template.h"

#include <QJsonObject>
#include <QList>

#include <optional>
#include <variant>

namespace conversure::feed {

/// A place in the change feed. Everything below it has been delivered. Only a relay or the store makes one; a client
/// keeps it and hands it back.
struct Cursor {
    QString epoch; ///< Which life of the store: another one after a restore, and then everything is read again.
    quint64 xid = 0; ///< All transactions below it have been delivered.
    qint64 seq = 0;

    friend bool operator==(const Cursor &a, const Cursor &b) = default;
};

QJsonObject toJson(const Cursor &cursor);
std::optional<Cursor> cursorFromJson(const QJsonValue &value);

/// A row of this kind has left the sight of this user, or is no more.
struct Gone {
    enum class Kind { Conversation, Message, Lead, ReadMark, Template };
    Kind kind = Kind::Conversation;
    QUuid id;
    qint64 rev = 0;
};

/// Something about this user's own session or rights changed: read everything again, or leave.
struct SessionNews {
    QString what; ///< "signed_out", "topics"
};

/// What happened to one row. Feed events, pages and local echoes are all changes, and all enter through
/// state::Inbox::apply; the higher rev wins, so that a change applied twice, late or out of order does nothing.
using Change = std::variant<ConversationRow, MessageRow, LeadRow, ReadMarkRow, TemplateRow, Gone, SessionNews>;

/// Reads one row as the feed and the page queries of the store write it:
/// {"kind":"conversation","id":…,"rev":…,"row":{…}} or with "gone":true.
/// Unknown kinds give std::nullopt: a newer store may speak of what this client does not keep.
Result<std::optional<Change>> changeFromJson(const QJsonObject &object);

/// The reverse of changeFromJson, for tests and the fuzzers' seeds.
QJsonObject toJson(const Change &change);

} // namespace conversure::feed
