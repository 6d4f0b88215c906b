// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/meta/Webhook.h"

#include "domain/PhoneNumber.h"
#include "providers/meta/Delivery.h"
#include "providers/meta/ErrorCodes.h"
#include "providers/meta/MessageText.h"
#include "wire/JsonReader.h"

#include <QHash>

#include <optional>

namespace conversure::providers::meta {

namespace {

using wire::JsonReader;

constexpr qsizetype maxIdLength = 512; // what an index of the store holds with ease; a wamid has about 60
constexpr qsizetype maxNameLength = 64; // of a type, status or field, which are single words
constexpr qint64 lastSecond = 253402300799; // the end of the year 9999

/// The contacts of one change, to be found by either id: their order says nothing about the messages.
class Contacts
{
public:
    struct Contact {
        QString waId;
        QString userId;
        QString name;
    };

    explicit Contacts(const JsonReader &list)
    {
        for (const JsonReader &reader : list.elementsOrNone()) {
            const Contact contact{
                reader[QStringLiteral("wa_id")].textOr(),
                reader[QStringLiteral("user_id")].textOr(),
                reader[QStringLiteral("profile")][QStringLiteral("name")].textOr(),
            };
            m_byUserId.insert(contact.userId, contact);
            m_byWaId.insert(contact.waId, contact);
        }
    }

    Contact find(const QString &waId, const QString &userId) const
    {
        if (!userId.isEmpty() && m_byUserId.contains(userId))
            return m_byUserId.value(userId);
        return waId.isEmpty() ? Contact() : m_byWaId.value(waId);
    }

private:
    QHash<QString, Contact> m_byUserId;
    QHash<QString, Contact> m_byWaId;
};

QString firstFilled(const QString &a, const QString &b)
{
    return a.isEmpty() ? b : a;
}

/// Strongest first: a business-scoped id stays when the person changes or hides the number. Ids that no person can have
/// are left out.
QList<Identity> identitiesOf(const QString &waId, const QString &userId)
{
    QList<Identity> identities;
    if (!userId.isEmpty() && userId.size() <= maxIdLength)
        identities.append({QStringLiteral("bsuid"), QString(), userId});
    if (const auto phone = PhoneNumber::fromWhatsAppId(waId))
        identities.append({QStringLiteral("phone"), QString(), phone->e164()});
    return identities;
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
        if (*field != QStringLiteral("messages"))
            return ignore(QStringLiteral("field:%1").arg(field->left(maxNameLength)));
        const JsonReader value = change[QStringLiteral("value")];
        if (m_number.isEmpty())
            return unreadable(QStringLiteral("change"), value.path() + QStringLiteral(": names no number"));
        readValue(value);
    }

    void readValue(const JsonReader &value)
    {
        const qsizetype before = m_parsed.events.size();
        m_contacts.emplace(value[QStringLiteral("contacts")]);
        readList(value, QStringLiteral("messages"), &DeliveryReader::readMessage);
        readList(value, QStringLiteral("statuses"), &DeliveryReader::readStatus);
        readList(value, QStringLiteral("errors"), &DeliveryReader::readError);
        if (m_parsed.events.size() == before)
            ignore(QStringLiteral("empty"));
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

    void readMessage(const JsonReader &message)
    {
        const auto id = providerId(message);
        if (!id)
            return unreadable(QStringLiteral("message"), id.error().message);
        if (!message[QStringLiteral("group_id")].textOr().isEmpty())
            return ignore(QStringLiteral("group:%1").arg(nameOrUnknown(message[QStringLiteral("type")])));
        InboundMessage inbound;
        inbound.providerMessageId = *id;
        fillSender(inbound, message);
        if (inbound.identities.isEmpty())
            return unreadable(QStringLiteral("message"), message.path() + QStringLiteral(": names no sender"));
        fillContent(inbound, message);
        inbound.timestamp = timestamp(message);
        add(inbound);
    }

    void fillSender(InboundMessage &inbound, const JsonReader &message) const
    {
        const QString waId = message[QStringLiteral("from")].textOr();
        const QString userId = message[QStringLiteral("from_user_id")].textOr();
        const Contacts::Contact contact = m_contacts->find(waId, userId);
        inbound.identities = identitiesOf(firstFilled(waId, contact.waId), firstFilled(userId, contact.userId));
        inbound.profileName = contact.name;
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
        if (*status == MessageStatus::Failed) {
            const JsonReader error = part[QStringLiteral("errors")].at(0);
            delivery.errorCode = codeOf(error);
            delivery.errorTitle = wordsOf(error);
        }
        add(delivery);
    }

    void readError(const JsonReader &error) { ignore(QStringLiteral("error:%1").arg(codeOf(error))); }

    Parsed m_parsed;
    QString m_number; ///< Of the change at hand.
    std::optional<Contacts> m_contacts; ///< Of the change at hand.
};

} // namespace

Result<Parsed> parseDelivery(const QByteArray &body)
{
    return deliveryEntries(body).map(
        [](const std::vector<JsonReader> &entries) { return DeliveryReader().read(entries); });
}

} // namespace conversure::providers::meta
