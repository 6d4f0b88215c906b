// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "providers/Provider.h"

namespace conversure::providers::meta {

/// The longest text body, in UTF-16 code units (Meta Cloud API contract, message types).
inline constexpr int maxTextLength = 4096;

/// POST {api_base_url}/{api_version}/{phone_number_id}/messages (Meta Cloud API contract, send). Deterministic to the
/// byte. Needs the settings phone_number_id and access_token only: a desktop never holds the webhook's secrets.
/// Fails with kind Invalid: "provider:setting-invalid" (detail names the setting), "provider:content-type",
/// "provider:text-length" (detail {"length", "limit"}), "provider:template", "provider:template-fields" (detail
/// {"missing"}), "provider:recipient" or "provider:attempt".
Result<wire::HttpRequest> sendRequest(const Settings &settings, const OutboundMessage &message);

/// GET {api_base_url}/{api_version}/{waba_id}/message_templates (Meta Cloud API contract, templates). Needs the
/// settings waba_id and access_token. \a after: TemplatePage::next, empty for the first page. Fails with kind Invalid:
/// "provider:setting-invalid" or "provider:cursor".
Result<wire::HttpRequest> templatesRequest(const Settings &settings, const QString &after);

} // namespace conversure::providers::meta
