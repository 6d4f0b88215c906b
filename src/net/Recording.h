// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "wire/Http.h"

#include <QString>

namespace conversure::net {

/// Writes one exchange as a JSON file into \a folder, without its secrets; readable by the owner only. For finding out
/// what a provider really says; a failure to write is logged and changes nothing else.
void recordExchange(const QString &folder, const wire::HttpRequest &request, const Result<wire::HttpResponse> &result);

} // namespace conversure::net
