// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/AccountRows.h"
#include "domain/Result.h"
#include "usecases/MemberDesk.h"
#include "vault/DeviceRecord.h"

#include <QList>
#include <QObject>

#include <memory>

namespace conversure::usecases {

/// The relays of the store, and which of them receive for the company; for admins.
class ManageRelays : public QObject
{
    Q_OBJECT

public:
    explicit ManageRelays(const MemberDesk &desk, QObject *parent = nullptr);

    void list(const std::shared_ptr<const vault::DeviceRecord> &admin);
    /// Gives \a relay the company's data key. \a fingerprint: as a person brought it from the relay's own computer.
    void authorize(
        const std::shared_ptr<const vault::DeviceRecord> &admin, const QUuid &relay, const QString &fingerprint);

Q_SIGNALS:
    void listed(const QList<conversure::RelayRow> &relays);
    void listFailed(const conversure::Error &error); ///< As vault::storeRelays().
    void authorized(const QUuid &relay);
    /// As vault::authorizeRelay(), and "relay:format": this is no fingerprint at all.
    void failed(const conversure::Error &error);

private:
    const MemberDesk m_desk;
};

} // namespace conversure::usecases
