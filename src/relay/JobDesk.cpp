// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "relay/JobDesk.h"

#include "relay/Log.h"
#include "relay/Relay.h"

#include <algorithm>
#include <utility>

namespace conversure::relay {

namespace {

/// Many small commits come as one look.
constexpr int spacingMs = 20;
/// Until the store can be told again.
constexpr int tellAgainMs = 1'000;

QString sendKind()
{
    return QStringLiteral("send");
}

QString templatesKind()
{
    return QStringLiteral("sync_templates");
}

/// Reading again may go better, or a person has to change something first.
JobEnd endAfter(const Error &error)
{
    if (error.kind == ErrorKind::Refused || error.kind == ErrorKind::Invalid)
        return JobEnd::dead(error.code);
    const auto wait = sending::Pace::retryAfterMs(error);
    return JobEnd::later(error.code, wait ? std::optional(static_cast<int>(*wait / 1000)) : std::nullopt);
}

} // namespace

JobDesk::JobDesk(const World &world, QObject *parent)
    : QObject(parent)
    , m_world(world)
    , m_id(IdSource(world.clock).next())
    , m_desk(world.jobs, world.clock, sending::newMailbox())
    , m_sends({world.providers, world.clock, world.directory, world.http, world.sends, world.timing, world.hook,
                  world.limits.sendsOfANumber},
          nullptr)
{
    connect(&m_sends, &SendJobs::ended, this, &JobDesk::end);
    connect(&m_pollTimer, &QTimer::timeout, this, &JobDesk::claim);
    m_wakeTimer.setSingleShot(true);
    connect(&m_wakeTimer, &QTimer::timeout, this, &JobDesk::claim);
}

void JobDesk::begin()
{
    m_pollTimer.start(m_world.limits.jobPollMs);
    claim();
}

void JobDesk::wake()
{
    if (!m_wakeTimer.isActive())
        m_wakeTimer.start(spacingMs);
}

void JobDesk::windDown()
{
    m_windsDown = true;
    m_pollTimer.stop();
    m_wakeTimer.stop();
    for (TemplateSync *sync : findChildren<TemplateSync *>(Qt::FindDirectChildrenOnly))
        delete sync;
    QList<store::Job> syncs;
    for (const Held &held : std::as_const(m_held)) {
        if (held.job.kind == templatesKind())
            syncs << held.job;
    }
    for (const store::Job &job : syncs)
        end(job, JobEnd::later(QStringLiteral("relay:stops"), 0));
    m_sends.windDown();
    if (m_held.isEmpty() && !m_claiming)
        Q_EMIT drained();
}

void JobDesk::claim()
{
    const int free = m_world.limits.jobs - static_cast<int>(m_held.size());
    if (m_windsDown || free <= 0 || !m_world.directory.get())
        return;
    if (m_claiming) {
        m_claimAgain = true;
        return;
    }
    m_claiming = true;
    m_claimAgain = false;
    m_desk.ask<QList<store::Job>>(
        [id = m_id, free, lease = m_world.limits.jobLeaseSeconds](store::Connection &db) {
            return store::RelayStore(db).claimJobs(id, {sendKind(), templatesKind()}, free, lease);
        },
        [this, free](const Result<QList<store::Job>> &jobs) { onClaimed(free, jobs); });
}

void JobDesk::onClaimed(int asked, const Result<QList<store::Job>> &jobs)
{
    m_claiming = false;
    if (!jobs && jobs.error().kind != ErrorKind::Unavailable)
        qCWarning(logJobs, "jobs cannot be claimed (%s)", qUtf8Printable(jobs.error().code));
    const QList<store::Job> claimed = jobs.value_or(QList<store::Job>());
    for (const store::Job &job : claimed)
        begin(job);
    if (m_windsDown && m_held.isEmpty())
        Q_EMIT drained();
    else if (m_claimAgain || (jobs && claimed.size() == asked))
        claim();
}

void JobDesk::begin(const store::Job &job)
{
    Held held{job, {}};
    held.since.start();
    m_held.insert(job.id, held);
    if (m_windsDown)
        end(job, JobEnd::later(QStringLiteral("relay:stops"), 0));
    else if (job.kind == sendKind())
        m_sends.add(job);
    else
        syncTemplates(job);
}

void JobDesk::syncTemplates(const store::Job &job)
{
    const std::shared_ptr<const Directory> directory = m_world.directory.get();
    const DirectoryNumber *number = numberFor(*directory, job);
    const providers::Provider *provider = number ? m_world.providers.find(number->provider) : nullptr;
    if (!provider)
        return end(job, JobEnd::later(QStringLiteral("sending:no-number")));
    auto *sync = new TemplateSync(m_world.http, *provider, number->settings, this);
    sync->begin([this, job, sync](const Result<QJsonArray> &templates) {
        sync->deleteLater();
        onTemplates(job, templates);
    });
}

/// The job's number, or another one of the same account whose secrets can be opened here.
const DirectoryNumber *JobDesk::numberFor(const Directory &directory, const store::Job &job) const
{
    const auto text = [&job](const char *key) { return job.payload[QLatin1StringView(key)].toString(); };
    const DirectoryNumber *number = directory.find(job.company, NumberId::fromText(text("number_id")));
    if (number && number->isOpen)
        return number;
    const QList<const DirectoryNumber *> others = directory.ofAccount(text("provider"), text("account_id"));
    const auto other = std::find_if(others.begin(), others.end(),
        [&job](const DirectoryNumber *candidate) { return candidate->company == job.company && candidate->isOpen; });
    return other == others.end() ? nullptr : *other;
}

void JobDesk::onTemplates(const store::Job &job, const Result<QJsonArray> &templates)
{
    if (templates)
        return putTemplates(job, *templates);
    qCWarning(logJobs, "templates of company %s cannot be read (%s)", qUtf8Printable(job.company.text()),
        qUtf8Printable(templates.error().code));
    end(job, endAfter(templates.error()));
}

void JobDesk::putTemplates(const store::Job &job, const QJsonArray &templates)
{
    m_desk.ask<void>(
        [job, templates](store::Connection &db) {
            return store::RelayStore(db).putTemplates(job.company, job.payload[QStringLiteral("provider")].toString(),
                job.payload[QStringLiteral("account_id")].toString(), templates);
        },
        [this, job](const Result<void> &put) { end(job, put ? JobEnd{} : JobEnd::later(put.error().code)); });
}

void JobDesk::end(const store::Job &job, const JobEnd &end)
{
    if (end.kind == JobEnd::Kind::Dead)
        qCWarning(logJobs, "job %s (%s) is given up: %s", qUtf8Printable(job.id.toString(QUuid::WithoutBraces)),
            qUtf8Printable(job.kind), qUtf8Printable(end.reason));
    tell(job, end);
}

void JobDesk::tell(const store::Job &job, const JobEnd &end)
{
    m_desk.ask<void>(
        [job, end, id = m_id](store::Connection &connection) -> Result<void> {
            store::RelayStore db(connection);
            switch (end.kind) {
            case JobEnd::Kind::Done:
                return db.finishJob(job, id);
            case JobEnd::Kind::Dead:
                return db.buryJob(job, id, end.reason);
            case JobEnd::Kind::Later:
                break;
            }
            return db.retryJob(job, id, end.reason, end.delaySeconds).map([](bool) {});
        },
        [this, job, end](const Result<void> &told) { onTold(job, end, told); });
}

void JobDesk::onTold(const store::Job &job, const JobEnd &end, const Result<void> &told)
{
    const auto held = m_held.constFind(job.id);
    const bool lasts = held != m_held.constEnd() && !held->since.hasExpired(m_world.limits.jobLeaseSeconds * 1000LL);
    if (!told && told.error().kind == ErrorKind::Unavailable && lasts) {
        QTimer::singleShot(tellAgainMs, this, [this, job, end] { tell(job, end); });
        return;
    }
    if (!told)
        qCWarning(logJobs, "the end of a job is not told (%s)", qUtf8Printable(told.error().code));
    forget(job);
}

void JobDesk::forget(const store::Job &job)
{
    const bool full = m_held.size() >= m_world.limits.jobs;
    m_held.remove(job.id);
    if (m_windsDown && m_held.isEmpty() && !m_claiming)
        Q_EMIT drained();
    else if (full)
        claim();
}

} // namespace conversure::relay
