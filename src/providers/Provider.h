// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Capabilities.h"
#include "domain/Ids.h"
#include "domain/ProviderDescription.h"
#include "domain/Result.h"
#include "domain/SendErrors.h"
#include "domain/Template.h"
#include "wire/Http.h"

#include <QHash>
#include <QJsonArray>
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

/// A template that is to be sent, with what was filled in.
struct OutboundTemplate {
    QString name;
    QString language;
    QString parameterFormat; ///< As in TemplateRow.
    QJsonArray components; ///< As in TemplateRow.
    TemplateValues values;
};

struct OutboundMessage {
    AttemptId attemptId; ///< Travels with the message where the provider can carry it.
    Identity to;
    ContentType type = ContentType::Text;
    QString text; ///< Of a text; what a template says is not looked at.
    std::optional<OutboundTemplate> tmpl = std::nullopt; ///< Of type Template only.
};

/// What the provider's answer to a send means.
struct SendResult {
    QString providerMessageId;
    /// What the provider says of an accepted template: "accepted", "held_for_quality_assessment" (it goes or fails
    /// later; never send it again meanwhile) or "paused". Empty for everything else.
    QString messageStatus = {};
};

/// One page of an account's templates.
struct TemplatePage {
    QList<TemplateRow> templates; ///< Without id, revision and account, which only the caller knows.
    QString next; ///< Names the next page to templatesRequest; empty when this is the last one.
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
    SendErrorClass errorClass = SendErrorClass::Unknown; ///< Of errorCode.
    int waitSeconds = 0; ///< How long the same message would fail again; 0: no such time is known.
};

/// A person has asked the provider for no more marketing from this number's business, or for it again.
struct PreferenceChange {
    QList<Identity> identities; ///< As in InboundMessage.
    bool stops = false;
    qint64 timestamp = 0; ///< As in InboundMessage.
};

/// A person calls one of our numbers, which opens the service window as a message does.
struct IncomingCall {
    QList<Identity> identities; ///< As in InboundMessage.
    QString profileName; ///< May be empty.
    qint64 timestamp = 0; ///< Never 0.
};

/// Something about one template has changed. Empty members say nothing.
struct TemplateNews {
    QString accountId; ///< Never empty.
    QString providerTemplateId; ///< This or name and language are there.
    QString name;
    QString language;
    QString event; ///< The provider's word, which is not always a status: "APPROVED", "PAUSED", "FLAGGED", …
    QString reason; ///< Of the event, in the provider's word.
    QString quality;
    QString category;
    qint64 time = 0; ///< Seconds since 1970; 0 when it is not known.
};

/// Understood, and on purpose without effect.
struct Ignored {
    QString what;
};

struct Event {
    QString providerNumberId; ///< Which of our numbers it concerns; may be empty for TemplateNews and Ignored.
    std::variant<InboundMessage, DeliveryStatus, PreferenceChange, IncomingCall, TemplateNews, Ignored> content;
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
    /// the same request may be repeated. Ambiguous: may have been accepted (a 5xx after the body was read, an answer
    /// that makes no sense). Errors carry detail {"class": word of a SendErrorClass} and, where it is known how long
    /// the same would fail again, {"retry_after": seconds}.
    virtual Result<SendResult> readSendResponse(const wire::HttpResponse &response) const = 0;

    /// The request for a page of the templates of the number's account. \a after: TemplatePage::next of the page
    /// before; empty for the first. Fails with kind Invalid.
    virtual Result<wire::HttpRequest> templatesRequest(const Settings &settings, const QString &after) const = 0;

    /// Reads such a page. Errors as of readSendResponse, but never Ambiguous: reading again does no harm.
    virtual Result<TemplatePage> readTemplates(const wire::HttpResponse &response) const = 0;

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
