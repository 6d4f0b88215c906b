// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/meta/Webhook.h"

#include "providers/meta/Delivery.h"
#include "providers/meta/ErrorCodes.h"
#include "providers/meta/MessageText.h"
#include "providers/meta/People.h"
#include "providers/meta/TemplateUpdates.h"
#include "wire/JsonReader.h"

#include <QHash>

#include <optional>

namespace conversure::providers::meta {

namespace {

using wire::JsonReader;

constexpr qsizetype maxNameLength = 64; // of a type, status or field, which are single words
constexpr qint64 lastSecond = 253402300799; // the end of the year 9999

QString firstFilled(const QString &a, const QString &b)
{
    return a.isEmpty() ? b : a;
}

std::optional<MessageStatus> statusFromMeta(const QString &name)
{
    static const QHash<QString, MessageStatus> statuses{
        {QStringLiteral("sent"), MessageStatus::Sent},
        {QStringLiteral("delivered"), MessageStatus::Delivered},
        {QStringLiteral("read"), MessageStatus::Read},
        {QStringLiteral("played"), MessageStatus::Read},
        {QStringLiteral("failed"), MessageStatus::Failed},
    };
    const auto it = statuses.constFind(name);
    return it == statuses.constEnd() ? std::nullopt : std::optional(*it);
}

QString nameOrUnknown(const JsonReader &reader)
{
    return firstFilled(reader.textOr().left(maxNameLength), QStringLiteral("unknown"));
}

QString codeOf(const JsonReader &error)
{
    const auto code = error[QStringLiteral("code")].integer();
    return code ? errorCodeText(*code) : QStringLiteral("meta:unknown");
}

/// What Meta says about an error: the details, because the titles are going to be dropped.
QString wordsOf(const JsonReader &error)
{
    const QString details = error[QStringLiteral("error_data")][QStringLiteral("details")].textOr();
    const QString title =
        firstFilled(error[QStringLiteral("title")].textOr(), error[QStringLiteral("message")].textOr());
    return safeErrorText(firstFilled(details, title));
}

/// Whether a person wants no more marketing. Empty for words that nobody knows.
std::optional<bool> stopFromMeta(const QString &value)
{
    if (value == QStringLiteral("stop"))
        return true;
    const bool wants = value == QStringLiteral("resume") || value == QStringLiteral("signup");
    return wants ? std::optional(false) : std::nullopt;
}

void fillFailure(DeliveryStatus &delivery, const JsonReader &error)
{
    delivery.errorCode = codeOf(error);
    delivery.errorTitle = wordsOf(error);
    const auto code = error[QStringLiteral("code")].integer();
    const ErrorFacts facts = code ? errorFacts(*code) : ErrorFacts{};
    delivery.errorClass = facts.errorClass;
    delivery.waitSeconds = facts.waitSeconds;
}

/// Seconds; some senders write milliseconds here. 0 when it cannot be read. A number only, as a share keeps no other.
qint64 timeOfEntry(const JsonReader &entry)
{
    const JsonReader reader = entry[QStringLiteral("time")];
    const qint64 time = reader.value().isDouble() ? reader.integer().value_or(0) : 0;
    const qint64 seconds = time > lastSecond ? time / 1000 : time;
    return seconds > 0 && seconds <= lastSecond ? seconds : 0;
}

/// Walks through one delivery and collects what it says.
class DeliveryReader
{
public:
    Parsed read(const std::vector<JsonReader> &entries)
    {
        for (const JsonReader &entry : entries)
            readEntry(entry);
        return std::move(m_parsed);
    }

private:
    using ReadPart = void (DeliveryReader::*)(const JsonReader &);

    void add(const decltype(Event::content) &content) { m_parsed.events.append({m_number, content}); }
    void ignore(const QString &what) { add(Ignored{what}); }

    void unreadable(const QString &part, const QString &problem)
    {
        ignore(QStringLiteral("unreadable:%1").arg(part));
        m_parsed.problems.append(problem);
    }

    void readEntry(const JsonReader &entry)
    {
        m_number.clear();
        m_account = accountOfEntry(entry);
        m_time = timeOfEntry(entry);
        const auto changes = entry[QStringLiteral("changes")].elements();
        if (!changes)
            return unreadable(QStringLiteral("entry"), changes.error().message);
        if (changes->empty())
            ignore(QStringLiteral("empty"));
        for (const JsonReader &change : *changes)
            readChange(change);
    }

