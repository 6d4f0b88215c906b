// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "wire/JsonReader.h"

namespace conversure::providers::meta {

/// The words of an inbound message of that type: body, caption, file name, title of the button, name of the place, …
/// (Meta Cloud API contract, webhook shape). Empty when it has none or the type is unknown.
QString textOfMessage(const wire::JsonReader &message, const QString &type);

} // namespace conversure::providers::meta
