// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "usecases/InviteColleagues.h"

#include "domain/Clock.h"
#include "usecases/StorePlace.h"
#include "usecases/VaultWork.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace conversure::usecases {

namespace {

constexpr qint64 secondsOfDay = 24 * 60 * 60;

QUuid newId()
{
    const SystemClock clock;
    return IdSource(clock).next();
}

InvitationRow invitationOf(const QJsonValue &value)
{
    return {QUuid::fromString(value[QStringLiteral("invitation_id")].toString()),
        value[QStringLiteral("kind")].toString() == QStringLiteral("reset"), value[QStringLiteral("name")].toString(),
        value[QStringLiteral("email")].toString(), value[QStringLiteral("role")].toString(), QString(),
        value[QStringLiteral("expires_at")].toInteger()};
}

Result<QList<InvitationRow>> openInvitations(store::Connection &db)
{
    const auto rows = db.call(QLatin1StringView("api.invitations"));
    CONVERSURE_TRY(rows);
    QList<InvitationRow> open;
    const QJsonArray array = QJsonDocument::fromJson(rows->raw(0, 0)).array();
    for (const QJsonValue &value : array) {
        if (value[QStringLiteral("state")].toString() == QStringLiteral("open"))
            open << invitationOf(value);
    }
    return open;
}

} // namespace

InviteColleagues::InviteColleagues(const MemberDesk &desk, QObject *parent)
    : QObject(parent)
    , m_desk(desk)
{
}

void InviteColleagues::setInviter(
    const std::shared_ptr<const vault::DeviceRecord> &record, const QString &door, const QUrl &relay)
{
    m_record = record;
    m_door = door;
    m_relay = relay;
}

/// \a how: Result<vault::MadeInvitation>(const vault::VaultDesk &).
template <class Make, class Done>
void InviteColleagues::make(Make how, Done done)
{
    if (!m_record)
        return;
    m_desk.worker.run(
        this,
        [desk = m_desk, record = m_record, door = m_door, relay = m_relay, how](
            store::Connection &db) -> Result<QString> {
            const auto made = workAtVault(desk, *record, db, how);
            CONVERSURE_TRY(made);
            const vault::InvitationLink link{
                storePlace(record->database), relay.toString(), made->code, made->rootDigest};
            return linkWithDoor(link.text(), door);
        },
        [this, done](const Result<QString> &link) {
            if (link)
                done(*link);
            else
                Q_EMIT failed(link.error());
        });
}

void InviteColleagues::invite(const vault::Invitee &invitee, int days)
{
    make(
        [invitee, days](const vault::VaultDesk &desk) {
            return vault::invite(desk, invitee, newId(), newId(), days * secondsOfDay);
        },
        [this](const QString &link) { Q_EMIT invited(link); });
}

void InviteColleagues::inviteReset(UserId person, int days)
{
    make([person, days](
             const vault::VaultDesk &desk) { return vault::inviteReset(desk, person, newId(), days * secondsOfDay); },
        [this, person](const QString &link) { Q_EMIT resetInvited(person, link); });
}

void InviteColleagues::list()
{
    m_desk.worker.run(this, openInvitations, [this](const Result<QList<InvitationRow>> &open) {
        if (open)
            Q_EMIT listed(*open);
        else
            Q_EMIT listFailed(open.error());
    });
}

void InviteColleagues::revoke(const QUuid &invitation)
{
    m_desk.worker.run(
        this,
        [invitation](store::Connection &db) {
            return db.call(QLatin1StringView("api.revoke_invitation"), {store::param(invitation)});
        },
        [this, invitation](const Result<store::Rows> &done) {
            if (done)
                Q_EMIT revoked(invitation);
            else
                Q_EMIT revokeFailed(done.error());
        });
}

} // namespace conversure::usecases
