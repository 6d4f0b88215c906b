// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/meta/Replies.h"

#include "wire/JsonReader.h"

namespace conversure::providers::meta {

namespace {

using wire::JsonReader;

constexpr int requestTimeout = 408;
constexpr int tooManyRequests = 429;

void insertText(QJsonObject &detail, const QString &key, const QString &text)
{
    if (!text.isEmpty())
        detail.insert(key, text);
}

ErrorClass classOf(const JsonReader &error, qint64 code, int status)
{
    if (const auto known = knownErrorClass(code))
        return *known;
    const bool passes = error[QStringLiteral("is_transient")].value().toBool() || status == tooManyRequests;
    return passes ? ErrorClass::Retry : ErrorClass::Never;
}

/// Meta says no with an envelope whatever the HTTP status; only a server fault with a code that nobody knows leaves
/// open what happened before it.
ErrorKind kindOf(ErrorClass errorClass, qint64 code, int status)
{
    if (errorClass == ErrorClass::Retry || status == tooManyRequests)
        return ErrorKind::Unavailable;
    return status >= 500 && !knownErrorClass(code) ? ErrorKind::Ambiguous : ErrorKind::Refused;
}

QJsonObject detailOf(const JsonReader &error, ErrorClass errorClass, int status)
{
    QJsonObject detail{{QStringLiteral("class"), toText(errorClass)}, {QStringLiteral("http"), status}};
    const QString details = error[QStringLiteral("error_data")][QStringLiteral("details")].textOr();
    insertText(detail, QStringLiteral("details"), safeErrorText(details));
    insertText(detail, QStringLiteral("fbtrace_id"), error[QStringLiteral("fbtrace_id")].textOr().left(64));
    if (const auto subcode = error[QStringLiteral("error_subcode")].integer())
        detail.insert(QStringLiteral("subcode"), *subcode);
    return detail;
}

tl::unexpected<Error> metaError(const JsonReader &error, qint64 code, int status)
{
    const ErrorClass errorClass = classOf(error, code, status);
    const bool aboutToken = code == 0 || code == 190; // their sentences may repeat the token
    const QString message = aboutToken ? QStringLiteral("the access token is not accepted")
                                       : safeErrorText(error[QStringLiteral("message")].textOr());
    QJsonObject detail = detailOf(error, errorClass, status);
    if (aboutToken)
        detail.remove(QStringLiteral("details"));
    return failure(kindOf(errorClass, code, status), errorCodeText(code), message, detail);
}

tl::unexpected<Error> bareError(int status)
{
    const bool clientError = status >= 400 && status < 500 && status != requestTimeout;
    ErrorKind kind = clientError ? ErrorKind::Refused : ErrorKind::Ambiguous;
    if (status == tooManyRequests)
        kind = ErrorKind::Unavailable;
    const ErrorClass errorClass = kind == ErrorKind::Unavailable ? ErrorClass::Retry : ErrorClass::Never;
    return failure(kind, QStringLiteral("meta:http-%1").arg(status),
        QStringLiteral("an answer of status %1 that is not Meta's").arg(status),
        {{QStringLiteral("class"), toText(errorClass)}, {QStringLiteral("http"), status}});
}

} // namespace

Result<SendResult> readSendResponse(const wire::HttpResponse &response)
{
    const auto body = JsonReader::parse(response.body);
    if (!body)
        return bareError(response.status);
    const JsonReader error = (*body)[QStringLiteral("error")];
    if (const auto code = error[QStringLiteral("code")].integer())
        return metaError(error, *code, response.status);
    const auto id = (*body)[QStringLiteral("messages")].at(0)[QStringLiteral("id")].text();
    const bool success = response.status >= 200 && response.status < 300;
    if (!success || !id || id->isEmpty())
        return bareError(response.status);
    return SendResult{*id};
}

} // namespace conversure::providers::meta
