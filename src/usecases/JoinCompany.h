// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/AccountRows.h"
#include "domain/Result.h"
#include "usecases/Background.h"
#include "vault/AcceptInvitation.h"

#include <QObject>

namespace conversure::usecases {

/// Follows an invitation's link into a company: looks where it leads, and accepts it.
class JoinCompany : public QObject
{
    Q_OBJECT

public:
    /// \a pinsFile: see MemberDesk.
    explicit JoinCompany(QString pinsFile, QObject *parent = nullptr);

    /// \a doorUrl: the link's store as anybody may reach it.
    void lookUp(const QString &doorUrl, const vault::InvitationLink &link);
    void accept(const QString &doorUrl, const vault::InvitationLink &link, const vault::Joining &joining);

Q_SIGNALS:
    void found(const conversure::InvitationFace &face);
    void lookUpFailed(const conversure::Error &error); ///< As vault::readInvitation().
    void accepted(); ///< An account signs in from now on.
    void acceptFailed(const conversure::Error &error); ///< As vault::acceptInvitation().

private:
    const QString m_pinsFile;
    Background m_background;
};

} // namespace conversure::usecases
