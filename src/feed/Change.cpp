// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "feed/Change.h"

#include "feed/RowReader.h"

#include <algorithm>
#include <array>

namespace conversure::feed {

namespace {

using Key = QLatin1StringView;

constexpr std::array goneKinds{Key("conversation"), Key("message"), Key("lead"), Key("read_mark"), Key("template")};
constexpr Key sessionKind("session");

QString kindName(Gone::Kind kind)
{
    return goneKinds.at(static_cast<size_t>(kind));
}

std::optional<Gone::Kind> kindFromName(const QString &name)
{
    const auto found = std::find(goneKinds.begin(), goneKinds.end(), name);
    if (found == goneKinds.end())
        return std::nullopt;
    return static_cast<Gone::Kind>(found - goneKinds.begin());
}

/// 64-bit numbers travel as text in cursors, since JSON numbers lose digits in many a reader on the way.
std::optional<quint64> bigNumber(const QJsonValue &value)
{
    if (value.isDouble()) {
        const qint64 number = value.toInteger(-1);
        return number < 0 ? std::nullopt : std::optional(static_cast<quint64>(number));
    }
    const QString text = value.toString();
    const bool digits = std::all_of(text.begin(), text.end(), [](QChar c) { return c >= u'0' && c <= u'9'; });
    bool fits = false;
    const quint64 number = text.toULongLong(&fits);
    return digits && fits ? std::optional(number) : std::nullopt;
}

ConversationRow conversationFrom(RowReader &row)
{
    ConversationRow out;
    out.leadId = LeadId(row.id(Key("lead_id")));
    out.numberId = NumberId(row.id(Key("number_id")));
    out.assigneeId = UserId(row.idOrNull(Key("assignee_id")));
    out.teamId = TeamId(row.idOrNull(Key("team_id")));
    out.status = row.text(Key("status"));
    out.leadName = row.text(Key("lead_name"));
    out.numberLabel = row.textOrNull(Key("number_label"));
    out.inboundSeq = row.count(Key("inbound_seq"));
    out.lastMessageAt = row.time(Key("last_message_at"));
    out.lastInboundAt = row.timeOrNull(Key("last_inbound_at"));
    out.lastPreview = row.textOrNull(Key("last_preview"));
    out.lastDirection = row.word(Key("last_direction"), directionFromText);
    // A newer store may know kinds of content that this client does not: they are shown as unsupported, not refused.
    out.lastContentType = contentTypeFromText(row.text(Key("last_content_type"))).value_or(ContentType::Unsupported);
    out.lastStatus = row.word(Key("last_status"), messageStatusFromText);
    out.provider = row.textOrNull(Key("provider"));
    out.accountId = row.textOrNull(Key("account_id"));
    out.hasWindow = row.flag(Key("has_window"));
    out.windowUntil = row.timeOrNull(Key("window_until"));
    out.optedOut = row.textOrNull(Key("opted_out"));
    out.marketingAfter = row.timeOrNull(Key("marketing_after"));
    return out;
}

MessageRow messageFrom(RowReader &row)
{
    MessageRow out;
    out.conversationId = ConversationId(row.id(Key("conversation_id")));
    out.direction = row.word(Key("direction"), directionFromText);
    out.status = row.word(Key("status"), messageStatusFromText);
    const QString contentType = row.text(Key("content_type"));
    out.contentType = contentTypeFromText(contentType).value_or(ContentType::Unsupported);
    out.text = row.textOrNull(Key("text"));
    out.authorId = UserId(row.idOrNull(Key("author_id")));
    out.authorName = row.textOrNull(Key("author_name"));
    out.sortAt = row.time(Key("sort_at"));
    out.originalType = row.textOrNull(Key("original_type"));
    if (out.originalType.isEmpty() && !contentTypeFromText(contentType))
        out.originalType = contentType;
    out.errorCode = row.textOrNull(Key("error_code"));
    out.errorDetail = row.objectOrNull(Key("error_detail"));
    out.templateName = row.textOrNull(Key("template"));
    out.sentTwice = row.flag(Key("sent_twice"));
    return out;
}

LeadRow leadFrom(RowReader &row)
{
    LeadRow out;
    out.name = row.textOrNull(Key("name"));
    out.maskedPhone = row.textOrNull(Key("masked_phone"));
    out.status = row.textOrNull(Key("status"));
    out.language = row.textOrNull(Key("language"));
    out.source = row.textOrNull(Key("source"));
    out.budget = row.textOrNull(Key("budget"));
    out.propertyType = row.textOrNull(Key("property_type"));
    out.location = row.textOrNull(Key("location"));
    out.bedrooms = row.textOrNull(Key("bedrooms"));
    return out;
}

TemplateRow templateFrom(RowReader &row)
{
    TemplateRow out;
    out.provider = row.text(Key("provider"));
    out.accountId = row.textOrNull(Key("account_id"));
    out.name = row.text(Key("name"));
    out.language = row.text(Key("language"));
    out.category = row.textOrNull(Key("category"));
    out.status = row.text(Key("status"));
    out.components = row.listOrNull(Key("components"));
    out.parameterFormat = row.textOrNull(Key("parameter_format"));
    out.quality = row.textOrNull(Key("quality"));
    out.rejectedReason = row.textOrNull(Key("rejected_reason"));
    return out;
}

template <class Row, class Id>
Change stamped(Row row, Id Row::*idMember, QUuid id, qint64 rev)
{
    row.*idMember = Id(id);
    row.rev = rev;
    return row;
}

Change rowChange(Gone::Kind kind, QUuid id, qint64 rev, RowReader &row)
{
    switch (kind) {
    case Gone::Kind::Conversation:
        return stamped(conversationFrom(row), &ConversationRow::id, id, rev);
    case Gone::Kind::Message:
        return stamped(messageFrom(row), &MessageRow::id, id, rev);
    case Gone::Kind::Lead:
        return stamped(leadFrom(row), &LeadRow::id, id, rev);
    case Gone::Kind::Template:
        return stamped(templateFrom(row), &TemplateRow::id, id, rev);
    case Gone::Kind::ReadMark:
        break;
    }
    return ReadMarkRow{ConversationId(id), rev, row.count(Key("read_seq"))};
}

Result<std::optional<Change>> sessionFromJson(RowReader &outer)
{
    RowReader row = outer.member(Key("row"));
    const SessionNews news{row.text(Key("what"))};
    outer.absorb(row);
    if (outer.failed())
        return outer.error();
    return Change(news);
}

QJsonValue orNull(const QString &text)
{
    return text.isEmpty() ? QJsonValue() : QJsonValue(text);
}

QJsonValue orNull(Microseconds time)
{
    return time == 0 ? QJsonValue() : QJsonValue(time);
}

template <class IdType>
QJsonValue orNull(const IdType &id)
{
    return id.isNull() ? QJsonValue() : QJsonValue(id.text());
}

QJsonObject rowJson(const ConversationRow &row)
{
    return {{Key("lead_id"), row.leadId.text()}, {Key("number_id"), row.numberId.text()},
        {Key("assignee_id"), orNull(row.assigneeId)}, {Key("team_id"), orNull(row.teamId)}, {Key("status"), row.status},
        {Key("lead_name"), row.leadName}, {Key("number_label"), row.numberLabel}, {Key("inbound_seq"), row.inboundSeq},
        {Key("last_message_at"), row.lastMessageAt}, {Key("last_inbound_at"), orNull(row.lastInboundAt)},
        {Key("last_preview"), row.lastPreview}, {Key("last_direction"), toText(row.lastDirection)},
        {Key("last_content_type"), toText(row.lastContentType)}, {Key("last_status"), toText(row.lastStatus)},
        {Key("provider"), row.provider}, {Key("account_id"), row.accountId}, {Key("has_window"), row.hasWindow},
        {Key("window_until"), orNull(row.windowUntil)}, {Key("opted_out"), orNull(row.optedOut)},
        {Key("marketing_after"), orNull(row.marketingAfter)}};
}

QJsonObject rowJson(const MessageRow &row)
{
    return {{Key("conversation_id"), row.conversationId.text()}, {Key("direction"), toText(row.direction)},
        {Key("status"), toText(row.status)}, {Key("content_type"), toText(row.contentType)}, {Key("text"), row.text},
        {Key("author_id"), orNull(row.authorId)}, {Key("author_name"), orNull(row.authorName)},
        {Key("sort_at"), row.sortAt}, {Key("original_type"), orNull(row.originalType)},
        {Key("error_code"), orNull(row.errorCode)},
        {Key("error_detail"), row.errorDetail.isEmpty() ? QJsonValue() : QJsonValue(row.errorDetail)},
        {Key("template"), orNull(row.templateName)}, {Key("sent_twice"), row.sentTwice}};
}

QJsonObject rowJson(const LeadRow &row)
{
    return {{Key("name"), orNull(row.name)}, {Key("masked_phone"), orNull(row.maskedPhone)},
        {Key("status"), orNull(row.status)}, {Key("language"), orNull(row.language)},
        {Key("source"), orNull(row.source)}, {Key("budget"), orNull(row.budget)},
        {Key("property_type"), orNull(row.propertyType)}, {Key("location"), orNull(row.location)},
        {Key("bedrooms"), orNull(row.bedrooms)}};
}

QJsonObject rowJson(const TemplateRow &row)
{
    return {{Key("provider"), row.provider}, {Key("account_id"), row.accountId}, {Key("name"), row.name},
        {Key("language"), row.language}, {Key("category"), row.category}, {Key("status"), row.status},
        {Key("components"), row.components}, {Key("parameter_format"), row.parameterFormat},
        {Key("quality"), row.quality}, {Key("rejected_reason"), row.rejectedReason}};
}

QJsonObject envelope(const QString &kind, QUuid id, qint64 rev, Key member, const QJsonValue &value)
{
    return {{Key("kind"), kind}, {Key("id"), id.toString(QUuid::WithoutBraces)}, {Key("rev"), rev}, {member, value}};
}

struct JsonWriter {
    QJsonObject operator()(const ConversationRow &row) const
    {
        return envelope(kindName(Gone::Kind::Conversation), row.id.value, row.rev, Key("row"), rowJson(row));
    }
    QJsonObject operator()(const MessageRow &row) const
    {
        return envelope(kindName(Gone::Kind::Message), row.id.value, row.rev, Key("row"), rowJson(row));
    }
    QJsonObject operator()(const LeadRow &row) const
    {
        return envelope(kindName(Gone::Kind::Lead), row.id.value, row.rev, Key("row"), rowJson(row));
    }
    QJsonObject operator()(const ReadMarkRow &row) const
    {
        return envelope(kindName(Gone::Kind::ReadMark), row.conversationId.value, row.rev, Key("row"),
            QJsonObject{{Key("read_seq"), row.readSeq}});
    }
    QJsonObject operator()(const TemplateRow &row) const
    {
        return envelope(kindName(Gone::Kind::Template), row.id.value, row.rev, Key("row"), rowJson(row));
    }
    QJsonObject operator()(const Gone &gone) const
    {
        return envelope(kindName(gone.kind), gone.id, gone.rev, Key("gone"), true);
    }
    QJsonObject operator()(const SessionNews &news) const
    {
        return {{Key("kind"), sessionKind}, {Key("row"), QJsonObject{{Key("what"), news.what}}}};
    }
};

} // namespace

QJsonObject toJson(const Cursor &cursor)
{
    return {{Key("epoch"), cursor.epoch}, {Key("xid"), QString::number(cursor.xid)},
        {Key("seq"), QString::number(cursor.seq)}};
}

std::optional<Cursor> cursorFromJson(const QJsonValue &value)
{
    const QJsonValue epoch = value[Key("epoch")];
    const std::optional<quint64> xid = bigNumber(value[Key("xid")]);
    const std::optional<quint64> seq = bigNumber(value[Key("seq")]);
    if (!epoch.isString() || !xid || !seq || *seq > static_cast<quint64>(std::numeric_limits<qint64>::max()))
        return std::nullopt;
    return Cursor{epoch.toString(), *xid, static_cast<qint64>(*seq)};
}

Result<std::optional<Change>> changeFromJson(const QJsonObject &object)
{
    RowReader outer(object, {});
    const QString name = outer.text(Key("kind"));
    if (outer.failed())
        return outer.error();
    if (name == sessionKind)
        return sessionFromJson(outer);
    const std::optional<Gone::Kind> kind = kindFromName(name);
    if (!kind)
        return std::optional<Change>();

    const QUuid id = outer.id(Key("id"));
    const qint64 rev = outer.count(Key("rev"));
    Change change = Gone{*kind, id, rev};
    if (!outer.flag(Key("gone"))) {
        RowReader row = outer.member(Key("row"));
        change = rowChange(*kind, id, rev, row);
        outer.absorb(row);
    }
    if (outer.failed())
        return outer.error();
    return change;
}

QJsonObject toJson(const Change &change)
{
    return std::visit(JsonWriter{}, change);
}

} // namespace conversure::feed
