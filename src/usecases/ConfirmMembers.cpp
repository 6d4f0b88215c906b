// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "usecases/ConfirmMembers.h"

#include "domain/Clock.h"
#include "usecases/VaultWork.h"

namespace conversure::usecases {

ConfirmMembers::ConfirmMembers(const MemberDesk &desk, std::chrono::milliseconds pause, QObject *parent)
    : QObject(parent)
    , m_desk(desk)
{
    m_timer.setInterval(pause);
    connect(&m_timer, &QTimer::timeout, this, &ConfirmMembers::look);
}

void ConfirmMembers::start(const std::shared_ptr<const vault::DeviceRecord> &admin)
{
    m_admin = admin;
    m_timer.start();
    look();
}

void ConfirmMembers::stop()
{
    m_timer.stop();
    m_admin.reset();
    m_told.clear();
}

void ConfirmMembers::look()
{
    if (m_looking || !m_admin)
        return;
    m_looking = true;
    m_desk.worker.run(
        this,
        [desk = m_desk, admin = m_admin](store::Connection &db) {
            return workAtVault(desk, *admin, db,
                [](const vault::VaultDesk &at) { return vault::confirmMembers(at, SystemClock().nowMs()); });
        },
        [this, admin = m_admin](const Result<vault::Confirmations> &outcome) {
            m_looking = false;
            if (admin == m_admin)
                take(outcome);
        });
}

/// What fails is tried again at the next turn, or belongs to somebody else.
void ConfirmMembers::take(const Result<vault::Confirmations> &outcome)
{
    if (!outcome)
        return;
    for (const vault::Confirmation &member : outcome->members) {
        if (member.code.isEmpty()) {
            Q_EMIT confirmed(member.name);
        } else if ((member.code == QStringLiteral("invitation:mac")
                       || member.code == QStringLiteral("invitation:signature"))
            && !m_told.contains(member.user)) {
            m_told << member.user;
            Q_EMIT suspicious(member.name);
        }
    }
}

} // namespace conversure::usecases
