// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "usecases/ManageRelays.h"

#include "usecases/VaultWork.h"
#include "vault/Base32.h"
#include "vault/ConfirmMembers.h"
#include "vault/Signing.h"
#include "vault/StoreRelays.h"

namespace conversure::usecases {

namespace {

constexpr qsizetype fingerprintSize = 20;

QList<RelayRow> rowsOf(const vault::StoreRelays &seen)
{
    QList<RelayRow> rows;
    for (const vault::StoreRelay &relay : seen.relays)
        rows << RelayRow{
            relay.id, relay.name, vault::fingerprintOf(relay.boxPublic, relay.signPublic), relay.isAuthorized};
    return rows;
}

} // namespace

ManageRelays::ManageRelays(const MemberDesk &desk, QObject *parent)
    : QObject(parent)
    , m_desk(desk)
{
}

void ManageRelays::list(const std::shared_ptr<const vault::DeviceRecord> &admin)
{
    m_desk.worker.run(
        this,
        [desk = m_desk, admin](store::Connection &db) { return workAtVault(desk, *admin, db, vault::storeRelays); },
        [this](const Result<vault::StoreRelays> &seen) {
            if (seen)
                Q_EMIT listed(rowsOf(*seen));
            else
                Q_EMIT listFailed(seen.error());
        });
}

void ManageRelays::authorize(
    const std::shared_ptr<const vault::DeviceRecord> &admin, const QUuid &relay, const QString &fingerprint)
{
    m_desk.worker.run(
        this,
        [desk = m_desk, admin, relay, fingerprint](store::Connection &db) -> Result<vault::Pins> {
            if (!vault::fromBase32(fingerprint, fingerprintSize))
                return failure(ErrorKind::Invalid, QStringLiteral("relay:format"), QStringLiteral("no fingerprint"));
            return workAtVault(desk, *admin, db,
                [&](const vault::VaultDesk &at) { return vault::authorizeRelay(at, relay, fingerprint); });
        },
        [this, relay](const Result<vault::Pins> &done) {
            if (done)
                Q_EMIT authorized(relay);
            else
                Q_EMIT failed(done.error());
        });
}

} // namespace conversure::usecases
