// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "wire/JsonReader.h"

#include <vector>

/// What splitting and translating a delivery must agree on.
namespace conversure::providers::meta {

/// The entries of a delivery. Fails with kind Invalid, "json:malformed" or "meta:not-a-delivery".
Result<std::vector<wire::JsonReader>> deliveryEntries(const QByteArray &body);

/// The number that a change's value names, or the account that an entry names; empty when there is none. Anything
/// longer than an id can be counts as none, so that a share cannot be made to repeat megabytes.
QString numberOfChange(const wire::JsonReader &change);
QString accountOfEntry(const wire::JsonReader &entry);

} // namespace conversure::providers::meta
