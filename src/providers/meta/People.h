// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "providers/Provider.h"
#include "wire/JsonReader.h"

#include <QHash>

/// Who is meant in a delivery.
namespace conversure::providers::meta {

constexpr qsizetype maxIdLength = 512; // what an index of the store holds with ease; a wamid has about 60

/// The contacts of one change, to be found by either id: their order says nothing about the messages.
class Contacts
{
public:
    struct Contact {
        QString waId;
        QString userId;
        QString name;
    };

    explicit Contacts(const wire::JsonReader &list);

    Contact find(const QString &waId, const QString &userId) const;

private:
    QHash<QString, Contact> m_byUserId;
    QHash<QString, Contact> m_byWaId;
};

/// A person with everything that a part and its contact say.
struct Sender {
    QList<Identity> identities; ///< Strongest first; empty when nobody is named.
    QString name;
};

/// The person whom \a part names in its members \a waIdKey and \a userIdKey.
Sender senderOf(
    const wire::JsonReader &part, const QString &waIdKey, const QString &userIdKey, const Contacts &contacts);

} // namespace conversure::providers::meta
