// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/Redaction.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUrlQuery>

#include <algorithm>
#include <array>

namespace conversure::net {

namespace {

QString hidden()
{
    return QStringLiteral("REDACTED");
}

QJsonValue redactedValue(const QJsonValue &value)
{
    if (value.isArray()) {
        QJsonArray out;
        for (const QJsonValue &element : value.toArray())
            out.append(redactedValue(element));
        return out;
    }
    if (!value.isObject())
        return value;
    QJsonObject out = value.toObject();
    for (auto it = out.begin(); it != out.end(); ++it)
        it.value() = isSecretName(it.key().toUtf8()) ? QJsonValue(hidden()) : redactedValue(it.value());
    return out;
}

QUrlQuery redactedQuery(const QUrlQuery &query)
{
    QUrlQuery out;
    for (const auto &[name, value] : query.queryItems(QUrl::FullyEncoded)) {
        const bool secret = isSecretName(QByteArray::fromPercentEncoding(name.toLatin1()));
        out.addQueryItem(name, secret ? hidden() : value);
    }
    return out;
}

/// Long, of letters and digits mixed: some services put their key into the path.
bool looksLikeToken(QStringView segment)
{
    const auto isAny = [&](auto test) { return std::any_of(segment.begin(), segment.end(), test); };
    return segment.size() >= 16 && isAny([](QChar c) { return c.isLetter(); })
        && isAny([](QChar c) { return c.isDigit(); });
}

QString redactedPath(const QString &path)
{
    QStringList segments = path.split(u'/');
    for (QString &segment : segments) {
        if (looksLikeToken(segment))
            segment = hidden();
    }
    return segments.join(u'/');
}

bool looksLikeForm(const QByteArray &body)
{
    return body.contains('=') && !body.contains('\n') && !body.contains(' ');
}

} // namespace

bool isSecretName(QByteArrayView name)
{
    static constexpr std::array words{
        "token", "secret", "password", "passwd", "auth", "cookie", "signature", "key", "session"};
    const QByteArray lower = name.toByteArray().toLower();
    return std::any_of(words.begin(), words.end(), [&](const char *word) { return lower.contains(word); });
}

QString redacted(const QUrl &url)
{
    QUrl out = url.adjusted(QUrl::RemoveUserInfo | QUrl::RemoveFragment);
    out.setPath(redactedPath(url.path()));
    if (url.hasQuery())
        out.setQuery(redactedQuery(QUrlQuery(url)));
    return out.toString(QUrl::FullyEncoded);
}

QList<wire::Header> redacted(const QList<wire::Header> &headers)
{
    QList<wire::Header> out = headers;
    for (auto &[name, value] : out) {
        if (isSecretName(name))
            value = hidden().toLatin1();
    }
    return out;
}

QByteArray redactedBody(const QByteArray &body)
{
    const QJsonDocument document = QJsonDocument::fromJson(body);
    if (document.isObject())
        return QJsonDocument(redactedValue(document.object()).toObject()).toJson(QJsonDocument::Compact);
    if (document.isArray())
        return QJsonDocument(redactedValue(document.array()).toArray()).toJson(QJsonDocument::Compact);
    if (looksLikeForm(body))
        return redactedQuery(QUrlQuery(QString::fromUtf8(body))).toString(QUrl::FullyEncoded).toUtf8();
    return body.isEmpty() ? QByteArray() : QByteArray::number(body.size()) + " bytes";
}

} // namespace conversure::net
