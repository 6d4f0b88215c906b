// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/meta/Requests.h"

#include "domain/PhoneNumber.h"
#include "providers/SettingsCheck.h"
#include "providers/meta/SettingKeys.h"
#include "providers/meta/TemplatePayload.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QUrlQuery>

#include <algorithm>

namespace conversure::providers::meta {

namespace {

constexpr int templatesPerPage = 100;
constexpr qsizetype maxCursorLength = 2048;

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

/// The address of an edge of the object whose id the setting \a idKey holds: a number or an account.
Result<QUrl> edgeUrl(const Settings &settings, const QString &idKey, const QString &edge)
{
    QUrl url(settingOr(settings, keys::apiBaseUrl(), keys::defaultBaseUrl()), QUrl::StrictMode);
    if (!isUsableBase(url))
        return unusableSetting(keys::apiBaseUrl(), QStringLiteral("expected an https address"));
    const QString version = settingOr(settings, keys::apiVersion(), keys::defaultVersion());
    if (!isVersion(version))
        return unusableSetting(keys::apiVersion(), QStringLiteral("expected a version such as v23.0"));
    const QString id = settingOr(settings, idKey, {});
    if (!isPathSafe(id))
        return unusableSetting(idKey, QStringLiteral("expected an id"));
    QString path = url.path();
    while (path.endsWith(u'/'))
        path.chop(1);
    url.setPath(QStringLiteral("%1/%2/%3/%4").arg(path, version, id, edge));
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

Result<void> checkText(const QString &text)
{
    if (text.trimmed().isEmpty() || text.size() > maxTextLength)
        return failure(ErrorKind::Invalid, QStringLiteral("provider:text-length"),
            QStringLiteral("text empty or too long"),
            {{QStringLiteral("length"), text.size()}, {QStringLiteral("limit"), maxTextLength}});
    return {};
}

QJsonObject textContent(const QString &text)
{
    const bool hasLink = text.contains(QStringLiteral("https://")) || text.contains(QStringLiteral("http://"));
    return {{QStringLiteral("body"), text}, {QStringLiteral("preview_url"), hasLink}};
}

/// {"type": …} and the member that the type names.
Result<QJsonObject> contentOf(const OutboundMessage &message)
{
    const QString text = QStringLiteral("text");
    const QString tmpl = QStringLiteral("template");
    if (message.type == ContentType::Template && message.tmpl)
        return templatePayload(*message.tmpl).map([&tmpl](const QJsonObject &payload) {
            return QJsonObject{{QStringLiteral("type"), tmpl}, {tmpl, payload}};
        });
    if (message.type != ContentType::Text || message.tmpl)
        return failure(ErrorKind::Invalid, QStringLiteral("provider:content-type"),
            QStringLiteral("only text and templates are sent"));
    return checkText(message.text).map([&] {
        return QJsonObject{{QStringLiteral("type"), text}, {text, textContent(message.text)}};
    });
}

Result<QByteArray> messageBody(const OutboundMessage &message)
{
    if (message.attemptId.isNull())
        return failure(ErrorKind::Invalid, QStringLiteral("provider:attempt"), QStringLiteral("no attempt id"));
    auto body = contentOf(message);
    if (!body)
        return tl::unexpected(body.error());
    body->insert(QStringLiteral("messaging_product"), QStringLiteral("whatsapp"));
    body->insert(QStringLiteral("recipient_type"), QStringLiteral("individual"));
    body->insert(QStringLiteral("biz_opaque_callback_data"), message.attemptId.text());
    return withRecipient(*body, message.to).map([](const QJsonObject &whole) {
        return QJsonDocument(whole).toJson(QJsonDocument::Compact); // members sorted by name, so always the same bytes
    });
}

Result<QUrl> templatesUrl(const Settings &settings, const QString &after)
{
    auto url = edgeUrl(settings, keys::wabaId(), QStringLiteral("message_templates"));
    if (!url)
        return url;
    if (after.size() > maxCursorLength || !isVisibleAscii(after))
        return failure(ErrorKind::Invalid, QStringLiteral("provider:cursor"), QStringLiteral("not a cursor of Meta's"));
    QUrlQuery query;
    query.addQueryItem(QStringLiteral("fields"),
        QStringLiteral("id,name,language,status,category,parameter_format,quality_score,rejected_reason,components"));
    query.addQueryItem(QStringLiteral("limit"), QString::number(templatesPerPage));
    if (!after.isEmpty()) // encoded by hand: QUrlQuery leaves a plus as it is, which the other side reads as a space
        query.addQueryItem(QStringLiteral("after"), QString::fromLatin1(QUrl::toPercentEncoding(after)));
    url->setQuery(query.query(QUrl::FullyEncoded), QUrl::StrictMode);
    return url;
}

} // namespace

Result<wire::HttpRequest> sendRequest(const Settings &settings, const OutboundMessage &message)
{
    const auto url = edgeUrl(settings, keys::phoneNumberId(), QStringLiteral("messages"));
    if (!url)
        return tl::unexpected(url.error());
    const auto authorization = bearer(settings);
    if (!authorization)
        return tl::unexpected(authorization.error());
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

Result<wire::HttpRequest> templatesRequest(const Settings &settings, const QString &after)
{
    const auto url = templatesUrl(settings, after);
    if (!url)
        return tl::unexpected(url.error());
    const auto authorization = bearer(settings);
    if (!authorization)
        return tl::unexpected(authorization.error());
    return wire::HttpRequest{.method = "GET", .url = *url, .headers = {{"Authorization", *authorization}}, .body = {}};
}

} // namespace conversure::providers::meta