    void readChange(const JsonReader &change)
    {
        m_number = numberOfChange(change);
        const auto field = change[QStringLiteral("field")].text();
        if (!field)
            return unreadable(QStringLiteral("change"), field.error().message);
        const JsonReader value = change[QStringLiteral("value")];
        if (isTemplateField(*field))
            return readTemplateNews(*field, value);
        const ReadPart readValue = readerOf(*field);
        if (!readValue)
            return ignore(QStringLiteral("field:%1").arg(field->left(maxNameLength)));
        if (m_number.isEmpty())
            return unreadable(QStringLiteral("change"), value.path() + QStringLiteral(": names no number"));
        const qsizetype before = m_parsed.events.size();
        m_contacts.emplace(value[QStringLiteral("contacts")]);
        (this->*readValue)(value);
        if (m_parsed.events.size() == before)
            ignore(QStringLiteral("empty"));
    }

    static ReadPart readerOf(const QString &field)
    {
        if (field == QStringLiteral("messages"))
            return &DeliveryReader::readMessages;
        if (field == QStringLiteral("user_preferences"))
            return &DeliveryReader::readPreferences;
        return field == QStringLiteral("calls") ? &DeliveryReader::readCalls : nullptr;
    }

    void readMessages(const JsonReader &value)
    {
        readList(value, QStringLiteral("messages"), &DeliveryReader::readMessage);
        readList(value, QStringLiteral("statuses"), &DeliveryReader::readStatus);
        readList(value, QStringLiteral("errors"), &DeliveryReader::readError);
    }

    void readPreferences(const JsonReader &value)
    {
        readList(value, QStringLiteral("user_preferences"), &DeliveryReader::readPreference);
        readList(value, QStringLiteral("errors"), &DeliveryReader::readError);
    }

    void readCalls(const JsonReader &value)
    {
        readList(value, QStringLiteral("calls"), &DeliveryReader::readCall);
        readList(value, QStringLiteral("statuses"), &DeliveryReader::readCallStatus);
        readList(value, QStringLiteral("errors"), &DeliveryReader::readError);
    }

    void readTemplateNews(const QString &field, const JsonReader &value)
    {
        auto news = templateNewsOf(field, value);
        if (!news || m_account.isEmpty())
            return unreadable(
                QStringLiteral("template"), value.path() + QStringLiteral(": names no template of an account"));
        if (!saysSomething(*news))
            return ignore(QStringLiteral("field:%1").arg(field));
        news->accountId = m_account;
        news->time = m_time;
        add(*news);
    }

    void readList(const JsonReader &value, const QString &key, ReadPart readPart)
    {
        const JsonReader list = value[key];
        if (!list.exists())
            return;
        const auto parts = list.elements();
        if (!parts)
            return unreadable(key, parts.error().message);
        for (const JsonReader &part : *parts)
            (this->*readPart)(part);
    }

    /// The id that everything is recognised by; without one a repeated delivery would be a second message.
    Result<QString> providerId(const JsonReader &part) const
    {
        const JsonReader reader = part[QStringLiteral("id")];
        auto id = reader.text();
        if (id && (id->isEmpty() || id->size() > maxIdLength))
            return failure(
                ErrorKind::Invalid, QStringLiteral("meta:id"), reader.path() + QStringLiteral(": not an id"));
        return id;
    }

    /// 0 when it cannot be read: the part itself is worth more than its time.
    qint64 timestamp(const JsonReader &part)
    {
        const JsonReader reader = part[QStringLiteral("timestamp")];
        const auto seconds = reader.integer();
        if (seconds && *seconds > 0 && *seconds <= lastSecond)
            return *seconds;
        m_parsed.problems.append(
            seconds ? reader.path() + QStringLiteral(": not a time in seconds") : seconds.error().message);
        return 0;
    }

    Sender personOf(const JsonReader &part, const QString &waIdKey, const QString &userIdKey) const
    {
        return senderOf(part, waIdKey, userIdKey, *m_contacts);
    }

