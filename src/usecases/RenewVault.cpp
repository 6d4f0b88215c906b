// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "usecases/RenewVault.h"

#include "usecases/VaultWork.h"
#include "vault/ChangeVault.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace conversure::usecases {

namespace {

TokenRow tokenOf(const QJsonValue &value)
{
    TokenRow row{QUuid::fromString(value[QStringLiteral("number_id")].toString()),
        value[QStringLiteral("label")].toString(), value[QStringLiteral("phone")].toString(),
        value[QStringLiteral("provider")].toString(), {}};
    const QJsonArray kinds = value[QStringLiteral("kinds")].toArray();
    for (const QJsonValue &kind : kinds)
        row.kinds << kind.toString();
    return row;
}

Result<QList<TokenRow>> tokensOf(store::Connection &db)
{
    const auto rows = db.call(QLatin1StringView("api.tokens_to_renew"));
    CONVERSURE_TRY(rows);
    QList<TokenRow> tokens;
    const QJsonArray array = QJsonDocument::fromJson(rows->raw(0, 0)).array();
    for (const QJsonValue &value : array)
        tokens << tokenOf(value);
    return tokens;
}

} // namespace

RenewVault::RenewVault(const MemberDesk &desk, QObject *parent)
    : QObject(parent)
    , m_desk(desk)
{
}

void RenewVault::list()
{
    m_desk.worker.run(this, tokensOf, [this](const Result<QList<TokenRow>> &tokens) {
        if (tokens)
            Q_EMIT listed(*tokens);
        else
            Q_EMIT listFailed(tokens.error());
    });
}

void RenewVault::renewKey(const std::shared_ptr<const vault::DeviceRecord> &admin)
{
    m_desk.worker.run(
        this,
        [desk = m_desk, admin](store::Connection &db) { return workAtVault(desk, *admin, db, vault::rotateVault); },
        [this](const Result<vault::Rotation> &done) {
            if (done)
                Q_EMIT keyRenewed(static_cast<int>(done->recipients.size()), done->lapsedInvitations);
            else
                Q_EMIT failed(done.error());
        });
}

} // namespace conversure::usecases
