// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/ClientStore.h"

#include <QJsonArray>

#include <algorithm>

namespace conversure::store {

namespace {

/// Reads the change in a column, if there is one.
Result<void> takeChange(const Rows &rows, int row, int column, QList<feed::Change> &out)
{
    if (rows.isNull(row, column))
        return {};
    auto change = feed::changeFromJson(rows.object(row, column));
    CONVERSURE_TRY(change);
    if (*change)
        out.append(std::move(**change));
    return {};
}

/// A mark of a conversation that this user never read comes as an object without a rev.
Result<void> takeReadMark(const Rows &rows, int row, int column, QList<feed::Change> &out)
{
    if (rows.isNull(row, column) || rows.object(row, column)[QStringLiteral("rev")].isNull())
        return {};
    return takeChange(rows, row, column, out);
}

/// Of a number or of a user; none: there is no limit.
std::optional<SendQuota> quotaFrom(const QJsonValue &value)
{
    if (!value.isObject())
        return std::nullopt;
    return SendQuota{value[QStringLiteral("limit")].toInteger(), value[QStringLiteral("used")].toInteger(),
        value[QStringLiteral("frees_at")].toInteger()};
}

const ConversationRow *lastConversation(const QList<feed::Change> &changes)
{
    for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
        if (const auto *row = std::get_if<ConversationRow>(&*change))
            return row;
    }
    return nullptr;
}

} // namespace

Result<Page> ClientStore::conversations(Microseconds beforeAt, ConversationId beforeId, int limit)
{
    Page all;
    for (int left = limit; left > 0 && !all.complete; left -= maxPage) {
        auto page = conversationPage(beforeAt, beforeId, std::min(left, maxPage));
        CONVERSURE_TRY(page);
        all.changes += page->changes;
        all.complete = page->complete;
        if (const ConversationRow *last = lastConversation(page->changes)) {
            beforeAt = last->lastMessageAt;
            beforeId = last->id;
        }
    }
    return all;
}

Result<Page> ClientStore::conversationPage(Microseconds beforeAt, ConversationId beforeId, int limit)
{
    const auto rows = m_db.call(QLatin1StringView("api.conversation_page"),
        {beforeAt == 0 ? Param() : param(qint64(beforeAt)), param(beforeId.value), param(qint64(limit))});
    CONVERSURE_TRY(rows);
    Page page;
    for (int row = 0; row < rows->count(); ++row) {
        CONVERSURE_TRY(takeChange(*rows, row, 0, page.changes));
        CONVERSURE_TRY(takeReadMark(*rows, row, 1, page.changes));
    }
    page.complete = rows->count() < limit;
    return page;
}

Result<Page> ClientStore::openConversation(ConversationId conversation, int limit)
{
    const auto head = m_db.run(m_library.query(QStringLiteral("conversation_head")), {param(conversation.value)});
    CONVERSURE_TRY(head);
    if (head->isEmpty())
        return failure(ErrorKind::NotFound, QStringLiteral("CV003"), QStringLiteral("no such conversation"));
    auto page = messagePage(conversation, 0, {}, limit);
    CONVERSURE_TRY(page);
    CONVERSURE_TRY(takeChange(*head, 0, 0, page->changes));
    CONVERSURE_TRY(takeChange(*head, 0, 1, page->changes));
    CONVERSURE_TRY(takeReadMark(*head, 0, 2, page->changes));
    return page;
}

Result<Page> ClientStore::olderMessages(
    ConversationId conversation, Microseconds beforeAt, MessageId beforeId, int limit)
{
    return messagePage(conversation, beforeAt, beforeId, limit);
}

Result<Page> ClientStore::messagePage(ConversationId conversation, Microseconds beforeAt, MessageId beforeId, int limit)
{
    const auto rows = m_db.call(QLatin1StringView("api.message_page"),
        {param(conversation.value), beforeAt == 0 ? Param() : param(qint64(beforeAt)), param(beforeId.value),
            param(qint64(limit))});
    CONVERSURE_TRY(rows);
    Page page;
    for (int row = 0; row < rows->count(); ++row)
        CONVERSURE_TRY(takeChange(*rows, row, 0, page.changes));
    page.complete = rows->count() < limit;
    return page;
}