    void readMessage(const JsonReader &message)
    {
        const auto id = providerId(message);
        if (!id)
            return unreadable(QStringLiteral("message"), id.error().message);
        if (!message[QStringLiteral("group_id")].textOr().isEmpty())
            return ignore(QStringLiteral("group:%1").arg(nameOrUnknown(message[QStringLiteral("type")])));
        InboundMessage inbound;
        inbound.providerMessageId = *id;
        const Sender sender = personOf(message, QStringLiteral("from"), QStringLiteral("from_user_id"));
        inbound.identities = sender.identities;
        inbound.profileName = sender.name;
        if (inbound.identities.isEmpty())
            return unreadable(QStringLiteral("message"), message.path() + QStringLiteral(": names no sender"));
        fillContent(inbound, message);
        inbound.timestamp = timestamp(message);
        add(inbound);
    }

    void fillContent(InboundMessage &inbound, const JsonReader &message)
    {
        inbound.originalType = nameOrUnknown(message[QStringLiteral("type")]);
        inbound.text = textOfMessage(message, inbound.originalType);
        const bool isText = inbound.originalType == QStringLiteral("text");
        const auto body = message[QStringLiteral("text")][QStringLiteral("body")].text();
        inbound.type = isText && body ? ContentType::Text : ContentType::Unsupported;
        if (isText && !body)
            m_parsed.problems.append(body.error().message);
    }

    void readStatus(const JsonReader &part)
    {
        const auto id = providerId(part);
        if (!id)
            return unreadable(QStringLiteral("status"), id.error().message);
        const QString name = nameOrUnknown(part[QStringLiteral("status")]);
        const auto status = statusFromMeta(name);
        if (!status)
            return ignore(QStringLiteral("status:%1").arg(name));
        DeliveryStatus delivery;
        delivery.providerMessageId = *id;
        delivery.status = *status;
        delivery.timestamp = timestamp(part);
        const QString attempt = part[QStringLiteral("biz_opaque_callback_data")].textOr();
        delivery.attemptId = attempt.size() <= maxIdLength ? attempt : QString();
        if (*status == MessageStatus::Failed)
            fillFailure(delivery, part[QStringLiteral("errors")].at(0));
        add(delivery);
    }

    void readPreference(const JsonReader &part)
    {
        const QString category = nameOrUnknown(part[QStringLiteral("category")]);
        if (category != QStringLiteral("marketing_messages"))
            return ignore(QStringLiteral("preference:%1").arg(category));
        const QString value = nameOrUnknown(part[QStringLiteral("value")]);
        const auto stops = stopFromMeta(value);
        if (!stops)
            return ignore(QStringLiteral("preference:%1").arg(value));
        const Sender person = personOf(part, QStringLiteral("wa_id"), QStringLiteral("user_id"));
        if (person.identities.isEmpty())
            return unreadable(QStringLiteral("preference"), part.path() + QStringLiteral(": names nobody"));
        add(PreferenceChange{person.identities, *stops, timestamp(part)});
    }

    /// A call of the person's opens the window; that it ended, or that we called, says nothing more.
    void readCall(const JsonReader &part)
    {
        const QString event = nameOrUnknown(part[QStringLiteral("event")]);
        const bool ours = part[QStringLiteral("direction")].textOr() == QStringLiteral("BUSINESS_INITIATED");
        const Sender caller = personOf(part, QStringLiteral("from"), QStringLiteral("from_user_id"));
        if (event != QStringLiteral("connect") || ours || caller.identities.isEmpty())
            return ignore(QStringLiteral("call:%1").arg(event));
        if (const qint64 at = timestamp(part); at > 0)
            return add(IncomingCall{caller.identities, caller.name, at});
        ignore(QStringLiteral("call:%1").arg(event));
    }

    void readCallStatus(const JsonReader &part)
    {
        ignore(QStringLiteral("call-status:%1").arg(nameOrUnknown(part[QStringLiteral("status")])));
    }

    void readError(const JsonReader &error) { ignore(QStringLiteral("error:%1").arg(codeOf(error))); }

    Parsed m_parsed;
    QString m_number; ///< Of the change at hand.
    QString m_account; ///< Of the entry at hand.
    qint64 m_time = 0; ///< Of the entry at hand.
    std::optional<Contacts> m_contacts; ///< Of the change at hand.
};

} // namespace

Result<Parsed> parseDelivery(const QByteArray &body)
{
    return deliveryEntries(body).map(
        [](const std::vector<JsonReader> &entries) { return DeliveryReader().read(entries); });
}

} // namespace conversure::providers::meta
