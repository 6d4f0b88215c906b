// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "feed/Change.h"

#include <QByteArray>
#include <QList>

#include <optional>
#include <variant>

/// The frames of the live connection, WebSocket subprotocol "conversure.live.v1": one JSON object in one text message.
namespace conversure::feed {

inline constexpr char liveSubprotocol[] = "conversure.live.v1";

// --- client → relay ---------------------------------------------------------------------------------------------

/// {"t":"hello","token":…,"cursor":{…}|null}: the first frame; anything else first closes the connection.
struct Hello {
    QString token;
    std::optional<Cursor> cursor; ///< Where to resume; none: from now on.
};

QByteArray encode(const Hello &hello);
Result<Hello> helloFromBytes(const QByteArray &bytes);

// --- relay → client ---------------------------------------------------------------------------------------------

/// {"t":"welcome","cursor":{…}}: authenticated, subscribed. Everything after the cursor will follow.
struct Welcome {
    Cursor cursor;
};

/// {"t":"changes","cursor":{…},"changes":[…]}
struct Changes {
    Cursor cursor;
    QList<Change> changes;
};

/// {"t":"resync","cursor":{…}}: too old, another epoch, or the rights changed: take the cursor, read again what is
/// loaded.
struct Resync {
    Cursor cursor;
};

/// {"t":"closed","reason":…}: "signed_out" or "not_signed_in"; the relay closes after it.
struct Closed {
    QString reason;
};

using ServerFrame = std::variant<Welcome, Changes, Resync, Closed>;

/// Fails with kind Invalid, code "feed:frame". Changes of unknown kinds are left out.
Result<ServerFrame> serverFrameFromBytes(const QByteArray &bytes);
QByteArray encode(const Welcome &frame);
QByteArray encode(const Resync &frame);
QByteArray encode(const Closed &frame);

/// The frame "changes" around rows that are encoded already (each a JSON object as changeFromJson reads it).
QByteArray encodeChanges(const Cursor &cursor, const QList<QByteArray> &encodedRows);

} // namespace conversure::feed
