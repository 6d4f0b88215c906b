// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "providers/Provider.h"
#include "providers/meta/ErrorCodes.h"

namespace conversure::providers::meta {

/// Reads the answer to a send (Meta Cloud API contract, answer and errors). A success means accepted, not delivered.
/// Errors, all with detail {"class": "retry|later|never|admin", "http": status} and, where Meta sent them, "details",
/// "fbtrace_id" and "subcode":
///  - Refused, "meta:<code>": Meta's own error, and repeating the call now does not help;
///  - Unavailable, "meta:<code>" or "meta:http-429": not accepted, and waiting helps;
///  - Refused, "meta:http-<status>": a client error without Meta's envelope, from something before Meta;
///  - Ambiguous, "meta:http-<status>": anything else, among it a success that names no message.
Result<SendResult> readSendResponse(const wire::HttpResponse &response);

} // namespace conversure::providers::meta
