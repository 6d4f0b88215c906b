// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "relay/SendJobs.h"

#include "relay/RelayRecord.h"
#include "vault/Secret.h"

#include <QMessageAuthenticationCode>

#include <algorithm>
#include <utility>

namespace conversure::relay {

namespace {

using Outcome = sending::Delivery::Outcome;

/// What has to wait longer goes back to the store, so that it does not keep others' jobs from being claimed.
constexpr qint64 patienceMs = 10'000;
/// Beyond that it is only a convenience: which number a conversation goes out from is learnt again.
constexpr qsizetype mostKnownNumbers = 10'000;

template <class IdType>
IdType idIn(const store::Job &job, const QString &key)
{
    return IdType::fromText(job.payload[key].toString());
}

int inSeconds(qint64 ms)
{
    return static_cast<int>((ms + 999) / 1000);
}

/// Ids of version 7 are in the order in which they were made.
bool isAfter(const QUuid &one, const QUuid &other)
{
    return one.toRfc4122() > other.toRfc4122();
}

/// The longest that the store puts a job off by itself (relay.retry_job).
int longestDelay(int tries)
{
    return std::min(300, 1 << std::clamp(tries - 1, 0, 9));
}

} // namespace

SendJobs::SendJobs(const World &world, QObject *parent)
    : QObject(parent)
    , m_world(world)
    , m_secret([] {
        const vault::Secret secret = vault::Secret::random(32);
        return QByteArray(secret.bytes().constData(), secret.bytes().size());
    }())
{
    m_pumpTimer.setSingleShot(true);
    connect(&m_pumpTimer, &QTimer::timeout, this, &SendJobs::pump);
}

/// Deliveries first: they stand on what is a member here.
SendJobs::~SendJobs()
{
    for (const Send &send : std::as_const(m_running))
        delete send.delivery;
}

void SendJobs::add(const store::Job &job)
{
    const Talk talk{job.company, idIn<ConversationId>(job, QStringLiteral("conversation_id"))};
    const auto attempt = idIn<AttemptId>(job, QStringLiteral("attempt_id"));
    if (attempt.isNull()) {
        Q_EMIT ended(job, JobEnd::dead(QStringLiteral("job:payload")));
        return;
    }
    const auto told = idIn<NumberId>(job, QStringLiteral("number_id"));
    if (const auto away = m_putOff.constFind(talk); away != m_putOff.constEnd()) {
        const qint64 left = away->until - m_world.clock.elapsedMs();
        if (left > 0 && isAfter(job.id, away->job)) {
            // Claimed while the one before it was being put off.
            Q_EMIT ended(job, JobEnd::later(QStringLiteral("relay:order"), inSeconds(left)));
            return;
        }
        m_putOff.erase(away);
    }
    m_waiting.append({job, talk, attempt, told.isNull() ? m_numberOf.value(talk) : told});
    pump();
}

void SendJobs::windDown()
{
    m_windsDown = true;
    for (const Send &send : std::exchange(m_waiting, {}))
        Q_EMIT ended(send.job, JobEnd::later(QStringLiteral("relay:stops"), 0));
    const QHash<Talk, Send> running = m_running; // one that ends at once leaves the original
    for (const Send &send : running)
        send.delivery->windDown();
}

/// Begins whatever may begin now, from the oldest on.
void SendJobs::pump()
{
    qint64 soonest = patienceMs;
    for (qsizetype i = 0; i < m_waiting.size();) {
        const Send &send = m_waiting.at(i);
        const qint64 wait = paceOf(send.job.company).waitMs({send.number, send.talk.second});
        if (wait > patienceMs && !m_running.contains(send.talk)) {
            const Send away = m_waiting.takeAt(i);
            Q_EMIT ended(away.job, JobEnd::later(QStringLiteral("relay:pace"), inSeconds(wait)));
        } else if (wait == 0 && mayBegin(send)) {
            begin(m_waiting.takeAt(i));
        } else {
            soonest = wait > 0 ? std::min(soonest, wait) : soonest;
            ++i;
        }
    }
    if (!m_waiting.isEmpty())
        m_pumpTimer.start(static_cast<int>(soonest));
}

/// Jobs of one conversation are begun in their order, because none is passed over by one that waits for the same.
bool SendJobs::mayBegin(const Send &send) const
{
    return !m_running.contains(send.talk) && runningBeside(send) < m_world.mostOfANumber;
}

/// How many of its number are on their way. What has not said its number yet may be of any of the company's.
int SendJobs::runningBeside(const Send &send) const
{
    const int unknown = m_runningOf.value({send.job.company, NumberId()});
    if (!send.number.isNull())
        return unknown + m_runningOf.value({send.job.company, send.number});
    int most = 0;
    for (auto it = m_runningOf.begin(); it != m_runningOf.end(); ++it) {
        if (it.key().first == send.job.company && !it.key().second.isNull())
            most = std::max(most, it.value());
    }
    return unknown + most;
}

void SendJobs::count(const Send &send, int step)
{
    const Number number{send.job.company, send.number};
    if ((m_runningOf[number] += step) == 0)
        m_runningOf.remove(number);
}

void SendJobs::begin(Send send)
{
    auto record = std::make_unique<RelayRecord>(RelayRecord::Place{m_world.store, m_world.clock, m_mailbox},
        store::RelayAttempt{send.job.company, send.attempt, leaseSecret(send.attempt)});
    auto *delivery = new sending::Delivery({m_world.http, m_world.providers, m_world.clock, m_world.timing,
                                               m_world.hook, paceOf(send.job.company), numbersOf(send.job.company)},
        std::move(record), {send.attempt, send.talk.second}, this);
    const Talk talk = send.talk;
    connect(delivery, &sending::Delivery::numberKnown, this,
        [this, talk](NumberId number) { onNumberKnown(talk, number); });
    connect(delivery, &sending::Delivery::refused, this,
        [this, talk](const Error &error) { m_running[talk].refusal = error; });
    connect(delivery, &sending::Delivery::finished, this, [this, talk](Outcome outcome) { onFinished(talk, outcome); });
    count(send, 1);
    send.delivery = delivery;
    m_running.insert(talk, std::move(send));
    delivery->begin();
}

sending::NumberSettings SendJobs::numbersOf(CompanyId company) const
{
    return [company, directory = m_world.directory.get()](NumberId id) -> std::optional<sending::SendingNumber> {
        const DirectoryNumber *number = directory ? directory->find(company, id) : nullptr;
        if (!number || !number->isOpen)
            return std::nullopt;
        return sending::SendingNumber{number->provider, number->settings};
    };
}

void SendJobs::onNumberKnown(const Talk &talk, NumberId number)
{
    if (m_numberOf.size() > mostKnownNumbers)
        m_numberOf.clear();
    m_numberOf.insert(talk, number);
    for (Send &send : m_waiting) {
        if (send.talk == talk)
            send.number = number;
    }
    Send &running = m_running[talk];
    if (running.number == number)
        return;
    count(running, -1);
    running.number = number;
    count(running, 1);
    pump();
}

void SendJobs::onFinished(const Talk &talk, Outcome outcome)
{
    Send send = m_running.take(talk);
    send.closedForMs = send.delivery->closedForMs();
    send.delivery->deleteLater();
    count(send, -1);
    const JobEnd end = endOf(send, outcome);
    if (end.kind == JobEnd::Kind::Later)
        putOffFollowers(send, end);
    Q_EMIT ended(send.job, end);
    pump();
}

JobEnd SendJobs::endOf(const Send &send, Outcome outcome) const
{
    const QString reason = send.refusal ? send.refusal->code : QStringLiteral("relay:released");
    const bool mayPass =
        send.refusal && (send.refusal->kind == ErrorKind::Internal || send.refusal->code == QStringLiteral("CV019"));
    switch (outcome) {
    case Outcome::Settled:
        if (!send.refusal)
            return {};
        return mayPass ? JobEnd::later(reason) : JobEnd::dead(reason);
    case Outcome::Released:
        if (m_windsDown)
            return JobEnd::later(reason, 0);
        return send.closedForMs > 0 ? JobEnd::later(QStringLiteral("relay:pace"), inSeconds(send.closedForMs))
                                    : JobEnd::later(reason);
    case Outcome::Left:
        return {}; // posted: when its lease is over it is unconfirmed, and nobody posts it again
    case Outcome::Stalled:
    case Outcome::SignedOut:
        break;
    }
    return JobEnd::later(QStringLiteral("relay:store"));
}

/// What comes after it in its conversation must not overtake it.
void SendJobs::putOffFollowers(const Send &send, const JobEnd &end)
{
    const int delay = end.delaySeconds.value_or(longestDelay(send.job.tries)) + 1;
    const qint64 now = m_world.clock.elapsedMs();
    m_putOff.removeIf([now](const auto &entry) { return entry.value().until <= now; });
    m_putOff.insert(send.talk, {send.job.id, now + delay * 1000LL});
    for (qsizetype i = 0; i < m_waiting.size();) {
        if (m_waiting.at(i).talk == send.talk)
            Q_EMIT ended(m_waiting.takeAt(i).job, JobEnd::later(QStringLiteral("relay:order"), delay));
        else
            ++i;
    }
}

sending::Pace &SendJobs::paceOf(CompanyId company)
{
    return m_paces.try_emplace(company, m_world.clock, m_world.timing).first->second;
}

QString SendJobs::leaseSecret(const AttemptId &attempt) const
{
    const QByteArray code =
        QMessageAuthenticationCode::hash(attempt.value.toRfc4122(), m_secret, QCryptographicHash::Sha256);
    return QString::fromLatin1(code.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
}

} // namespace conversure::relay