Result<InboxCounts> ClientStore::counts()
{
    const auto rows = m_db.call(QLatin1StringView("api.inbox_counts"));
    CONVERSURE_TRY(rows);
    const QJsonObject answer = rows->object(0, 0);
    const auto figure = [&](QLatin1StringView name) { return answer[name].toInt(); };
    return InboxCounts{figure(QLatin1StringView("open")), figure(QLatin1StringView("mine")),
        figure(QLatin1StringView("unassigned")), figure(QLatin1StringView("most")), figure(QLatin1StringView("unread")),
        figure(QLatin1StringView("unread_of"))};
}

Result<QList<feed::Change>> ClientStore::templates()
{
    const auto rows = m_db.run(m_library.query(QStringLiteral("templates")));
    CONVERSURE_TRY(rows);
    QList<feed::Change> changes;
    for (int row = 0; row < rows->count(); ++row)
        CONVERSURE_TRY(takeChange(*rows, row, 0, changes));
    return changes;
}

Result<SendLimits> ClientStore::sendLimits(ConversationId conversation)
{
    const auto rows = m_db.call(QLatin1StringView("api.send_limits"), {param(conversation.value)});
    CONVERSURE_TRY(rows);
    const QJsonObject answer = rows->object(0, 0);
    return SendLimits{answer[QStringLiteral("now")].toInteger(), quotaFrom(answer[QStringLiteral("number")]),
        quotaFrom(answer[QStringLiteral("agent")])};
}

Result<void> ClientStore::optOut(ConversationId conversation, const QString &remark)
{
    CONVERSURE_TRY(m_db.call(QLatin1StringView("api.opt_out"), {param(conversation.value), param(remark)}));
    return {};
}

Result<void> ClientStore::liftOptOut(ConversationId conversation, const QString &remark)
{
    CONVERSURE_TRY(m_db.call(QLatin1StringView("api.lift_opt_out"), {param(conversation.value), param(remark)}));
    return {};
}

Result<QList<feed::Change>> ClientStore::sayNotSent(MessageId message)
{
    const auto rows = m_db.call(QLatin1StringView("api.say_not_sent"), {param(message.value)});
    CONVERSURE_TRY(rows);
    QList<feed::Change> changes;
    CONVERSURE_TRY(takeChange(*rows, 0, 0, changes));
    return changes;
}

Result<void> ClientStore::markRead(ConversationId conversation, qint64 readSeq)
{
    CONVERSURE_TRY(m_db.call(QLatin1StringView("api.mark_read"), {param(conversation.value), param(readSeq)}));
    return {};
}

Result<void> ClientStore::signOut()
{
    CONVERSURE_TRY(m_db.call(QLatin1StringView("api.sign_out")));
    return {};
}

Result<feed::Cursor> ClientStore::feedCursor()
{
    const auto rows = m_db.call(QLatin1StringView("api.feed_cursor"));
    CONVERSURE_TRY(rows);
    if (auto cursor = feed::cursorFromJson(rows->object(0, 0)))
        return *cursor;
    return failure(ErrorKind::Internal, QStringLiteral("feed:cursor"), QStringLiteral("the store gave no cursor"));
}

Result<FeedSlice> ClientStore::feedSince(const feed::Cursor &cursor)
{
    const auto rows =
        m_db.call(QLatin1StringView("api.feed_since"), {param(cursor.epoch), QByteArray::number(cursor.xid)});
    CONVERSURE_TRY(rows);
    const QJsonObject answer = rows->object(0, 0);
    const auto place = feed::cursorFromJson(answer[QStringLiteral("cursor")]);
    if (!place)
        return failure(ErrorKind::Internal, QStringLiteral("feed:cursor"), QStringLiteral("the store gave no cursor"));
    FeedSlice slice{*place, {}, answer[QStringLiteral("resync")].toBool()};
    const QJsonArray changes = answer[QStringLiteral("changes")].toArray();
    for (const QJsonValue &value : changes) {
        auto change = feed::changeFromJson(value.toObject());
        CONVERSURE_TRY(change);
        if (*change)
            slice.changes.append(std::move(**change));
    }
    return slice;
}

} // namespace conversure::store
