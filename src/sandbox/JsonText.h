// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonValue>
#include <QList>
#include <QStringView>

#include <utility>

/// Writes JSON the way Meta does: members in a chosen order, every non-ASCII character as \uXXXX and "/" as "\/".
/// A receiver that verifies a re-serialised body instead of the raw bytes fails against it, as it would in production.
namespace conversure::sandbox::json {

/// A piece of JSON. An empty one is "not there": object() leaves its member out.
using Piece = QByteArray;
using Member = std::pair<QByteArrayView, Piece>;

Piece text(QStringView value);

/// Like text(), but not there when \a value is empty.
Piece textOrNone(QStringView value);

Piece object(const QList<Member> &members);
Piece array(const QList<Piece> &elements);

/// Any JSON value, its members in QJsonObject's order.
Piece value(const QJsonValue &value);

} // namespace conversure::sandbox::json
