// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "usecases/ManagePeople.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>

namespace conversure::usecases {

namespace {

Result<QList<PersonRow>> peopleOf(store::Connection &db, const store::SqlLibrary &library, UserId self)
{
    const auto rows = db.run(library.query(QStringLiteral("people")));
    CONVERSURE_TRY(rows);
    const auto unsignedRows = db.call(QLatin1StringView("api.unsigned_members"));
    CONVERSURE_TRY(unsignedRows);
    QSet<QUuid> waiting;
    const QJsonArray members = QJsonDocument::fromJson(unsignedRows->raw(0, 0)).array();
    for (const QJsonValue &member : members)
        waiting << QUuid::fromString(member[QStringLiteral("user_id")].toString());
    QList<PersonRow> people;
    for (int row = 0; row < rows->count(); ++row) {
        const QUuid id = rows->uuid(row, 0);
        people << PersonRow{UserId(id), rows->text(row, 1), rows->text(row, 2), rows->boolean(row, 3),
            rows->boolean(row, 4), id == self.value, waiting.contains(id), static_cast<int>(rows->number(row, 5))};
    }
    return people;
}

} // namespace

ManagePeople::ManagePeople(const MemberDesk &desk, QObject *parent)
    : QObject(parent)
    , m_desk(desk)
{
}

void ManagePeople::list(UserId self)
{
    m_desk.worker.run(
        this, [this, self](store::Connection &db) { return peopleOf(db, m_desk.library, self); },
        [this](const Result<QList<PersonRow>> &people) {
            if (people)
                Q_EMIT listed(*people);
            else
                Q_EMIT listFailed(people.error());
        });
}

void ManagePeople::deactivate(UserId person)
{
    m_desk.worker.run(
        this,
        [person](store::Connection &db) -> Result<int> {
            const auto done = db.call(QLatin1StringView("api.deactivate"), {store::param(person.value)});
            CONVERSURE_TRY(done);
            return done->object(0, 0)[QStringLiteral("open_conversations")].toInt();
        },
        [this, person](const Result<int> &open) {
            if (open)
                Q_EMIT deactivated(person, *open);
            else
                Q_EMIT failed(open.error());
        });
}

void ManagePeople::activate(UserId person)
{
    m_desk.worker.run(
        this,
        [person](
            store::Connection &db) { return db.call(QLatin1StringView("api.activate"), {store::param(person.value)}); },
        [this, person](const Result<store::Rows> &done) {
            if (done)
                Q_EMIT activated(person);
            else
                Q_EMIT failed(done.error());
        });
}

void ManagePeople::unlock(UserId person)
{
    m_desk.worker.run(
        this,
        [person](
            store::Connection &db) { return db.call(QLatin1StringView("api.unlock"), {store::param(person.value)}); },
        [this, person](const Result<store::Rows> &done) {
            if (done)
                Q_EMIT unlocked(person);
            else
                Q_EMIT failed(done.error());
        });
}

void ManagePeople::handOver(UserId person, UserId heir)
{
    m_desk.worker.run(
        this,
        [person, heir](store::Connection &db) {
            return db.call(QLatin1StringView("api.hand_over"), {store::param(person.value), store::param(heir.value)});
        },
        [this, person, heir](const Result<store::Rows> &done) {
            if (done)
                Q_EMIT handedOver(person, heir, static_cast<int>(done->number(0, 0)));
            else
                Q_EMIT failed(done.error());
        });
}

} // namespace conversure::usecases
