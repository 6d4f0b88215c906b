// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "usecases/ChangePassword.h"

#include "vault/ChangePassword.h"

namespace conversure::usecases {

ChangePassword::ChangePassword(const MemberDesk &desk, QObject *parent)
    : QObject(parent)
    , m_desk(desk)
{
}

void ChangePassword::run(
    const QString &email, const QString &oldPassword, const QString &newPassword, const QByteArray &deviceSecret)
{
    m_desk.worker.run(
        this,
        [this, email, oldPassword, newPassword, deviceSecret](store::Connection &db) {
            return vault::changePassword(
                db, m_desk.library.query(QStringLiteral("member_keys")), email, oldPassword, newPassword, deviceSecret);
        },
        [this](const Result<int> &others) {
            if (others)
                Q_EMIT done(*others);
            else
                Q_EMIT failed(others.error());
        });
}

} // namespace conversure::usecases
