// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "usecases/ManageDevices.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace conversure::usecases {

namespace {

DeviceRow deviceOf(const QJsonValue &value)
{
    return {QUuid::fromString(value[QStringLiteral("session_id")].toString()),
        value[QStringLiteral("device")].toString(), value[QStringLiteral("current")].toBool(),
        value[QStringLiteral("signed_in_at")].toInteger(), value[QStringLiteral("last_used_at")].toInteger()};
}

Result<QList<DeviceRow>> devicesOf(store::Connection &db)
{
    const auto rows = db.call(QLatin1StringView("api.my_devices"));
    CONVERSURE_TRY(rows);
    QList<DeviceRow> devices;
    const QJsonArray array = QJsonDocument::fromJson(rows->raw(0, 0)).array();
    for (const QJsonValue &value : array)
        devices << deviceOf(value);
    return devices;
}

} // namespace

ManageDevices::ManageDevices(const MemberDesk &desk, QObject *parent)
    : QObject(parent)
    , m_desk(desk)
{
}

void ManageDevices::list()
{
    m_desk.worker.run(this, devicesOf, [this](const Result<QList<DeviceRow>> &devices) {
        if (devices)
            Q_EMIT listed(*devices);
        else
            Q_EMIT listFailed(devices.error());
    });
}

void ManageDevices::end(const QUuid &session)
{
    m_desk.worker.run(
        this,
        [session](store::Connection &db) -> Result<void> {
            const auto ended = db.call(QLatin1StringView("api.end_session"), {store::param(session)});
            // Somebody else was quicker, or the session ran out: it is over.
            if (!ended && ended.error().kind != ErrorKind::NotFound)
                return tl::unexpected<Error>(ended.error());
            return {};
        },
        [this, session](const Result<void> &done) {
            if (done)
                Q_EMIT ended(session);
            else
                Q_EMIT endFailed(done.error());
        });
}

void ManageDevices::endAll()
{
    m_desk.worker.run(
        this, [](store::Connection &db) { return db.call(QLatin1StringView("api.sign_out_everywhere")); },
        [this](const Result<store::Rows> &done) {
            if (done)
                Q_EMIT allEnded();
            else
                Q_EMIT endFailed(done.error());
        });
}

} // namespace conversure::usecases
