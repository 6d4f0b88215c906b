// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/meta/Replies.h"

#include "wire/JsonReader.h"

#include <QJsonArray>

#include <algorithm>

namespace conversure::providers::meta {

namespace {

using wire::JsonReader;

constexpr int requestTimeout = 408;
constexpr int tooManyRequests = 429;
constexpr int serverFault = 500;
constexpr int longestWait = 7 * 24 * 60 * 60; // a Retry-After beyond that is a mistake
constexpr qsizetype maxWordLength = 64;
constexpr qsizetype maxNameLength = 512;

void insertText(QJsonObject &detail, const QString &key, const QString &text)
{
    if (!text.isEmpty())
        detail.insert(key, text);
}

bool isSuccess(int status)
{
    return status >= 200 && status < 300;
}

/// Seconds only: dates are allowed there too, but need a clock, which a translator has not.
int retryAfter(const wire::HttpResponse &response)
{
    bool isNumber = false;
    const int seconds = wire::headerValue(response.headers, "Retry-After").trimmed().toInt(&isNumber);
    return isNumber ? std::clamp(seconds, 0, longestWait) : 0;
}

void insertWait(QJsonObject &detail, int seconds)
{
    if (seconds > 0)
        detail.insert(QStringLiteral("retry_after"), seconds);
}

ErrorFacts factsOf(const JsonReader &error, qint64 code, int status)
{
    if (const auto known = knownError(code))
        return *known;
    if (status == tooManyRequests)
        return {SendErrorClass::PaceLimited, 0, 0, true};
    const bool passes = error[QStringLiteral("is_transient")].value().toBool();
    return {passes ? SendErrorClass::ProviderDown : SendErrorClass::Unknown, 0, 0, false};
}

/// Whether a fault of the server with this code may have come after it had taken the message over.
bool mayHideSuccess(SendErrorClass errorClass)
{
    return errorClass == SendErrorClass::ProviderDown || errorClass == SendErrorClass::Unknown;
}

/// Meta says no with an envelope whatever the HTTP status; only a server fault with a code that says no more than that
/// leaves open what happened before it. Too fast is the one thing that is over in a moment.
ErrorKind kindOf(const ErrorFacts &facts, int status)
{
    if (status >= serverFault)
        return mayHideSuccess(facts.errorClass) ? ErrorKind::Ambiguous : ErrorKind::Refused;
    const bool tooFast = status == tooManyRequests && mayHideSuccess(facts.errorClass);
    return facts.mayRepeat || tooFast ? ErrorKind::Unavailable : ErrorKind::Refused;
}

QJsonObject detailOf(const JsonReader &error, const ErrorFacts &facts, const wire::HttpResponse &response)
{
    QJsonObject detail{{QStringLiteral("class"), toText(facts.errorClass)}, {QStringLiteral("http"), response.status}};
    const QString details = error[QStringLiteral("error_data")][QStringLiteral("details")].textOr();
    insertText(detail, QStringLiteral("details"), safeErrorText(details));
    insertText(detail, QStringLiteral("fbtrace_id"), error[QStringLiteral("fbtrace_id")].textOr().left(64));
    if (const auto subcode = error[QStringLiteral("error_subcode")].integer())
        detail.insert(QStringLiteral("subcode"), *subcode);
    const int asked = retryAfter(response);
    insertWait(detail, asked == 0 ? facts.waitSeconds : std::max(asked, facts.leastSeconds));
    return detail;
}

tl::unexpected<Error> metaError(const JsonReader &error, qint64 code, const wire::HttpResponse &response)
{
    const ErrorFacts facts = factsOf(error, code, response.status);
    const bool aboutToken = code == 0 || code == 190; // their sentences may repeat the token
    const QString message = aboutToken ? QStringLiteral("the access token is not accepted")
                                       : safeErrorText(error[QStringLiteral("message")].textOr());
    QJsonObject detail = detailOf(error, facts, response);
    if (aboutToken)
        detail.remove(QStringLiteral("details"));
    return failure(kindOf(facts, response.status), errorCodeText(code), message, detail);
}

ErrorKind bareKind(int status)
{
    if (status == tooManyRequests)
        return ErrorKind::Unavailable;
    const bool clientError = status >= 400 && status < serverFault && status != requestTimeout;
    return clientError ? ErrorKind::Refused : ErrorKind::Ambiguous;
}

SendErrorClass bareClass(int status)
{
    if (status == tooManyRequests)
        return SendErrorClass::PaceLimited;
    return status >= serverFault ? SendErrorClass::ProviderDown : SendErrorClass::Unknown;
}

tl::unexpected<Error> bareError(const wire::HttpResponse &response)
{
    const int status = response.status;
    QJsonObject detail{{QStringLiteral("class"), toText(bareClass(status))}, {QStringLiteral("http"), status}};
    insertWait(detail, retryAfter(response));
    return failure(bareKind(status), QStringLiteral("meta:http-%1").arg(status),
        QStringLiteral("an answer of status %1 that is not Meta's").arg(status), detail);
}

/// The error that an answer is; \a body may be unreadable.
tl::unexpected<Error> errorOf(const Result<JsonReader> &body, const wire::HttpResponse &response)
{
    if (!body)
        return bareError(response);
    const JsonReader error = (*body)[QStringLiteral("error")];
    const auto code = error[QStringLiteral("code")].integer();
    return code ? metaError(error, *code, response) : bareError(response);
}

bool hasErrorCode(const JsonReader &body)
{
    return body[QStringLiteral("error")][QStringLiteral("code")].integer().has_value();
}

QString word(const JsonReader &reader, const QString &fallback = {})
{
    const QString text = reader.textOr().left(maxWordLength);
    return text.isEmpty() ? fallback : text;
}

/// Meta writes "NONE" where nothing was rejected.
QString rejectedReason(const JsonReader &object)
{
    const QString reason = word(object[QStringLiteral("rejected_reason")]);
    return reason == QStringLiteral("NONE") ? QString() : reason;
}

std::optional<TemplateRow> readTemplate(const JsonReader &object)
{
    TemplateRow row;
    row.provider = QStringLiteral("meta");
    row.name = object[QStringLiteral("name")].textOr();
    row.language = word(object[QStringLiteral("language")]);
    if (row.name.isEmpty() || row.name.size() > maxNameLength || row.language.isEmpty())
        return std::nullopt;
    row.providerTemplateId = object[QStringLiteral("id")].id().value_or(QString()).left(maxWordLength);
    row.category = word(object[QStringLiteral("category")]);
    row.status = word(object[QStringLiteral("status")], QStringLiteral("UNKNOWN"));
    const bool named = object[QStringLiteral("parameter_format")].textOr() == QStringLiteral("NAMED");
    row.parameterFormat = named ? QStringLiteral("NAMED") : QStringLiteral("POSITIONAL");
    row.quality = word(object[QStringLiteral("quality_score")][QStringLiteral("score")], QStringLiteral("UNKNOWN"));
    row.rejectedReason = rejectedReason(object);
    for (const JsonReader &component : object[QStringLiteral("components")].elementsOrNone())
        row.components.append(component.value());
    return row;
}

/// A page that has a next one and does not say which would pass for the last one, and all templates behind it for
/// deleted.
Result<QString> nextPage(const JsonReader &body)
{
    const JsonReader paging = body[QStringLiteral("paging")];
    if (!paging[QStringLiteral("next")].exists())
        return QString();
    const QString after = paging[QStringLiteral("cursors")][QStringLiteral("after")].textOr();
    if (after.isEmpty())
        return failure(ErrorKind::Unavailable, QStringLiteral("meta:paging"),
            QStringLiteral("there is another page of templates, but no cursor to it"));
    return after;
}

} // namespace

Result<SendResult> readSendResponse(const wire::HttpResponse &response)
{
    const auto body = JsonReader::parse(response.body);
    if (!body || hasErrorCode(*body))
        return errorOf(body, response);
    const JsonReader message = (*body)[QStringLiteral("messages")].at(0);
    const auto id = message[QStringLiteral("id")].text();
    if (!isSuccess(response.status) || !id || id->isEmpty())
        return bareError(response);
    return SendResult{*id, word(message[QStringLiteral("message_status")])};
}

Result<TemplatePage> readTemplates(const wire::HttpResponse &response)
{
    const auto body = JsonReader::parse(response.body);
    const auto list = body ? (*body)[QStringLiteral("data")].elements() : tl::unexpected(body.error());
    if (!list || !isSuccess(response.status) || hasErrorCode(*body)) {
        Error error = errorOf(body, response).value();
        if (error.kind == ErrorKind::Ambiguous)
            error.kind = ErrorKind::Unavailable;
        return tl::unexpected(error);
    }
    TemplatePage page;
    for (const JsonReader &object : *list) {
        if (auto row = readTemplate(object))
            page.templates << *row;
    }
    return nextPage(*body).map([&page](const QString &next) {
        page.next = next;
        return page;
    });
}

} // namespace conversure::providers::meta
