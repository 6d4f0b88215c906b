// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/MetaWebhooks.h"

#include "sandbox/JsonText.h"
#include "wire/Signature.h"

#include <QCryptographicHash>

namespace conversure::sandbox {

using namespace Qt::StringLiterals;
using json::array;
using json::object;
using json::Piece;
using json::text;
using json::textOrNone;

namespace {

constexpr qint64 ConversationSeconds = 24 * 60 * 60;

QByteArray delivery(const Piece &entry)
{
    return object({{"object", text(u"whatsapp_business_account")}, {"entry", array({entry})}});
}

QByteArray envelope(
    const Number &number, QStringView field, const Piece &contacts, const char *kind, const Piece &updates)
{
    const Piece metadata = object(
        {{"display_phone_number", text(number.displayPhoneNumber)}, {"phone_number_id", text(number.phoneNumberId)}});
    const Piece value = object({{"messaging_product", text(u"whatsapp")}, {"metadata", metadata},
        {"contacts", contacts}, {kind, array({updates})}});
    const Piece change = object({{"value", value}, {"field", text(field)}});
    return delivery(object({{"id", text(number.wabaId)}, {"changes", array({change})}}));
}

/// What concerns an account has no metadata, but the time at which it happened.
QByteArray accountEnvelope(const TemplateUpdate &update, QStringView field, const QList<json::Member> &news)
{
    QList<json::Member> members = news;
    members << json::Member{"message_template_id", update.id.toLatin1()}
            << json::Member{"message_template_name", text(update.name)}
            << json::Member{"message_template_language", text(update.language)};
    const Piece change = object({{"value", object(members)}, {"field", text(field)}});
    return delivery(
        object({{"id", text(update.wabaId)}, {"time", QByteArray::number(update.time)}, {"changes", array({change})}}));
}

Piece contactOf(const Person &person)
{
    const Piece profile = object({{"name", textOrNone(person.name)}, {"username", textOrNone(person.username)}});
    return array({object({{"profile", profile == "{}" ? Piece() : profile}, {"wa_id", textOrNone(person.waId)},
        {"user_id", textOrNone(person.userId)}})});
}

/// A status is about somebody the business already knows, so Meta leaves the name out.
Piece recipientContact(const StatusUpdate &update)
{
    if (update.status == "failed"_L1)
        return {};
    return array({object({{"wa_id", textOrNone(update.to.waId)}, {"user_id", textOrNone(update.to.userId)}})});
}

Piece seconds(qint64 timestamp)
{
    return text(QString::number(timestamp));
}

Piece errorsOf(const StatusUpdate &update)
{
    if (!update.failure)
        return {};
    const FailureReason &failure = *update.failure;
    const Piece data = object({{"details", text(failure.details.isEmpty() ? failure.title : failure.details)}});
    return array({object({{"code", QByteArray::number(failure.code)}, {"title", text(failure.title)},
        {"message", text(failure.title)}, {"error_data", data},
        {"href", text(u"https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/")}})});
}

/// Made from the message, so that the id is the same in every status of a message.
Piece conversationOf(const Number &number, const StatusUpdate &update)
{
    if (update.status == "failed"_L1)
        return {};
    const QString person = update.to.waId.isEmpty() ? update.to.userId : update.to.waId;
    const QByteArray seed = (number.phoneNumberId + person + update.messageId).toUtf8();
    const QString id = QString::fromLatin1(QCryptographicHash::hash(seed, QCryptographicHash::Md5).toHex());
    const Piece expires = update.status == "sent"_L1 ? seconds(update.timestamp + ConversationSeconds) : Piece();
    return object({{"id", text(id)}, {"expiration_timestamp", expires},
        {"origin", object({{"type", text(update.pricingCategory)}})}});
}

Piece pricingOf(const StatusUpdate &update)
{
    if (update.status == "failed"_L1)
        return {};
    return object({{"billable", "true"}, {"pricing_model", text(u"PMP")}, {"category", text(update.pricingCategory)},
        {"type", text(u"regular")}});
}

} // namespace

QByteArray messageWebhook(const Number &number, const InboundMessage &message)
{
    QList<json::Member> members{{"from", textOrNone(message.from.waId)},
        {"from_user_id", textOrNone(message.from.userId)}, {"id", text(message.id)},
        {"timestamp", seconds(message.timestamp)}};
    QList<QByteArray> names; // json::Member only looks at its name
    for (const QString &key : message.content.keys())
        names << key.toUtf8();
    for (const QByteArray &name : names)
        members << json::Member{name, json::value(message.content.value(QString::fromUtf8(name)))};
    members << json::Member{"type", text(message.type)};
    return envelope(number, u"messages", contactOf(message.from), "messages", object(members));
}

QByteArray statusWebhook(const Number &number, const StatusUpdate &update)
{
    const bool failedByPhone = update.status == "failed"_L1 && !update.to.waId.isEmpty();
    const Piece status = object({{"id", text(update.messageId)}, {"status", text(update.status)},
        {"timestamp", seconds(update.timestamp)}, {"recipient_id", textOrNone(update.to.waId)},
        {"recipient_user_id", failedByPhone ? Piece() : textOrNone(update.to.userId)},
        {"biz_opaque_callback_data", textOrNone(update.callbackData)}, {"conversation", conversationOf(number, update)},
        {"pricing", pricingOf(update)}, {"errors", errorsOf(update)}});
    return envelope(number, u"messages", recipientContact(update), "statuses", status);
}

QByteArray templateStatusWebhook(const TemplateUpdate &update, const QString &event, const QString &reason)
{
    return accountEnvelope(update, u"message_template_status_update",
        {{"event", text(event)}, {"reason", text(reason.isEmpty() ? u"NONE"_s : reason)},
            {"message_template_category", text(update.category)}});
}

QByteArray templateQualityWebhook(const TemplateUpdate &update, const QString &before, const QString &now)
{
    return accountEnvelope(update, u"message_template_quality_update",
        {{"previous_quality_score", text(before)}, {"new_quality_score", text(now)}});
}

QByteArray templateCategoryWebhook(const TemplateUpdate &update, const QString &before, const QString &now)
{
    return accountEnvelope(
        update, u"template_category_update", {{"previous_category", text(before)}, {"new_category", text(now)}});
}

QByteArray preferenceWebhook(const Number &number, const PreferenceUpdate &update)
{
    const Piece preference =
        object({{"wa_id", textOrNone(update.from.waId)}, {"user_id", textOrNone(update.from.userId)},
            {"detail", text(u"User requested to %1 marketing messages"_s.arg(update.value))},
            {"category", text(u"marketing_messages")}, {"value", text(update.value)},
            {"timestamp", QByteArray::number(update.timestamp)}});
    return envelope(number, u"user_preferences", contactOf(update.from), "user_preferences", preference);
}

QByteArray callWebhook(const Number &number, const CallUpdate &update)
{
    const Piece call = object({{"id", text(update.id)}, {"from", textOrNone(update.from.waId)},
        {"from_user_id", textOrNone(update.from.userId)}, {"to", text(number.displayPhoneNumber)},
        {"event", text(u"connect")}, {"timestamp", seconds(update.timestamp)}, {"direction", text(u"USER_INITIATED")}});
    return envelope(number, u"calls", contactOf(update.from), "calls", call);
}

QByteArray signatureOf(const Number &number, const QByteArray &body)
{
    return "sha256=" + wire::hmacSha256(number.appSecret.toUtf8(), body).toHex();
}

} // namespace conversure::sandbox
