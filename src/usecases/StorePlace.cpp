// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "usecases/StorePlace.h"

#include <QUrl>
#include <QUrlQuery>

namespace conversure::usecases {

namespace {

const QString doorItem = QStringLiteral("door");

bool isHere(const QString &host)
{
    return host == QStringLiteral("localhost") || host.startsWith(QStringLiteral("127."))
        || host == QStringLiteral("::1");
}

} // namespace

QString storePlace(const QString &text)
{
    const QUrl url(text);
    const QString database = url.path().mid(1);
    if (!url.scheme().startsWith(QStringLiteral("postgres")) || database.isEmpty())
        return {};
    const QUrlQuery query(url);
    QString host = url.host().isEmpty() ? query.queryItemValue(QStringLiteral("host"), QUrl::FullyDecoded) : url.host();
    if (host.isEmpty() || host.startsWith(u'/'))
        host = QStringLiteral("localhost");
    if (host.contains(u':'))
        host = u'[' + host + u']';
    const QString port = url.port() > 0 ? QString::number(url.port()) : query.queryItemValue(QStringLiteral("port"));
    return port.isEmpty() ? host + u'/' + database : host + u':' + port + u'/' + database;
}

QString doorOf(const QString &place, const QString &password)
{
    QUrl url(QStringLiteral("postgresql://conversure_door@") + place);
    if (!password.isEmpty())
        url.setPassword(password, QUrl::DecodedMode);
    if (!isHere(url.host()))
        url.setQuery(QStringLiteral("sslmode=require"));
    return url.toString(QUrl::FullyEncoded);
}

QString linkWithDoor(const QString &link, const QString &doorUrl)
{
    const QString password = QUrl(doorUrl).password(QUrl::FullyDecoded);
    if (password.isEmpty())
        return link;
    QUrl url(link);
    QUrlQuery query(url);
    query.addQueryItem(doorItem, QString::fromLatin1(QUrl::toPercentEncoding(password)));
    url.setQuery(query);
    return url.toString(QUrl::FullyEncoded);
}

QString doorPasswordIn(const QString &link)
{
    QString joined = link; // as it was pasted
    joined.removeIf([](QChar c) { return c.isSpace(); });
    return QUrlQuery(QUrl(joined)).queryItemValue(doorItem, QUrl::FullyDecoded);
}

} // namespace conversure::usecases
