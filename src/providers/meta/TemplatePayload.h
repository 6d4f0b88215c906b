// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "providers/Provider.h"

#include <QJsonObject>

namespace conversure::providers::meta {

/// The member "template" of a send (Meta Cloud API contract, template): parts with variables only, values cleaned.
/// Fails with kind Invalid: "provider:template" when it has parts that nothing here can fill, or no usable name or
/// language; "provider:template-fields" when a value is missing or unusable (detail {"missing": ["body.1"]}).
Result<QJsonObject> templatePayload(const OutboundTemplate &tmpl);

} // namespace conversure::providers::meta
