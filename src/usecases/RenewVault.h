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

/// What is due after a colleague has gone: the tokens they may have read, and a new data key; for admins.
class RenewVault : public QObject
{
    Q_OBJECT

public:
    explicit RenewVault(const MemberDesk &desk, QObject *parent = nullptr);

    void list();
    /// Gives the vault a new data key, for all who are there now. Nobody forgets a token by it.
    void renewKey(const std::shared_ptr<const vault::DeviceRecord> &admin);

Q_SIGNALS:
    void listed(const QList<conversure::TokenRow> &tokens);
    void listFailed(const conversure::Error &error);
    /// So many people, relays and recovery codes can open the vault from now on, and so many open links lapsed.
    void keyRenewed(int recipients, int lapsedInvitations);
    void failed(const conversure::Error &error); ///< As vault::rotateVault().

private:
    const MemberDesk m_desk;
};

} // namespace conversure::usecases
