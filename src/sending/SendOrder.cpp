// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sending/SendOrder.h"

#include <QJsonArray>

namespace conversure::sending {

namespace {

std::optional<providers::OutboundTemplate> templateFromJson(const QJsonValue &json)
{
    if (!json.isObject())
        return std::nullopt;
    const auto text = [&json](QLatin1StringView key) { return json[key].toString(); };
    return providers::OutboundTemplate{text(QLatin1StringView("name")), text(QLatin1StringView("language")),
        text(QLatin1StringView("parameter_format")), json[QStringLiteral("components")].toArray(),
        TemplateValues::fromJson(json[QStringLiteral("values")].toObject())};
}

} // namespace

MessageStatus sendStatusFromJson(const QJsonValue &value)
{
    return messageStatusFromText(value.toString()).value_or(MessageStatus::Unconfirmed);
}

bool isSignedOut(const Error &error)
{
    return error.kind == ErrorKind::SignedOut
        || error.code.startsWith(QStringLiteral("28")); // 28xxx: the login is gone
}

SendOrder orderFromJson(const QJsonObject &json)
{
    const QJsonValue identity = json[QStringLiteral("identity")];
    SendOrder order;
    order.state = sendStatusFromJson(json[QStringLiteral("state")]);
    order.leaseMs = json[QStringLiteral("lease_ms")].toInteger();
    order.viaRelay = json[QStringLiteral("via")].toString() == QStringLiteral("relay");
    order.number = NumberId::fromText(json[QStringLiteral("number_id")].toString());
    order.provider = json[QStringLiteral("provider")].toString();
    order.to = {identity[QStringLiteral("kind")].toString(), identity[QStringLiteral("scope")].toString(),
        identity[QStringLiteral("value")].toString()};
    order.contentType =
        contentTypeFromText(json[QStringLiteral("content_type")].toString()).value_or(ContentType::Unsupported);
    order.text = json[QStringLiteral("text")].toString();
    order.tmpl = templateFromJson(json[QStringLiteral("template")]);
    order.change = json[QStringLiteral("message")].toObject();
    return order;
}

} // namespace conversure::sending
