// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/SendErrors.h"

#include <QString>

#include <optional>

namespace conversure::providers::meta {

/// What is known of an error of Meta, whether it came as an answer or in a failed status.
struct ErrorFacts {
    SendErrorClass errorClass = SendErrorClass::Unknown;
    int waitSeconds = 0; ///< Before this the same message fails again; 0: no such time is known.
    int leastSeconds = 0; ///< The same, whatever a Retry-After says.
    bool mayRepeat = false; ///< As an answer it says that nothing was accepted and that the same soon will be.
};

/// The facts of a code by the table of the Meta Cloud API contract, errors. Empty for a code that is not in it.
std::optional<ErrorFacts> knownError(qint64 code);

/// The same, with Unknown and no repetition for unknown codes: nobody may repeat what nobody understands.
ErrorFacts errorFacts(qint64 code);

/// "meta:<code>".
QString errorCodeText(qint64 code);

/// Meta's own words about an error, fit for logs and for an agent's eyes: short, without telephone numbers, ids or
/// anything as long as a token (Meta repeats a malformed token in its sentence).
QString safeErrorText(const QString &text);

} // namespace conversure::providers::meta
