// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QString>

#include <tl/expected.hpp>

namespace conversure {

/// What kind of failure it is; decides what a caller does next. The exact reason is `Error::code`.
enum class ErrorKind {
    Invalid, ///< The input itself is wrong; the same call can never succeed.
    Refused, ///< A rule of the store or of a provider said no.
    NotFound,
    SignedOut, ///< The session is over: back to the sign-in page.
    Unavailable, ///< The other side cannot be reached or is busy; waiting may help.
    Ambiguous, ///< The request may have been carried out; nobody knows. Never repeat it blindly.
    Internal, ///< A broken promise of our own.
};

/// A failure as a value. Never carries a secret or the text of a message.
struct Error {
    ErrorKind kind = ErrorKind::Internal;
    QString code; ///< Stable and machine-readable: an SQLSTATE ("CV010"), "meta:131047", "net:timeout", …
    QString message; ///< For logs and developers, English. People see a sentence made from code and detail.
    QJsonObject detail; ///< Figures that the sentence needs, for example {"limit":20,"used":20}.
};

/// A value or an Error (tl::expected: std::expected arrives with C++23, and its reference implementation is kept well).
template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(ErrorKind kind, QString code, QString message, QJsonObject detail = {})
{
    return tl::unexpected<Error>(Error{kind, std::move(code), std::move(message), std::move(detail)});
}

} // namespace conversure

/// Leaves the function with the error of \a expression if it failed.
#define CONVERSURE_TRY(expression)                                                                                     \
    if (auto &&conversureOutcome = (expression); !conversureOutcome)                                                   \
    return tl::unexpected<conversure::Error>(conversureOutcome.error())
