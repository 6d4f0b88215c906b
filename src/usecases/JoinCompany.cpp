// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "usecases/JoinCompany.h"

#include "vault/Base32.h"
#include "vault/CompanyPins.h"

namespace conversure::usecases {

namespace {

Result<InvitationFace> faceOf(const QString &doorUrl, const vault::InvitationLink &link)
{
    auto door = store::Connection::open(doorUrl, QStringLiteral("conversure sign-in"));
    CONVERSURE_TRY(door);
    const auto offer = vault::readInvitation(*door, link);
    CONVERSURE_TRY(offer);
    return InvitationFace{offer->kind == QStringLiteral("reset"), offer->companyName, link.store,
        vault::toBase32(link.rootDigest, 4), offer->name, offer->email, offer->role, offer->invitedBy,
        offer->expiresAt};
}

Result<void> acceptNow(
    const QString &doorUrl, const vault::InvitationLink &link, const vault::Joining &joining, const QString &pinsFile)
{
    auto door = store::Connection::open(doorUrl, QStringLiteral("conversure sign-in"));
    CONVERSURE_TRY(door);
    const auto joined = vault::acceptInvitation(*door, link, joining);
    CONVERSURE_TRY(joined);
    return vault::CompanyPins(pinsFile).keep(joined->company.value, joined->pins);
}

} // namespace

JoinCompany::JoinCompany(QString pinsFile, QObject *parent)
    : QObject(parent)
    , m_pinsFile(std::move(pinsFile))
{
}

void JoinCompany::lookUp(const QString &doorUrl, const vault::InvitationLink &link)
{
    m_background.run(
        this, [doorUrl, link] { return faceOf(doorUrl, link); },
        [this](const Result<InvitationFace> &face) {
            if (face)
                Q_EMIT found(*face);
            else
                Q_EMIT lookUpFailed(face.error());
        });
}

void JoinCompany::accept(const QString &doorUrl, const vault::InvitationLink &link, const vault::Joining &joining)
{
    m_background.run(
        this, [doorUrl, link, joining, pinsFile = m_pinsFile] { return acceptNow(doorUrl, link, joining, pinsFile); },
        [this](const Result<void> &done) {
            if (done)
                Q_EMIT accepted();
            else
                Q_EMIT acceptFailed(done.error());
        });
}

} // namespace conversure::usecases
