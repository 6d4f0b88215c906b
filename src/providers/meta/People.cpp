// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/meta/People.h"

#include "domain/PhoneNumber.h"

namespace conversure::providers::meta {

namespace {

using wire::JsonReader;

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

} // namespace

Contacts::Contacts(const JsonReader &list)
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

Contacts::Contact Contacts::find(const QString &waId, const QString &userId) const
{
    if (!userId.isEmpty() && m_byUserId.contains(userId))
        return m_byUserId.value(userId);
    return waId.isEmpty() ? Contact() : m_byWaId.value(waId);
}

Sender senderOf(const JsonReader &part, const QString &waIdKey, const QString &userIdKey, const Contacts &contacts)
{
    const QString waId = part[waIdKey].textOr();
    const QString userId = part[userIdKey].textOr();
    const Contacts::Contact contact = contacts.find(waId, userId);
    return {identitiesOf(firstFilled(waId, contact.waId), firstFilled(userId, contact.userId)), contact.name};
}

} // namespace conversure::providers::meta
