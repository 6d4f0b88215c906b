// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Capabilities.h"
#include "domain/Ids.h"
#include "domain/ProviderDescription.h"
#include "domain/Result.h"
#include "wire/Http.h"

#include <QHash>
#include <QList>
#include <QString>

#include <functional>
#include <optional>
#include <variant>

/// A provider is a pure translator. Whoever writes one promises:
///  - no I/O, no state, no clock: the same input gives the same output, on any thread;
///  - every entry, change, message and status of a delivery becomes an event, an `Ignored` with its reason, or an
///    event of content type Unsupported that says what it was; nothing is dropped and nothing crashes;
///  - untrusted values are read through wire::JsonReader; one bad part does not spoil its neighbours;
///  - secrets appear in requests only, never in errors.
namespace conversure::providers {

/// The settings of one number, opened: keys as in ProviderDescription::settings.
using Settings = QHash<QString, QString>;

/// Whom a message goes to: an identity, not a phone number (a WhatsApp user may hide theirs).
struct Identity {
    QString kind; ///< "phone" (value in E.164) or "bsuid" (business-scoped user id).
    QString scope; ///< Within what the value is unique: "" for phones; the portfolio or account otherwise.
    QString value;
    friend bool operator==(const Identity &a, const Identity &b) = default;
};

struct OutboundMessage {
    AttemptId attemptId; ///< Travels with the message where the provider can carry it.
    Identity to;
    ContentType type = ContentType::Text;
    QString text;
};

/// What the provider's answer to a send means.
struct SendResult {
    QString providerMessageId;
};

/// One inbound message.
struct InboundMessage {
    QString providerMessageId;
    QList<Identity> identities; ///< Strongest first; at least one.
    QString profileName; ///< May be empty.
    ContentType type = ContentType::Text;
    QString text; ///< Body, caption or button title; empty when there is none.
    QString originalType; ///< What the provider called it.
    qint64 timestamp = 0; ///< Seconds since 1970, by the provider's clock; 0 when it could not be read.
};

/// One status of a message of ours.
struct DeliveryStatus {
    QString providerMessageId;
    QString attemptId; ///< As we sent it along; empty when it did not come back. Untrusted text.
    MessageStatus status = MessageStatus::Sent; ///< Sent, Delivered, Read or Failed.
    qint64 timestamp = 0; ///< As in InboundMessage.
    QString errorCode; ///< For Failed, with the provider's prefix: "meta:131047".
    QString errorTitle;
};

/// Understood, and on purpose without effect.
struct Ignored {
    QString what;
};

struct Event {
    QString providerNumberId; ///< Which of our numbers it concerns; may be empty for Ignored.
    std::variant<InboundMessage, DeliveryStatus, Ignored> content;
};

/// The result of reading one stored delivery.
struct Parsed {
    QList<Event> events;
    QStringList problems; ///< Parts that could not be read, each with its JSON path. Never message text.
};

/// One number's share of a delivery: all parts of the raw body that belong to it.
struct Share {
    QString providerNumberId; ///< Empty for parts that name no number (account events): see `accountId`.
    QString accountId; ///< For Meta the WABA id of the entry.
    QByteArray
        body; ///< A delivery in the provider's own shape with only these parts; equal to the raw body if all are.
};

/// Interface; see the promises above. One object per provider, shared by all threads.
class Provider
{
public:
    virtual ~Provider() = default;

    virtual const ProviderDescription &description() const = 0;
    virtual const Capabilities &capabilities() const = 0;

    /// The request that sends \a message. Fails with kind Invalid when the provider cannot carry it.
    virtual Result<wire::HttpRequest> sendRequest(const Settings &settings, const OutboundMessage &message) const = 0;

    /// Reads the answer. Refused (code "meta:<n>"): definitely not accepted. Unavailable: definitely not accepted, and
    /// waiting helps. Ambiguous: may have been accepted (a 5xx after the body was read, an answer that makes no sense).
    virtual Result<SendResult> readSendResponse(const wire::HttpResponse &response) const = 0;

    /// Splits a raw delivery by number without judging its parts. Fails with kind Invalid when it is not a delivery.
    virtual Result<QList<Share>> splitDelivery(const QByteArray &rawBody) const = 0;

    /// Whether the signature in \a headers covers \a rawBody under the number's \a settings. Constant time.
    virtual bool verifySignature(
        const Settings &settings, const QList<wire::Header> &headers, const QByteArray &rawBody) const = 0;

    /// Translates one stored share.
    virtual Result<Parsed> parseDelivery(const QByteArray &body) const = 0;

    /// A subscription handshake (GET). The outer optional: not a handshake at all; inner: the challenge to echo, absent
    /// when \a tokenIsKnown says no.
    virtual std::optional<std::optional<QByteArray>> answerHandshake(
        const QByteArray &rawQuery, const std::function<bool(const QString &token)> &tokenIsKnown) const = 0;
};

} // namespace conversure::providers
