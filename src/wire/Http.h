// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>
#include <QUrl>

#include <utility>

namespace conversure::wire {

using Header = std::pair<QByteArray, QByteArray>;

/// The value of the first header of that name, compared without regard to case; null when there is none.
QByteArray headerValue(const QList<Header> &headers, const QByteArray &name);

/// A request as a value: what a provider wants sent. Nothing here touches a socket.
struct HttpRequest {
    QByteArray method = "GET";
    QUrl url;
    QList<Header> headers; ///< May hold credentials: log only through net's redaction.
    QByteArray body;
    QByteArray lane = {}; ///< Whose answers may be slow without holding others' requests up; empty: anybody's.
};

/// A complete answer.
struct HttpResponse {
    int status = 0;
    QList<Header> headers;
    QByteArray body;
};

} // namespace conversure::wire
