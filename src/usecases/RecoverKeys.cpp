// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "usecases/RecoverKeys.h"

#include "usecases/VaultWork.h"
#include "vault/Recover.h"

namespace conversure::usecases {

RecoverKeys::RecoverKeys(const MemberDesk &desk, QObject *parent)
    : QObject(parent)
    , m_desk(desk)
{
}

void RecoverKeys::run(const std::shared_ptr<const vault::DeviceRecord> &admin, const QString &code)
{
    m_desk.worker.run(
        this,
        [desk = m_desk, admin, code](store::Connection &db) -> Result<vault::Pins> {
            const auto typed = vault::RecoveryCode::parse(code);
            if (!typed)
                return failure(
                    ErrorKind::Invalid, QStringLiteral("recovery:format"), QStringLiteral("not a recovery code"));
            return workAtVault(
                desk, *admin, db, [&typed](const vault::VaultDesk &at) { return vault::recover(at, *typed); });
        },
        [this](const Result<vault::Pins> &done) {
            if (done)
                Q_EMIT recovered();
            else
                Q_EMIT failed(done.error());
        });
}

} // namespace conversure::usecases
