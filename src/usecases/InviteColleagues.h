// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/AccountRows.h"
#include "domain/Result.h"
#include "usecases/MemberDesk.h"
#include "vault/DeviceRecord.h"
#include "vault/Invite.h"

#include <QList>
#include <QObject>
#include <QUrl>

#include <memory>

namespace conversure::usecases {

/// Links that let a colleague in, or let one choose a new password; for admins.
class InviteColleagues : public QObject
{
    Q_OBJECT

public:
    explicit InviteColleagues(const MemberDesk &desk, QObject *parent = nullptr);

    /// Who invites; null: nobody is signed in. The links name this \a relay (empty: none) and the store, whose \a door
    /// this computer uses.
    void setInviter(const std::shared_ptr<const vault::DeviceRecord> &record, const QString &door, const QUrl &relay);

    void invite(const vault::Invitee &invitee, int days);
    void inviteReset(UserId person, int days);
    void list();
    void revoke(const QUuid &invitation);

Q_SIGNALS:
    void invited(const QString &link); ///< Shown once, kept nowhere.
    void resetInvited(conversure::UserId person, const QString &link);
    void failed(const conversure::Error &error); ///< As vault::invite().
    void listed(const QList<conversure::InvitationRow> &open);
    void listFailed(const conversure::Error &error);
    void revoked(const QUuid &invitation);
    void revokeFailed(const conversure::Error &error);

private:
    template <class Make, class Done>
    void make(Make how, Done done);

    const MemberDesk m_desk;
    std::shared_ptr<const vault::DeviceRecord> m_record;
    QString m_door;
    QUrl m_relay;
};

} // namespace conversure::usecases
