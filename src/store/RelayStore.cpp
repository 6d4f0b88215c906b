// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/RelayStore.h"

#include <QJsonArray>

namespace conversure::store {

namespace {

template <class T>
Result<T> failed(const Error &error)
{
    return tl::unexpected<Error>(error);
}

Result<int> countOf(const Result<Rows> &rows)
{
    if (!rows)
        return failed<int>(rows.error());
    return rows->isEmpty() ? 0 : static_cast<int>(rows->number(0, 0));
}

Result<void> doneOf(const Result<Rows> &rows)
{
    if (!rows)
        return failed<void>(rows.error());
    return {};
}

Result<LiveSession> sessionOf(const Result<Rows> &rows)
{
    if (!rows)
        return failed<LiveSession>(rows.error());
    if (rows->isEmpty())
        return failure(ErrorKind::SignedOut, QStringLiteral("CV001"), QStringLiteral("not signed in"));
    return LiveSession{CompanyId(rows->uuid(0, 0)), UserId(rows->uuid(0, 1)), rows->uuid(0, 2), rows->texts(0, 3)};
}

} // namespace

Result<int> RelayStore::storeWebhooks(const QList<NewWebhook> &batch)
{
    QList<QUuid> companies;
    QList<QUuid> events;
    QList<QUuid> numbers;
    QStringList providers;
    QList<QByteArray> keys;
    QList<QByteArray> bodies;
    for (const NewWebhook &webhook : batch) {
        companies << webhook.company.value;
        events << webhook.event;
        numbers << webhook.number.value;
        providers << webhook.provider;
        keys << webhook.dedupKey;
        bodies << webhook.body;
    }
    return countOf(m_db.call(QLatin1StringView("relay.store_webhooks"),
        {uuidArray(companies), uuidArray(events), uuidArray(numbers), textArray(providers), bytesArray(keys),
            bytesArray(bodies)}));
}

Result<QList<StoredWebhook>> RelayStore::takeWebhooks(int limit)
{
    const auto rows = m_db.call(QLatin1StringView("relay.take_webhooks"), {param(qint64(limit))});
    if (!rows)
        return failed<QList<StoredWebhook>>(rows.error());
    QList<StoredWebhook> out;
    for (int row = 0; row < rows->count(); ++row) {
        out.append({CompanyId(rows->uuid(row, 0)), rows->uuid(row, 1), NumberId(rows->uuid(row, 2)), rows->text(row, 3),
            rows->bytes(row, 4), static_cast<int>(rows->number(row, 5))});
    }
    return out;
}

Result<QList<CompanyId>> RelayStore::apply(const QJsonArray &events)
{
    const auto rows = m_db.call(QLatin1StringView("relay.apply"), {json(events)});
    CONVERSURE_TRY(rows);
    QList<CompanyId> waiting;
    for (const QString &company : rows->texts(0, 0))
        waiting << CompanyId::fromText(company);
    return waiting;
}

Result<void> RelayStore::postponeWebhooks(const QList<StoredWebhook> &events)
{
    QList<QUuid> companies;
    QList<QUuid> ids;
    for (const StoredWebhook &event : events) {
        companies << event.company.value;
        ids << event.event;
    }
    return doneOf(m_db.call(QLatin1StringView("relay.postpone_webhooks"), {uuidArray(companies), uuidArray(ids)}));
}

Result<void> RelayStore::finishWebhooks(const QList<StoredWebhook> &events, const QHash<QUuid, QString> &notes)
{
    QList<QUuid> companies;
    QList<QUuid> ids;
    QStringList texts;
    for (const StoredWebhook &event : events) {
        companies << event.company.value;
        ids << event.event;
        texts << notes.value(event.event);
    }
    return doneOf(m_db.call(
        QLatin1StringView("relay.finish_webhooks"), {uuidArray(companies), uuidArray(ids), textArray(texts)}));
}

Result<void> RelayStore::buryWebhook(const StoredWebhook &event, const QString &reason)
{
    return doneOf(m_db.call(
        QLatin1StringView("relay.bury_webhook"), {param(event.company.value), param(event.event), param(reason)}));
}

Result<double> RelayStore::backlogAge()
{
    const auto rows = m_db.call(QLatin1StringView("relay.backlog_age"));
    if (!rows)
        return failed<double>(rows.error());
    return rows->raw(0, 0).toDouble();
}

Result<feed::Cursor> RelayStore::feedHorizon()
{
    const auto rows = m_db.call(QLatin1StringView("relay.feed_horizon"));
    if (!rows)
        return failed<feed::Cursor>(rows.error());
    return feed::Cursor{rows->text(0, 0), rows->raw(0, 1).toULongLong(), 0};
}

Result<QList<FeedRow>> RelayStore::feedTail(quint64 from, const QList<qint64> &seen, int limit)
{
    const auto rows = m_db.call(
        QLatin1StringView("relay.feed_tail"), {QByteArray::number(from), numberArray(seen), param(qint64(limit))});
    if (!rows)
        return failed<QList<FeedRow>>(rows.error());
    QList<FeedRow> out;
    for (int row = 0; row < rows->count(); ++row) {
        out.append({rows->raw(row, 0).toULongLong(), rows->number(row, 1), CompanyId(rows->uuid(row, 2)),
            rows->text(row, 3), rows->uuid(row, 4), rows->number(row, 5), rows->texts(row, 6), rows->texts(row, 7),
            rows->raw(row, 8), rows->raw(row, 9)});
    }
    return out;
}

Result<QList<FeedRow>> RelayStore::feedSince(CompanyId company, const feed::Cursor &cursor, int limit)
{
    const auto resync = [] {
        return failure(ErrorKind::Refused, QStringLiteral("feed:resync"), QStringLiteral("too far back"));
    };
    const auto rows = m_db.call(QLatin1StringView("relay.feed_since"),
        {param(company.value), param(cursor.epoch), QByteArray::number(cursor.xid), param(qint64(limit))});
    if (!rows && rows.error().code == QStringLiteral("CV030"))
        return resync();
    if (!rows)
        return failed<QList<FeedRow>>(rows.error());
    if (rows->count() > limit)
        return resync();
    QList<FeedRow> out;
    for (int row = 0; row < rows->count(); ++row) {
        out.append(
            {rows->raw(row, 0).toULongLong(), rows->number(row, 1), company, rows->text(row, 2), rows->uuid(row, 3),
                rows->number(row, 4), rows->texts(row, 5), rows->texts(row, 6), rows->raw(row, 7), rows->raw(row, 8)});
    }
    return out;
}

Result<LiveSession> RelayStore::openLive(const QByteArray &tokenHash)
{
    return sessionOf(m_db.call(QLatin1StringView("relay.open_live"), {bytes(tokenHash)}));
}

Result<LiveSession> RelayStore::refreshLive(CompanyId company, const QUuid &session)
{
    return sessionOf(m_db.call(QLatin1StringView("relay.refresh_live"), {param(company.value), param(session)}));
}

Result<void> RelayStore::registerRelay(
    const QUuid &relayId, const QString &name, const QByteArray &boxPublic, const QByteArray &signPublic)
{
    const auto registered = m_db.call(
        QLatin1StringView("relay.register_relay"), {param(relayId), param(name), bytes(boxPublic), bytes(signPublic)});
    CONVERSURE_TRY(registered);
    return {};
}

Result<QJsonArray> RelayStore::directory(const QUuid &relayId)
{
    const auto rows = m_db.call(QLatin1StringView("relay.directory"), {param(relayId)});
    if (!rows)
        return failed<QJsonArray>(rows.error());
    return QJsonDocument::fromJson(rows->raw(0, 0)).array();
}

Result<int> RelayStore::endLeases()
{
    return countOf(m_db.call(QLatin1StringView("relay.end_leases")));
}

Result<int> RelayStore::reapTransactions()
{
    return countOf(m_db.call(QLatin1StringView("relay.reap"), {QByteArray("30 s")}));
}

Result<int> RelayStore::endExpiredSessions()
{
    return countOf(m_db.call(QLatin1StringView("relay.end_expired")));
}

Result<int> RelayStore::touchDevices()
{
    return countOf(m_db.call(QLatin1StringView("relay.touch_devices")));
}

Result<void> RelayStore::resetDoor()
{
    return doneOf(m_db.call(QLatin1StringView("relay.reset_door")));
}

Result<int> RelayStore::pruneFeed()
{
    return countOf(m_db.call(QLatin1StringView("relay.prune_feed")));
}

Result<int> RelayStore::purge()
{
    return countOf(m_db.call(QLatin1StringView("relay.purge")));
}

Result<int> RelayStore::schemaVersion()
{
    return countOf(m_db.call(QLatin1StringView("relay.schema_version")));
}

} // namespace conversure::store
