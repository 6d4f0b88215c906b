// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "providers/Registry.h"
#include "relay/Directory.h"
#include "store/RelayStore.h"
#include "wire/Http.h"

#include <QByteArray>
#include <QList>
#include <QStringList>

#include <variant>

namespace conversure::relay {

/// A complete request, as the edge read it.
struct Request {
    QByteArray method;
    QByteArray path; ///< Without query, not decoded.
    QByteArray query; ///< What follows the question mark, not decoded.
    QList<wire::Header> headers;
    QByteArray body;
};

struct Answer {
    int status = 200;
    QByteArray contentType; ///< Empty: no body.
    QByteArray body;
    QList<wire::Header> headers;
};

/// Answered 200 once these are committed, 503 when they cannot be.
struct Deliveries {
    QList<store::NewWebhook> webhooks;
};

struct Handled {
    std::variant<Answer, Deliveries> outcome;
    int unknownShares = 0; ///< Verified, but of a number that nobody has registered; not stored.
    int refusedShares = 0; ///< Of a known number under whose own secret the delivery does not verify; not stored.
};

/// The answer that asks the sender to deliver again.
Answer unavailable();

/// Decides what an HTTP request to the relay means. A function of its arguments: no socket, no store, no clock but that
/// of the ids. Nothing unverified is looked at beyond the ids of the numbers it names.
class WebhookHandler
{
public:
    /// \a extraVerifyToken: taken in every handshake besides the numbers' own; empty: none. \a registry must outlive
    /// it.
    WebhookHandler(const providers::Registry &registry, QString extraVerifyToken);

    /// \a directory: null while it has not been loaded; then nobody can be verified and senders are asked to come
    /// again. \a notReady: what /readyz has to complain about.
    Handled handle(
        const Request &request, const Directory *directory, const QStringList &notReady, IdSource &ids) const;

private:
    Answer handshake(const Request &request, const Directory &directory) const;
    Handled delivery(const Request &request, const Directory &directory, IdSource &ids) const;

    const providers::Registry &m_registry;
    QString m_extraVerifyToken;
};

} // namespace conversure::relay
