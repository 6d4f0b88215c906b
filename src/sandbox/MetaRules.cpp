// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/MetaRules.h"

#include "sandbox/JsonText.h"
#include "sandbox/MetaShapes.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QUrlQuery>

#include <algorithm>

namespace conversure::sandbox {

using namespace Qt::StringLiterals;
using shape::Violation;

namespace {

constexpr int InvalidParameter = 100;
constexpr int ParameterMissing = 131008;
constexpr int ParameterInvalid = 131009;
constexpr int TokenInvalid = 190;
constexpr int UnknownPath = 2500;
constexpr int UnknownObject = 33; ///< error_subcode beside code 100

struct Target {
    QString object; ///< Id of a number or of an account.
    QString edge; ///< "messages"; empty for the object itself.
};

std::optional<Target> parsePath(const Call &call)
{
    static const QRegularExpression form(u"^/v[0-9]{1,3}\\.[0-9]/([0-9A-Za-z_]+)(?:/([a-z_]+))?$"_s);
    const auto match = form.match(QString::fromUtf8(call.path()));
    if (!match.hasMatch())
        return std::nullopt;
    return Target{match.captured(1), match.captured(2)};
}

QString bearerOf(const Call &call)
{
    const QString header = QString::fromUtf8(wire::headerValue(call.headers, "Authorization"));
    return header.startsWith("Bearer "_L1) ? header.mid(7).trimmed() : QString();
}

bool isKnownToken(const QString &token, const std::vector<Number> &numbers)
{
    return !token.isEmpty() && std::any_of(numbers.begin(), numbers.end(), [&](const Number &number) {
        return number.accessToken == token;
    });
}

Answer unknownObjectAnswer(const QString &id)
{
    return errorAnswer(400, InvalidParameter,
        u"Unsupported request. Object with ID '%1' does not exist, cannot be loaded due to missing permissions, or "
        "does not support this operation"_s.arg(id),
        {}, UnknownObject);
}

Answer parameterAnswer(const QString &path, const QString &details)
{
    return errorAnswer(400, InvalidParameter, u"(#100) Param %1 %2."_s.arg(path, details),
        u"The parameter %1 %2."_s.arg(path, details));
}

Answer violationAnswer(const Violation &violation)
{
    const QString details = u"The parameter %1 %2."_s.arg(violation.path, violation.details);
    switch (violation.kind) {
    case Violation::Kind::Missing:
        return errorAnswer(400, ParameterMissing, u"(#131008) Required parameter is missing"_s, details);
    case Violation::Kind::Unexpected:
        return errorAnswer(400, InvalidParameter, u"(#100) Unexpected key \"%1\"."_s.arg(violation.path), details);
    case Violation::Kind::Bad:
        break;
    }
    return errorAnswer(400, ParameterInvalid, u"(#131009) Parameter value is not valid"_s, details);
}

std::optional<Answer> checkContentType(const Call &call)
{
    const QByteArray type = wire::headerValue(call.headers, "Content-Type").toLower();
    if (type.split(';').constFirst().trimmed() == "application/json")
        return std::nullopt;
    return errorAnswer(400, InvalidParameter, u"(#100) The content type must be application/json"_s,
        u"Unsupported content type \"%1\"."_s.arg(QString::fromUtf8(type)));
}

std::optional<Answer> checkRecipient(const QJsonObject &body)
{
    static const QRegularExpression phone(u"^\\+?[0-9]{5,15}$"_s);
    static const QRegularExpression userId(u"^[A-Z]{2}\\.(ENT\\.)?[A-Za-z0-9]{1,128}$"_s);
    if (!body.contains("to"_L1) && !body.contains("recipient"_L1))
        return parameterAnswer(u"to"_s, u"is required"_s);
    const bool toGroup = body.value("recipient_type"_L1).toString() == "group"_L1;
    const QString to = body.value("to"_L1).toString();
    if (body.contains("to"_L1) && (to.isEmpty() || (!toGroup && !phone.match(to).hasMatch())))
        return parameterAnswer(u"to"_s, u"is not a phone number"_s);
    if (body.contains("recipient"_L1) && !userId.match(body.value("recipient"_L1).toString()).hasMatch())
        return parameterAnswer(u"recipient"_s, u"is not a business-scoped user id"_s);
    return std::nullopt;
}

/// The members beside the payload. Which of them may be there depends on the type: a reaction answers by its own id.
std::optional<Answer> checkCommon(const QJsonObject &body, const QString &type)
{
    const shape::Check context = shape::object({{u"message_id"_s, true, shape::text(6, 512, u"wamid\\..+"_s)}});
    std::vector<shape::Member> members{{u"messaging_product"_s, true, shape::oneOf({u"whatsapp"_s})},
        {u"recipient_type"_s, false, shape::oneOf({u"individual"_s, u"group"_s})},
        {u"to"_s, false, shape::text(1, 256)}, {u"recipient"_s, false, shape::text(1, 200)},
        {u"type"_s, false, shape::anything()}, {u"biz_opaque_callback_data"_s, false, shape::text(0, 512)},
        {type, true, shape::anything()}};
    if (type != "reaction"_L1)
        members.push_back({u"context"_s, false, context});
    const auto violation = shape::object(std::move(members))(body, {});
    if (!violation)
        return std::nullopt;
    if (violation->path == type)
        return violationAnswer(*violation);
    return parameterAnswer(violation->path, violation->details);
}

QString matchableText(const QJsonObject &body, const QString &type)
{
    const QJsonObject payload = body.value(type).toObject();
    for (const auto &key : {"body"_L1, "caption"_L1, "name"_L1, "emoji"_L1}) {
        if (payload.value(key).isString())
            return payload.value(key).toString();
    }
    return payload.value("body"_L1).toObject().value("text"_L1).toString();
}

AcceptedSend accepted(const QString &phoneNumberId, const QJsonObject &body, const QString &type)
{
    AcceptedSend send;
    send.phoneNumberId = phoneNumberId;
    const QString to = body.value("to"_L1).toString();
    send.userId = to.isEmpty() ? body.value("recipient"_L1).toString() : QString(); // the phone number wins
    send.input = to.isEmpty() ? send.userId : to;
    send.waId = to.startsWith(u'+') ? to.mid(1) : to;
    send.type = type;
    send.text = matchableText(body, type);
    send.callbackData = body.value("biz_opaque_callback_data"_L1).toString();
    send.contextId = body.value("context"_L1).toObject().value("message_id"_L1).toString();
    send.content = body.value(type).toObject();
    return send;
}

Outcome judgeReadMark(const QString &phoneNumberId, const QJsonObject &body)
{
    const shape::Check typing = shape::object({{u"type"_s, true, shape::oneOf({u"text"_s})}});
    const auto check = shape::object(
        {{u"messaging_product"_s, true, shape::oneOf({u"whatsapp"_s})}, {u"status"_s, true, shape::oneOf({u"read"_s})},
            {u"message_id"_s, true, shape::text(6, 512, u"wamid\\..+"_s)}, {u"typing_indicator"_s, false, typing}});
    if (const auto violation = check(body, {}))
        return parameterAnswer(violation->path, violation->details);
    return MarkedRead{phoneNumberId, body.value("message_id"_L1).toString(), body.contains("typing_indicator"_L1)};
}

Outcome judgeBody(const QString &phoneNumberId, const QJsonObject &body)
{
    if (!body.contains("messaging_product"_L1))
        return parameterAnswer(u"messaging_product"_s, u"is required"_s);
    if (body.contains("status"_L1))
        return judgeReadMark(phoneNumberId, body);
    if (auto answer = checkRecipient(body))
        return *answer;
    const QString type = body.contains("type"_L1) ? body.value("type"_L1).toString() : u"text"_s;
    if (!sendableTypes().contains(type))
        return parameterAnswer(u"type"_s, u"must be one of {%1}"_s.arg(sendableTypes().join(u", "_s)));
    if (auto answer = checkCommon(body, type))
        return *answer;
    if (const auto violation = payloadShape(type)(body.value(type), type))
        return violationAnswer(*violation);
    return accepted(phoneNumberId, body, type);
}

Outcome judgeSend(const Call &call, const QString &phoneNumberId)
{
    if (auto answer = checkContentType(call))
        return *answer;
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(call.body, &error);
    if (!document.isObject()) {
        return errorAnswer(
            400, InvalidParameter, u"(#100) The request body is not a JSON object"_s, error.errorString());
    }
    return judgeBody(phoneNumberId, document.object());
}

QJsonObject numberFields(const Number &number)
{
    return {{u"id"_s, number.phoneNumberId}, {u"display_phone_number"_s, number.displayPhoneNumber},
        {u"verified_name"_s, number.verifiedName}, {u"quality_rating"_s, u"GREEN"_s},
        {u"code_verification_status"_s, u"VERIFIED"_s}, {u"name_status"_s, u"APPROVED"_s},
        {u"status"_s, u"CONNECTED"_s}, {u"platform_type"_s, u"CLOUD_API"_s},
        {u"throughput"_s, QJsonObject{{u"level"_s, u"STANDARD"_s}}},
        {u"whatsapp_business_manager_messaging_limit"_s, u"TIER_2K"_s}};
}

Answer numberInfo(const Call &call, const Number &number)
{
    const QJsonObject all = numberFields(number);
    const QString asked = QUrlQuery(QString::fromUtf8(call.query())).queryItemValue(u"fields"_s, QUrl::FullyDecoded);
    const QString standard = u"display_phone_number,verified_name,quality_rating,code_verification_status"_s;
    QJsonObject found{{u"id"_s, number.phoneNumberId}};
    for (const QString &field : (asked.isEmpty() ? standard : asked).split(u',', Qt::SkipEmptyParts)) {
        if (!all.contains(field)) {
            return errorAnswer(400, InvalidParameter,
                u"(#100) Tried accessing nonexisting field (%1) on node type (WhatsAppBusinessPhoneNumber)"_s.arg(
                    field));
        }
        found.insert(field, all.value(field));
    }
    return {200, json::value(found)};
}

Answer unsupportedAnswer(const Call &call)
{
    return errorAnswer(
        400, InvalidParameter, u"Unsupported %1 request"_s.arg(QString::fromUtf8(call.method).toLower()));
}

Outcome judgeNumber(const Call &call, const QString &edge, const Number &number)
{
    if (edge == "messages"_L1 && call.method == "POST")
        return judgeSend(call, number.phoneNumberId);
    if (edge.isEmpty() && call.method == "GET")
        return numberInfo(call, number);
    return unsupportedAnswer(call);
}

/// The list's address as the caller reached it.
QString addressOf(const Call &call)
{
    const QString host = QString::fromUtf8(wire::headerValue(call.headers, "Host"));
    return host.isEmpty() ? u"https://graph.facebook.com"_s + QString::fromUtf8(call.path())
                          : u"http://"_s + host + QString::fromUtf8(call.path());
}

Outcome judgeTemplateList(const Call &call, const QString &wabaId)
{
    if (call.method != "GET")
        return unsupportedAnswer(call);
    const QUrlQuery query(QString::fromUtf8(call.query()));
    const auto item = [&query](const QString &key) { return query.queryItemValue(key, QUrl::FullyDecoded); };
    TemplateQuery wanted{wabaId, {}, item(u"status"_s), item(u"category"_s), item(u"language"_s), item(u"name"_s),
        item(u"after"_s), 25, addressOf(call), bearerOf(call)};
    const QString usual = u"name,parameter_format,components,language,status,category,id"_s;
    const QString fields = item(u"fields"_s);
    wanted.fields = (fields.isEmpty() ? usual : fields).split(u',', Qt::SkipEmptyParts);
    if (query.hasQueryItem(u"limit"_s))
        wanted.limit = item(u"limit"_s).toInt();
    if (wanted.limit < 1 || wanted.limit > 1000)
        return parameterAnswer(u"limit"_s, u"must be an integer from 1 to 1000"_s);
    return wanted;
}

bool opensAccount(const QString &token, const QString &wabaId, const std::vector<Number> &numbers)
{
    return std::any_of(numbers.begin(), numbers.end(),
        [&](const Number &number) { return number.wabaId == wabaId && number.accessToken == token; });
}

std::optional<Answer> checkToken(const Call &call, const std::vector<Number> &numbers)
{
    if (QUrlQuery(QString::fromUtf8(call.query())).hasQueryItem(u"access_token"_s)) {
        return errorAnswer(400, InvalidParameter, u"(#100) The access token belongs into the Authorization header"_s);
    }
    const QString token = bearerOf(call);
    if (token.isEmpty())
        return errorAnswer(401, TokenInvalid, u"An access token is required to request this resource."_s);
    if (!isKnownToken(token, numbers))
        return errorAnswer(401, TokenInvalid, u"Invalid OAuth access token - Cannot parse access token"_s);
    return std::nullopt;
}

} // namespace

QByteArray Call::query() const
{
    const qsizetype mark = target.indexOf('?');
    return mark < 0 ? QByteArray() : target.mid(mark + 1);
}

Outcome judge(const Call &call, const std::vector<Number> &numbers)
{
    static const QStringList edges{QString(), u"messages"_s, u"message_templates"_s};
    const auto target = parsePath(call);
    if (!target || !edges.contains(target->edge)) {
        return errorAnswer(404, UnknownPath, u"Unknown path components: %1"_s.arg(QString::fromUtf8(call.path())));
    }
    if (auto answer = checkToken(call, numbers))
        return *answer;
    if (target->edge == "message_templates"_L1 && opensAccount(bearerOf(call), target->object, numbers))
        return judgeTemplateList(call, target->object);
    const Number *number = findNumber(numbers, target->object);
    if (!number || number->accessToken != bearerOf(call)) // Meta does not tell "unknown" from "not yours"
        return unknownObjectAnswer(target->object);
    return judgeNumber(call, target->edge, *number);
}

Answer acceptedAnswer(const AcceptedSend &send, const QString &messageId)
{
    using namespace json;
    const Piece contact =
        object({{"input", text(send.input)}, {"wa_id", textOrNone(send.waId)}, {"user_id", textOrNone(send.userId)}});
    const Piece status = send.type == "template"_L1 ? text(u"accepted") : Piece();
    const Piece message = object({{"id", text(messageId)}, {"message_status", status}});
    return {200,
        object({{"messaging_product", text(u"whatsapp")}, {"contacts", array({contact})},
            {"messages", array({message})}})};
}

Answer successAnswer()
{
    return {200, R"({"success":true})"};
}

Answer errorAnswer(int status, int code, const QString &message, const QString &details, int subcode)
{
    using namespace json;
    const QByteArray digest =
        QCryptographicHash::hash((message + details).toUtf8(), QCryptographicHash::Sha256).toBase64().left(22);
    const Piece data =
        details.isEmpty() ? Piece() : object({{"messaging_product", text(u"whatsapp")}, {"details", text(details)}});
    const Piece error =
        object({{"message", text(message)}, {"type", text(u"OAuthException")}, {"code", QByteArray::number(code)},
            {"error_data", data}, {"error_subcode", subcode == 0 ? Piece() : QByteArray::number(subcode)},
            {"fbtrace_id", text(QString::fromLatin1('A' + digest))}});
    return {status, object({{"error", error}})};
}

QString authorizationState(const Call &call, const std::vector<Number> &numbers)
{
    if (wire::headerValue(call.headers, "Authorization").isNull())
        return u"absent"_s;
    return isKnownToken(bearerOf(call), numbers) ? u"Bearer ok"_s : u"Bearer wrong"_s;
}

QString recordableQuery(const Call &call)
{
    QUrlQuery query(QString::fromUtf8(call.query()));
    if (query.hasQueryItem(u"access_token"_s)) {
        query.removeAllQueryItems(u"access_token"_s);
        query.addQueryItem(u"access_token"_s, u"hidden"_s);
    }
    return query.query();
}

} // namespace conversure::sandbox
