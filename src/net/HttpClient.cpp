// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/HttpClient.h"

#include "net/Exchange.h"
#include "net/OneTimeBody.h"

#include <QNetworkReply>
#include <QNetworkRequest>

namespace conversure::net {

namespace {

// A server may close an idle connection at the moment of the next request, which then ends as Ambiguous. So a
// connection is kept for a burst of messages, not for minutes.
constexpr int idleConnectionSeconds = 10;

bool canBeSent(const wire::HttpRequest &request)
{
    const QString scheme = request.url.scheme();
    const bool http = scheme == QStringLiteral("https") || scheme == QStringLiteral("http");
    return http && request.url.isValid() && !request.url.host().isEmpty() && !request.method.isEmpty();
}

QNetworkRequest networkRequest(const wire::HttpRequest &request)
{
    QNetworkRequest out(request.url);
    for (const auto &[name, value] : request.headers)
        out.setRawHeader(name, value);
    // Credentials go to the host they were meant for: a redirect is an answer, not a journey.
    out.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    out.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    out.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    out.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    out.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    out.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    out.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    out.setAttribute(QNetworkRequest::ConnectionCacheExpiryTimeoutSecondsAttribute, idleConnectionSeconds);
    return out;
}

} // namespace

HttpClient::Options HttpClient::fromEnvironment()
{
    Options options;
    options.recordFolder = qEnvironmentVariable("CONVERSURE_RECORD_HTTP");
    return options;
}

HttpClient::HttpClient(QObject *parent)
    : HttpClient(fromEnvironment(), parent)
{
}

HttpClient::HttpClient(Options options, QObject *parent)
    : QObject(parent)
    , m_options(std::move(options))
{
}

HttpClient::~HttpClient()
{
    // Before the manager goes: a reply that ends with it would still report to its exchange.
    qDeleteAll(findChildren<Exchange *>(Qt::FindDirectChildrenOnly));
}

void HttpClient::send(const wire::HttpRequest &request, QObject *receiver, Done done)
{
    if (!canBeSent(request)) {
        const auto answer = [done = std::move(done)] {
            done(
                failure(ErrorKind::Invalid, QStringLiteral("net:url"), QStringLiteral("not an http or https address")));
        };
        QMetaObject::invokeMethod(receiver, answer, Qt::QueuedConnection);
        return;
    }
    const bool carriesBody = request.method != "GET" && request.method != "HEAD";
    auto *exchange = new Exchange(request, {m_options.timeoutMs, m_options.maxAnswerBytes, m_options.recordFolder},
        {receiver, std::move(done)}, this);
    OneTimeBody *body = carriesBody ? new OneTimeBody(request.body, exchange) : nullptr;
    QNetworkAccessManager &manager = managerOf(request.lane);
    exchange->follow(manager.sendCustomRequest(networkRequest(request), request.method, body), body);
}

QNetworkAccessManager &HttpClient::managerOf(const QByteArray &lane)
{
    auto place = m_placeOf.constFind(lane);
    if (place == m_placeOf.constEnd())
        place = m_placeOf.insert(lane, static_cast<size_t>(m_placeOf.size()) % places);
    QNetworkAccessManager *&manager = m_managers.at(*place);
    if (!manager)
        manager = new QNetworkAccessManager(this);
    return *manager;
}

} // namespace conversure::net
