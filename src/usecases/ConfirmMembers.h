// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "usecases/MemberDesk.h"
#include "vault/ConfirmMembers.h"
#include "vault/DeviceRecord.h"

#include <QObject>
#include <QSet>
#include <QTimer>

#include <chrono>
#include <memory>

namespace conversure::usecases {

/// Lets those into the vault whom this admin invited and who have accepted: at once, and then every few seconds for as
/// long as the admin is here, since a new colleague waits with their first message.
class ConfirmMembers : public QObject
{
    Q_OBJECT

public:
    ConfirmMembers(const MemberDesk &desk, std::chrono::milliseconds pause, QObject *parent = nullptr);

    void start(const std::shared_ptr<const vault::DeviceRecord> &admin);
    void stop();

Q_SIGNALS:
    void confirmed(const QString &name);
    /// Somebody's keys were not made by whoever was invited: an attack, or a defect. Said once a member.
    void suspicious(const QString &name);

private:
    void look();
    void take(const Result<vault::Confirmations> &outcome);

    const MemberDesk m_desk;
    std::shared_ptr<const vault::DeviceRecord> m_admin;
    QTimer m_timer;
    QSet<UserId> m_told;
    bool m_looking = false;
};

} // namespace conversure::usecases
