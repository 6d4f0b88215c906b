// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/Recording.h"

#include "net/Redaction.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <atomic>

namespace conversure::net {

namespace {

QJsonArray headersJson(const QList<wire::Header> &headers)
{
    QJsonArray out;
    for (const auto &[name, value] : redacted(headers))
        out.append(QJsonArray{QString::fromLatin1(name), QString::fromLatin1(value)});
    return out;
}

QJsonObject requestJson(const wire::HttpRequest &request)
{
    return {{QStringLiteral("method"), QString::fromLatin1(request.method)},
        {QStringLiteral("url"), redacted(request.url)}, {QStringLiteral("headers"), headersJson(request.headers)},
        {QStringLiteral("body"), QString::fromUtf8(redactedBody(request.body))}};
}

QJsonObject answerJson(const Result<wire::HttpResponse> &result)
{
    if (!result)
        return {{QStringLiteral("error"), result.error().code}};
    return {{QStringLiteral("status"), result->status}, {QStringLiteral("headers"), headersJson(result->headers)},
        {QStringLiteral("body"), QString::fromUtf8(redactedBody(result->body))}};
}

QString nextName(const QString &folder)
{
    static std::atomic<int> counter = 0;
    const QString time = QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-hhmmss-zzz"));
    return QStringLiteral("%1/%2-%3.json").arg(folder, time).arg(++counter, 4, 10, QLatin1Char('0'));
}

} // namespace

void recordExchange(const QString &folder, const wire::HttpRequest &request, const Result<wire::HttpResponse> &result)
{
    const QJsonObject exchange{
        {QStringLiteral("request"), requestJson(request)}, {QStringLiteral("answer"), answerJson(result)}};
    QFile file(nextName(folder));
    const bool ready = QDir().mkpath(folder) && file.open(QIODevice::WriteOnly | QIODevice::NewOnly)
        && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    if (!ready || file.write(QJsonDocument(exchange).toJson()) < 0)
        qWarning("cannot record the exchange in %s", qPrintable(file.fileName()));
}

} // namespace conversure::net
