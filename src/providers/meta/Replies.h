// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "providers/Provider.h"
#include "providers/meta/ErrorCodes.h"

namespace conversure::providers::meta {

/// Reads the answer to a send (Meta Cloud API contract, answer and errors). A success means accepted, not delivered.
/// Errors, all with detail {"class": word of a SendErrorClass, "http": status} and, where it is known, "retry_after"
/// (seconds: Meta's own Retry-After, else the code's), "details", "fbtrace_id" and "subcode":
///  - Refused, "meta:<code>": Meta's own error, and repeating the call at once does not help or is not safe to judge;
///  - Unavailable, "meta:<code>" or "meta:http-429": not accepted, and the same call may be repeated;
///  - Refused, "meta:http-<status>": a client error without Meta's envelope, from something before Meta;
///  - Ambiguous, "meta:<code>": a fault of the server, whose code does not say what happened before it;
///  - Ambiguous, "meta:http-<status>": anything else, among it a success that names no message.
Result<SendResult> readSendResponse(const wire::HttpResponse &response);

/// Reads a page of templates (Meta Cloud API contract, templates). One that has no name or language is left out. The
/// address of the next page is never looked at, since the token is in it. Errors as above; what is Ambiguous there is
/// Unavailable here.
Result<TemplatePage> readTemplates(const wire::HttpResponse &response);

} // namespace conversure::providers::meta
