// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/meta/Delivery.h"

namespace conversure::providers::meta {

namespace {

using wire::JsonReader;

constexpr qsizetype maxIdLength = 64;

QString shortId(const JsonReader &reader)
{
    const QString id = reader.id().value_or(QString());
    return id.size() <= maxIdLength ? id : QString();
}

} // namespace

Result<std::vector<JsonReader>> deliveryEntries(const QByteArray &body)
{
    const auto root = JsonReader::parse(body);
    if (!root)
        return tl::unexpected(root.error());
    const auto entries = (*root)[QStringLiteral("entry")].elements();
    if ((*root)[QStringLiteral("object")].textOr() != QStringLiteral("whatsapp_business_account") || !entries)
        return failure(ErrorKind::Invalid, QStringLiteral("meta:not-a-delivery"),
            QStringLiteral("expected an object whatsapp_business_account with a list of entries"));
    return *entries;
}

QString numberOfChange(const JsonReader &change)
{
    return shortId(change[QStringLiteral("value")][QStringLiteral("metadata")][QStringLiteral("phone_number_id")]);
}

QString accountOfEntry(const JsonReader &entry)
{
    return shortId(entry[QStringLiteral("id")]);
}

} // namespace conversure::providers::meta
