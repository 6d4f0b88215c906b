// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "providers/Provider.h"
#include "wire/JsonReader.h"

#include <optional>

namespace conversure::providers::meta {

/// Whether a change of that field is about one template.
bool isTemplateField(const QString &field);

/// What such a change says (Meta Cloud API contract, other fields), without account and time. The event is Meta's word,
/// which is not always a status. Empty when it names no template.
std::optional<TemplateNews> templateNewsOf(const QString &field, const wire::JsonReader &value);

/// Whether anything of it is to be applied.
bool saysSomething(const TemplateNews &news);

} // namespace conversure::providers::meta
