// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "feed/Frames.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace conversure::feed {

namespace {

using Key = QLatin1StringView;

tl::unexpected<Error> badFrame(const QString &message)
{
    return failure(ErrorKind::Invalid, QStringLiteral("feed:frame"), message);
}

QByteArray compact(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QByteArray frame(Key type, Key member, const QJsonValue &value)
{
    return compact({{Key("t"), type}, {member, value}});
}

Result<QJsonObject> objectFrom(const QByteArray &bytes)
{
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(bytes, &problem);
    if (problem.error != QJsonParseError::NoError)
        return badFrame(QStringLiteral("not JSON: ") + problem.errorString());
    if (!document.isObject())
        return badFrame(QStringLiteral("expected an object"));
    return document.object();
}

Result<Cursor> cursorOf(const QJsonObject &object)
{
    const std::optional<Cursor> cursor = cursorFromJson(object.value(Key("cursor")));
    if (!cursor)
        return badFrame(QStringLiteral("cursor: expected a cursor"));
    return *cursor;
}

Result<QList<Change>> changesFrom(const QJsonValue &value)
{
    if (!value.isArray())
        return badFrame(QStringLiteral("changes: expected a list"));
    const QJsonArray elements = value.toArray();
    QList<Change> changes;
    changes.reserve(elements.size());
    for (qsizetype i = 0; i < elements.size(); ++i) {
        if (!elements.at(i).isObject())
            return badFrame(QStringLiteral("changes[%1]: expected an object").arg(i));
        Result<std::optional<Change>> change = changeFromJson(elements.at(i).toObject());
        if (!change)
            return badFrame(QStringLiteral("changes[%1].%2").arg(QString::number(i), change.error().message));
        if (*change)
            changes << **std::move(change);
    }
    return changes;
}

Result<ServerFrame> changesFrame(const QJsonObject &object)
{
    Result<Cursor> cursor = cursorOf(object);
    if (!cursor)
        return tl::unexpected(cursor.error());
    Result<QList<Change>> changes = changesFrom(object.value(Key("changes")));
    if (!changes)
        return tl::unexpected(changes.error());
    return Changes{*std::move(cursor), *std::move(changes)};
}

template <class Frame>
Result<ServerFrame> cursorFrame(const QJsonObject &object)
{
    return cursorOf(object).map([](const Cursor &cursor) { return ServerFrame(Frame{cursor}); });
}

Result<ServerFrame> closedFrame(const QJsonObject &object)
{
    if (!object.value(Key("reason")).isString())
        return badFrame(QStringLiteral("reason: expected text"));
    return Closed{object.value(Key("reason")).toString()};
}

Result<ServerFrame> frameFrom(const QJsonObject &object)
{
    const QString type = object.value(Key("t")).toString();
    if (type == Key("changes"))
        return changesFrame(object);
    if (type == Key("welcome"))
        return cursorFrame<Welcome>(object);
    if (type == Key("resync"))
        return cursorFrame<Resync>(object);
    if (type == Key("closed"))
        return closedFrame(object);
    return badFrame(QStringLiteral("t: expected a known kind of frame"));
}

Result<Hello> helloFrom(const QJsonObject &object)
{
    if (object.value(Key("t")).toString() != Key("hello"))
        return badFrame(QStringLiteral("t: expected hello"));
    if (!object.value(Key("token")).isString())
        return badFrame(QStringLiteral("token: expected text"));
    Hello hello{object.value(Key("token")).toString(), std::nullopt};
    const QJsonValue cursor = object.value(Key("cursor"));
    if (cursor.isUndefined() || cursor.isNull())
        return hello;
    hello.cursor = cursorFromJson(cursor);
    // Resuming "from now" with a cursor nobody could read would skip changes without a word.
    if (!hello.cursor)
        return badFrame(QStringLiteral("cursor: expected a cursor or null"));
    return hello;
}

} // namespace

QByteArray encode(const Hello &hello)
{
    return compact({{Key("t"), Key("hello")}, {Key("token"), hello.token},
        {Key("cursor"), hello.cursor ? QJsonValue(toJson(*hello.cursor)) : QJsonValue()}});
}

Result<Hello> helloFromBytes(const QByteArray &bytes)
{
    return objectFrom(bytes).and_then(helloFrom);
}

Result<ServerFrame> serverFrameFromBytes(const QByteArray &bytes)
{
    return objectFrom(bytes).and_then(frameFrom);
}

QByteArray encode(const Welcome &welcome)
{
    return frame(Key("welcome"), Key("cursor"), toJson(welcome.cursor));
}

QByteArray encode(const Resync &resync)
{
    return frame(Key("resync"), Key("cursor"), toJson(resync.cursor));
}

QByteArray encode(const Closed &closed)
{
    return frame(Key("closed"), Key("reason"), closed.reason);
}

QByteArray encodeChanges(const Cursor &cursor, const QList<QByteArray> &encodedRows)
{
    return QByteArrayLiteral("{\"t\":\"changes\",\"cursor\":") + compact(toJson(cursor))
        + QByteArrayLiteral(",\"changes\":[") + encodedRows.join(',') + QByteArrayLiteral("]}");
}

} // namespace conversure::feed
