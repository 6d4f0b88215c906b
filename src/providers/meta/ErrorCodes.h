// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>

namespace conversure::providers::meta {

/// What helps after an error of Meta.
enum class ErrorClass {
    Retry, ///< The same call, after seconds or minutes.
    Later, ///< The same call, after hours, never in a loop.
    Never, ///< Nothing but another message.
    Admin, ///< Stop the number until an admin has acted.
};

/// The class of a code by the table of the Meta Cloud API contract, errors; the same codes arrive in answers and in
/// failed statuses. Empty for a code that is not in it.
std::optional<ErrorClass> knownErrorClass(qint64 code);

/// The same, with Never for unknown codes: nobody may repeat what nobody understands.
ErrorClass errorClass(qint64 code);

/// "retry", "later", "never" or "admin".
QString toText(ErrorClass errorClass);

/// "meta:<code>".
QString errorCodeText(qint64 code);

/// Meta's own words about an error, fit for logs and for an agent's eyes: short, without telephone numbers, ids or
/// anything as long as a token (Meta repeats a malformed token in its sentence).
QString safeErrorText(const QString &text);

} // namespace conversure::providers::meta
