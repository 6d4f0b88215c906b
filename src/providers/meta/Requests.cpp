// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/meta/Requests.h"

#include "domain/PhoneNumber.h"
#include "providers/SettingsCheck.h"
#include "providers/meta/SettingKeys.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>

namespace conversure::providers::meta {

namespace {

QString settingOr(const Settings &settings, const QString &key, const QString &fallback)
{
    const QString value = settings.value(key).trimmed();
    return value.isEmpty() ? fallback : value;
}

bool isLoopback(const QString &host)
{
    static const QRegularExpression ipv4(QStringLiteral("^127(\\.[0-9]{1,3}){3}$"));
    return host == QStringLiteral("localhost") || host == QStringLiteral("::1") || ipv4.match(host).hasMatch();
}

/// Plain http would show the access token to the network, so it is for this machine only.
bool isUsableBase(const QUrl &url)
{
    const bool safe =
        url.scheme() == QStringLiteral("https") || (url.scheme() == QStringLiteral("http") && isLoopback(url.host()));
    return safe && url.isValid() && !url.host().isEmpty() && url.userInfo().isEmpty() && !url.hasQuery()
        && !url.hasFragment();
}

/// Both ids become part of a path, where a slash or dots would lead elsewhere.
bool isPathSafe(const QString &id)
{
    static const QRegularExpression safe(QStringLiteral("^[0-9A-Za-z_-]{1,64}\\z"));
    return safe.match(id).hasMatch();
}

bool isVersion(const QString &version)
{
    static const QRegularExpression shape(QStringLiteral("^v[0-9]{1,3}\\.[0-9]{1,2}\\z"));
    return shape.match(version).hasMatch();
}

bool isVisibleAscii(const QString &text)
{
    return std::all_of(text.begin(), text.end(), [](QChar c) { return c > u' ' && c < u'\x7f'; });
}

Result<QUrl> messagesUrl(const Settings &settings)
{
    QUrl url(settingOr(settings, keys::apiBaseUrl(), keys::defaultBaseUrl()), QUrl::StrictMode);
    if (!isUsableBase(url))
        return unusableSetting(keys::apiBaseUrl(), QStringLiteral("expected an https address"));
    const QString version = settingOr(settings, keys::apiVersion(), keys::defaultVersion());
    if (!isVersion(version))
        return unusableSetting(keys::apiVersion(), QStringLiteral("expected a version such as v23.0"));
    const QString number = settingOr(settings, keys::phoneNumberId(), {});
    if (!isPathSafe(number))
        return unusableSetting(keys::phoneNumberId(), QStringLiteral("expected the number's id"));
    QString path = url.path();
    while (path.endsWith(u'/'))
        path.chop(1);
    url.setPath(QStringLiteral("%1/%2/%3/messages").arg(path, version, number));
    return url;
}

/// A line break in the token would end the header and begin another one.
Result<QByteArray> bearer(const Settings &settings)
{
    const QString token = settingOr(settings, keys::accessToken(), {});
    if (token.isEmpty() || !isVisibleAscii(token))
        return unusableSetting(keys::accessToken(), QStringLiteral("expected a token"));
    return "Bearer " + token.toLatin1();
}

tl::unexpected<Error> unusableRecipient(const QString &kind)
{
    return failure(ErrorKind::Invalid, QStringLiteral("provider:recipient"),
        QStringLiteral("cannot send to this identity of kind %1").arg(kind), {{QStringLiteral("kind"), kind}});
}

/// Adds `to` or, for people without a visible number, `recipient`. Business-scoped ids are opaque: Meta may change
/// their form, so only what no id could hold is refused.
Result<QJsonObject> withRecipient(QJsonObject body, const Identity &to)
{
    if (to.kind == QStringLiteral("bsuid")) {
        if (to.value.isEmpty() || to.value.size() > 200 || !isVisibleAscii(to.value))
            return unusableRecipient(to.kind);
        body.insert(QStringLiteral("recipient"), to.value);
        return body;
    }
    const auto phone = PhoneNumber::fromWhatsAppId(to.value.mid(1));
    if (to.kind != QStringLiteral("phone") || !to.value.startsWith(u'+') || !phone)
        return unusableRecipient(to.kind);
    body.insert(QStringLiteral("to"), phone->digits());
    return body;
}

Result<void> checkMessage(const OutboundMessage &message)
{
    if (message.type != ContentType::Text)
        return failure(
            ErrorKind::Invalid, QStringLiteral("provider:content-type"), QStringLiteral("only text is sent"));
    if (message.attemptId.isNull())
        return failure(ErrorKind::Invalid, QStringLiteral("provider:attempt"), QStringLiteral("no attempt id"));
    if (message.text.trimmed().isEmpty() || message.text.size() > maxTextLength)
        return failure(ErrorKind::Invalid, QStringLiteral("provider:text-length"),
            QStringLiteral("text empty or too long"),
            {{QStringLiteral("length"), message.text.size()}, {QStringLiteral("limit"), maxTextLength}});
    return {};
}

QJsonObject textContent(const QString &text)
{
    const bool hasLink = text.contains(QStringLiteral("https://")) || text.contains(QStringLiteral("http://"));
    return {{QStringLiteral("body"), text}, {QStringLiteral("preview_url"), hasLink}};
}

Result<QByteArray> messageBody(const OutboundMessage &message)
{
    const QJsonObject common{
        {QStringLiteral("messaging_product"), QStringLiteral("whatsapp")},
        {QStringLiteral("recipient_type"), QStringLiteral("individual")},
        {QStringLiteral("type"), QStringLiteral("text")},
        {QStringLiteral("text"), textContent(message.text)},
        {QStringLiteral("biz_opaque_callback_data"), message.attemptId.text()},
    };
    return withRecipient(common, message.to).map([](const QJsonObject &body) {
        return QJsonDocument(body).toJson(QJsonDocument::Compact); // members sorted by name, so always the same bytes
    });
}

} // namespace

Result<wire::HttpRequest> sendRequest(const Settings &settings, const OutboundMessage &message)
{
    const auto url = messagesUrl(settings);
    if (!url)
        return tl::unexpected(url.error());
    const auto authorization = bearer(settings);
    if (!authorization)
        return tl::unexpected(authorization.error());
    if (const auto checked = checkMessage(message); !checked)
        return tl::unexpected(checked.error());
    const auto body = messageBody(message);
    if (!body)
        return tl::unexpected(body.error());
    return wire::HttpRequest{
        .method = "POST",
        .url = *url,
        .headers = {{"Authorization", *authorization}, {"Content-Type", "application/json"}},
        .body = *body,
    };
}

} // namespace conversure::providers::meta
