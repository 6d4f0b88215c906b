// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/meta/Provider.h"

#include "providers/meta/Replies.h"
#include "providers/meta/Requests.h"
#include "providers/meta/SettingKeys.h"
#include "providers/meta/Webhook.h"

namespace conversure::providers::meta {

namespace {

ProviderSetting required(const QString &key, const QString &label)
{
    return {.key = key, .label = label, .secret = false, .required = true, .defaultValue = {}};
}

ProviderSetting secret(const QString &key, const QString &label)
{
    return {.key = key, .label = label, .secret = true, .required = true, .defaultValue = {}};
}

ProviderSetting preset(const QString &key, const QString &label, const QString &defaultValue)
{
    return {.key = key, .label = label, .secret = false, .required = false, .defaultValue = defaultValue};
}

ProviderDescription describe()
{
    ProviderDescription description;
    description.id = QStringLiteral("meta");
    description.displayName = QStringLiteral("Meta WhatsApp Cloud API");
    description.numberIdKey = keys::phoneNumberId();
    description.settings = {
        required(keys::phoneNumberId(), QStringLiteral("Phone number ID")),
        required(keys::wabaId(), QStringLiteral("WhatsApp Business account ID")),
        secret(keys::accessToken(), QStringLiteral("Access token")),
        secret(keys::appSecret(), QStringLiteral("App secret")),
        secret(keys::verifyToken(), QStringLiteral("Webhook verify token")),
        preset(keys::apiBaseUrl(), QStringLiteral("API address"), keys::defaultBaseUrl()),
        preset(keys::apiVersion(), QStringLiteral("API version"), keys::defaultVersion()),
    };
    return description;
}

} // namespace

Provider::Provider()
    : m_description(describe())
    , m_capabilities{
          .sends = {ContentType::Text, ContentType::Template},
          .maxTextLength = maxTextLength,
          .serviceWindow = true,
          .deliveryReceipts = true,
          .readReceipts = true,
          .carriesAttemptId = true,
      }
{
}

Result<wire::HttpRequest> Provider::sendRequest(const Settings &settings, const OutboundMessage &message) const
{
    return meta::sendRequest(settings, message);
}

Result<SendResult> Provider::readSendResponse(const wire::HttpResponse &response) const
{
    return meta::readSendResponse(response);
}

Result<wire::HttpRequest> Provider::templatesRequest(const Settings &settings, const QString &after) const
{
    return meta::templatesRequest(settings, after);
}

Result<TemplatePage> Provider::readTemplates(const wire::HttpResponse &response) const
{
    return meta::readTemplates(response);
}

Result<QList<Share>> Provider::splitDelivery(const QByteArray &rawBody) const
{
    return meta::splitDelivery(rawBody);
}

bool Provider::verifySignature(
    const Settings &settings, const QList<wire::Header> &headers, const QByteArray &rawBody) const
{
    return meta::verifySignature(settings.value(keys::appSecret()), headers, rawBody);
}

Result<Parsed> Provider::parseDelivery(const QByteArray &body) const
{
    return meta::parseDelivery(body);
}

std::optional<std::optional<QByteArray>> Provider::answerHandshake(
    const QByteArray &rawQuery, const std::function<bool(const QString &token)> &tokenIsKnown) const
{
    return meta::answerHandshake(rawQuery, tokenIsKnown);
}

} // namespace conversure::providers::meta
