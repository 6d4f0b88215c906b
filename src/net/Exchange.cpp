// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/Exchange.h"

#include "net/OneTimeBody.h"
#include "net/Recording.h"

namespace conversure::net {

namespace {

constexpr int serviceUnavailable = 503;

tl::unexpected<Error> notSent(const QString &code, const QString &message)
{
    return failure(ErrorKind::Unavailable, code, message);
}

tl::unexpected<Error> maybeSent(const QString &code, const QString &message)
{
    return failure(ErrorKind::Ambiguous, code, message);
}

tl::unexpected<Error> unsent()
{
    return notSent(QStringLiteral("net:unsent"), QStringLiteral("it ended before all of the request had left"));
}

/// Failures that come before the first byte of a request. Qt's own sentences are left out: they may repeat the address,
/// and that may hold a token.
Result<wire::HttpResponse> beforeTheFirstByte(QNetworkReply::NetworkError error)
{
    switch (error) {
    case QNetworkReply::HostNotFoundError:
    case QNetworkReply::ProxyNotFoundError:
        return notSent(QStringLiteral("net:host"), QStringLiteral("the host was not found"));
    case QNetworkReply::SslHandshakeFailedError:
        return notSent(QStringLiteral("net:tls"), QStringLiteral("no trusted TLS connection could be made"));
    case QNetworkReply::ConnectionRefusedError:
        return notSent(QStringLiteral("net:refused"), QStringLiteral("the connection was refused"));
    case QNetworkReply::ProxyConnectionRefusedError:
    case QNetworkReply::ProxyAuthenticationRequiredError:
        return notSent(QStringLiteral("net:refused"), QStringLiteral("the proxy refused the connection"));
    case QNetworkReply::TemporaryNetworkFailureError:
    case QNetworkReply::NetworkSessionFailedError:
    case QNetworkReply::UnknownNetworkError: // "network unreachable" has no error of its own
        return notSent(QStringLiteral("net:refused"), QStringLiteral("the network cannot be reached"));
    default:
        return maybeSent(QStringLiteral("net:lost"), QStringLiteral("the connection ended before an answer"));
    }
}

/// Qt reports statuses from 400 on as errors too; from here they are answers like any other.
bool isAboutStatus(QNetworkReply::NetworkError error)
{
    return error == QNetworkReply::NoError
        || (error > QNetworkReply::UnknownProxyError && error != QNetworkReply::ContentReSendError
            && error != QNetworkReply::ProtocolUnknownError && error != QNetworkReply::ProtocolFailure);
}

} // namespace

Exchange::Exchange(wire::HttpRequest request, Limits limits, Listener listener, QObject *parent)
    : QObject(parent)
    , m_request(std::move(request))
    , m_limits(std::move(limits))
    , m_listener(std::move(listener))
{
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, [this] { giveUp(QStringLiteral("net:timeout")); });
}

Exchange::~Exchange()
{
    if (!m_reply)
        return;
    m_reply->disconnect(this);
    delete m_reply; // before the body, which is a child of this and is still read from
}

void Exchange::follow(QNetworkReply *reply, const OneTimeBody *body)
{
    m_reply = reply;
    m_requestBody = body;
    connect(reply, &QNetworkReply::requestSent, this, [this] { m_requestLeft = true; });
    connect(reply, &QNetworkReply::readyRead, this, &Exchange::takeBytes);
    connect(reply, &QNetworkReply::finished, this, &Exchange::finish);
    m_deadline.start(m_limits.timeoutMs);
}

void Exchange::takeBytes()
{
    m_body += m_reply->readAll();
    if (m_body.size() > m_limits.maxAnswerBytes)
        giveUp(QStringLiteral("net:too-large"));
}

void Exchange::giveUp(const QString &code)
{
    if (m_gaveUp.isEmpty()) {
        m_gaveUp = code;
        m_reply->abort(); // ends in finish()
    }
}

void Exchange::finish()
{
    m_deadline.stop();
    m_reply->disconnect(this);
    if (m_gaveUp.isEmpty())
        m_body += m_reply->readAll();
    const Result<wire::HttpResponse> result = outcome();
    if (!m_limits.recordFolder.isEmpty())
        recordExchange(m_limits.recordFolder, m_request, result);
    const Listener listener = std::move(m_listener);
    deleteLater();
    if (listener.receiver)
        listener.done(result);
}

Result<wire::HttpResponse> Exchange::outcome() const
{
    if (m_gaveUp == QStringLiteral("net:too-large") || m_body.size() > m_limits.maxAnswerBytes)
        return maybeSent(QStringLiteral("net:too-large"), QStringLiteral("the answer was too long"));
    const QVariant status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute);
    const bool began = status.isValid() || m_requestLeft || !m_gaveUp.isEmpty();
    const bool complete = m_gaveUp.isEmpty() && status.isValid() && isAboutStatus(m_reply->error());
    if (complete && !(isHalfSent() && status.toInt() == serviceUnavailable))
        return response();
    if (began && isHalfSent())
        return unsent();
    if (!m_gaveUp.isEmpty())
        return maybeSent(m_gaveUp, QStringLiteral("no complete answer in time"));
    if (began)
        return maybeSent(
            QStringLiteral("net:lost"), QStringLiteral("the connection ended before the answer was complete"));
    const Result<wire::HttpResponse> end = beforeTheFirstByte(m_reply->error());
    // A greeting that was cut off, say: of the request nothing was asked for yet.
    return end.error().kind == ErrorKind::Ambiguous && isHalfSent() ? unsent() : end;
}

/// Part of the body has not even been handed to the connection. Whoever has half a request cannot carry it out.
bool Exchange::isHalfSent() const
{
    return m_requestBody && !m_requestBody->isTaken();
}

wire::HttpResponse Exchange::response() const
{
    wire::HttpResponse out;
    out.status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    for (const auto &[name, value] : m_reply->rawHeaderPairs())
        out.headers.append({name, value});
    out.body = m_body;
    return out;
}

} // namespace conversure::net
