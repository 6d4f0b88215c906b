// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/RelayStore.h"

#include <algorithm>

namespace conversure::store {

namespace {

Params paramsOf(const RelayAttempt &attempt)
{
    return {param(attempt.company.value), param(attempt.attempt.value), param(attempt.leaseSecret)};
}

Params paramsOf(const Job &job, const QUuid &relay)
{
    return {param(job.company.value), param(job.id), param(relay)};
}

Result<void> done(const Result<Rows> &rows)
{
    CONVERSURE_TRY(rows);
    return {};
}

Result<QJsonObject> objectOf(const Result<Rows> &rows)
{
    CONVERSURE_TRY(rows);
    return rows->object(0, 0);
}

} // namespace

Result<QList<Job>> RelayStore::claimJobs(const QUuid &relay, const QStringList &kinds, int most, int leaseSeconds)
{
    const auto rows = m_db.call(QLatin1StringView("relay.claim_jobs"),
        {param(relay), textArray(kinds), param(qint64(most)), param(qint64(leaseSeconds))});
    CONVERSURE_TRY(rows);
    QList<Job> jobs;
    for (int row = 0; row < rows->count(); ++row) {
        jobs.append({CompanyId(rows->uuid(row, 0)), rows->uuid(row, 1), rows->text(row, 2), rows->text(row, 3),
            rows->object(row, 4), static_cast<int>(rows->number(row, 5))});
    }
    const auto earlier = [](const Job &a, const Job &b) { return a.id.toRfc4122() < b.id.toRfc4122(); };
    std::sort(jobs.begin(), jobs.end(), earlier);
    return jobs;
}

Result<void> RelayStore::finishJob(const Job &job, const QUuid &relay)
{
    return done(m_db.call(QLatin1StringView("relay.finish_job"), paramsOf(job, relay)));
}

Result<bool> RelayStore::retryJob(
    const Job &job, const QUuid &relay, const QString &reason, std::optional<int> delaySeconds)
{
    const Param delay = delaySeconds ? param(qint64(*delaySeconds)) : Param();
    const auto rows =
        m_db.call(QLatin1StringView("relay.retry_job"), paramsOf(job, relay) + Params{param(reason), delay});
    CONVERSURE_TRY(rows);
    return rows->boolean(0, 0);
}

Result<void> RelayStore::buryJob(const Job &job, const QUuid &relay, const QString &reason)
{
    return done(m_db.call(QLatin1StringView("relay.bury_job"), paramsOf(job, relay) + Params{param(reason)}));
}

Result<QJsonObject> RelayStore::beginSend(const RelayAttempt &attempt)
{
    return objectOf(m_db.call(QLatin1StringView("relay.begin_send"), paramsOf(attempt)));
}

Result<QJsonObject> RelayStore::renewSend(const RelayAttempt &attempt)
{
    return objectOf(m_db.call(QLatin1StringView("relay.renew_lease"), paramsOf(attempt)));
}

Result<void> RelayStore::markPosting(const RelayAttempt &attempt)
{
    return done(m_db.call(QLatin1StringView("relay.mark_posting"), paramsOf(attempt)));
}

Result<void> RelayStore::unmarkPosting(const RelayAttempt &attempt)
{
    return done(m_db.call(QLatin1StringView("relay.unmark_posting"), paramsOf(attempt)));
}

Result<void> RelayStore::confirmSend(const RelayAttempt &attempt, const QString &providerMessageId)
{
    return done(
        m_db.call(QLatin1StringView("relay.confirm_send"), paramsOf(attempt) + Params{param(providerMessageId)}));
}

Result<void> RelayStore::failSend(const RelayAttempt &attempt, const QString &code, const QJsonObject &figures)
{
    return done(
        m_db.call(QLatin1StringView("relay.fail_send"), paramsOf(attempt) + Params{param(code), json(figures)}));
}

Result<void> RelayStore::releaseSend(const RelayAttempt &attempt)
{
    return done(m_db.call(QLatin1StringView("relay.release_send"), paramsOf(attempt)));
}

Result<void> RelayStore::putTemplates(
    CompanyId company, const QString &provider, const QString &accountId, const QJsonArray &templates)
{
    return done(m_db.call(QLatin1StringView("relay.put_templates"),
        {param(company.value), param(provider), param(accountId), json(templates)}));
}

} // namespace conversure::store
