// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/StoreRelays.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace conversure::vault {

namespace {

QByteArray bytesAt(const QJsonValue &object, const char *field)
{
    return QByteArray::fromBase64(object[QLatin1StringView(field)].toString().toLatin1());
}

} // namespace

Result<StoreRelays> storeRelays(const VaultDesk &desk)
{
    const auto vault = desk.open();
    CONVERSURE_TRY(vault);
    const auto members = desk.members(*vault);
    CONVERSURE_TRY(members);
    const auto rows = desk.device.call(QLatin1StringView("api.relays"));
    CONVERSURE_TRY(rows);
    StoreRelays seen{{}, vault->pins};
    const QJsonArray relays = QJsonDocument::fromJson(rows->raw(0, 0)).array();
    for (const QJsonValue &row : relays) {
        StoreRelay relay{QUuid::fromString(row[QStringLiteral("relay_id")].toString()),
            row[QStringLiteral("name")].toString(), bytesAt(row, "box_public"), bytesAt(row, "sign_public"), false};
        const auto known = members->chain.verify({KeyHolder::Kind::Relay, relay.id});
        relay.isAuthorized = known && known->boxPublic() == relay.boxPublic && known->signPublic() == relay.signPublic;
        seen.relays.append(relay);
    }
    return seen;
}

} // namespace conversure::vault
