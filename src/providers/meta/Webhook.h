// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "providers/Provider.h"

namespace conversure::providers::meta {

/// Translates a delivery (Meta Cloud API contract, webhook shape). Every entry, change, message, status and error gives
/// an event; what could not be read gives an Ignored "unreadable:<part>" and a line in Parsed::problems. Ignored says:
///  - "field:<name>": a change of a kind that has no effect here, or of a template that says nothing new;
///  - "error:meta:<code>": an error of the number itself;
///  - "status:<name>": a status that this version does not know;
///  - "group:<type>": a message of a group chat, which is no conversation with one person;
///  - "preference:<word>": a preference about something else than marketing, or with an unknown value;
///  - "call:<event>": a call's end, a call of ours, or one whose caller or time is not there;
///  - "call-status:<name>": how a call goes;
///  - "empty": a change that holds nothing.
/// Fails with kind Invalid, "json:malformed" or "meta:not-a-delivery", when nothing of it can be read.
Result<Parsed> parseDelivery(const QByteArray &body);

/// Splits by value.metadata.phone_number_id, else by the account of the entry (Meta Cloud API contract, webhook shape).
/// Parts that name neither come in a share with both ids empty. Fails as parseDelivery does.
Result<QList<Share>> splitDelivery(const QByteArray &rawBody);

/// Meta Cloud API contract, webhook signature: X-Hub-Signature-256 must be "sha256=" and the lower-case hexadecimal
/// HMAC-SHA256 of the bytes as received. The SHA-1 header is legacy and never looked at. An empty secret verifies
/// nothing, since anybody could sign with it.
bool verifySignature(const QString &appSecret, const QList<wire::Header> &headers, const QByteArray &rawBody);

/// Meta Cloud API contract, webhook verification. \a rawQuery is the part after the question mark, still encoded: ready
/// parsers turn the dots of hub.mode into underscores. Of repeated keys the first counts. See
/// Provider::answerHandshake.
std::optional<std::optional<QByteArray>> answerHandshake(
    const QByteArray &rawQuery, const std::function<bool(const QString &token)> &tokenIsKnown);

} // namespace conversure::providers::meta
