// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/ProviderDescription.h"
#include "domain/Result.h"
#include "providers/Provider.h"

namespace conversure::providers {

/// Whether a number may be set up with \a settings: every required one has a value and every key is known. Fails with
/// kind Invalid, code "provider:setting-missing" or "provider:setting-unknown", detail {"setting": key}. Says nothing
/// about a value: the provider does when it builds a request. Thread-safe.
Result<void> checkSettings(const ProviderDescription &description, const Settings &settings);

/// The error for a setting whose value cannot be used: kind Invalid, code "provider:setting-invalid", detail
/// {"setting": key}. Never repeats the value, which may be a secret.
tl::unexpected<Error> unusableSetting(const QString &key, const QString &why);

} // namespace conversure::providers
