// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sending/Delivery.h"

#include "sending/Backoff.h"

#include <algorithm>
#include <utility>

namespace conversure::sending {

namespace {

/// Of calls that the store answers with an error of its own, or not at all; beyond that somebody else finds out.
constexpr int mostRecordFaults = 10;
constexpr int mostUnposts = 20;
/// Where nothing was carried out for certain, or there is no more than a few seconds left.
constexpr int soonMs = 100;

} // namespace

Delivery::Delivery(World world, std::unique_ptr<SendRecord> record, Task task, QObject *parent)
    : QObject(parent)
    , m_world(std::move(world))
    , m_record(std::move(record))
    , m_task(std::move(task))
    , m_isInStore(m_task.start != Start::Reserve)
{
    m_waitTimer.setSingleShot(true);
    connect(&m_waitTimer, &QTimer::timeout, this, &Delivery::checkLease);
    m_recordTimer.setSingleShot(true);
    connect(&m_recordTimer, &QTimer::timeout, this, &Delivery::record);
    m_unpostTimer.setSingleShot(true);
    connect(&m_unpostTimer, &QTimer::timeout, this, &Delivery::takePostingBack);
}

Delivery::~Delivery() = default;

void Delivery::begin()
{
    switch (m_task.start) {
    case Start::Reserve:
        return reserve();
    case Start::Renew:
        return renew();
    case Start::Record:
        return record();
    }
}

void Delivery::hurry()
{
    if (m_recordTimer.isActive()) {
        m_recordTimer.stop();
        record();
    }
}

void Delivery::windDown()
{
    m_windsDown = true;
    hurry();
    if (m_waitTimer.isActive()) {
        m_waitTimer.stop();
        checkLease();
    }
}

/// The record answers no more once it is gone, and it goes with this.
template <class T>
SendRecord::Answer<T> Delivery::then(const char *step, void (Delivery::*next)(const Result<T> &))
{
    mark("before:", step);
    return [this, step, next](const Result<T> &result) {
        mark("after:", step);
        (this->*next)(result);
    };
}

void Delivery::mark(const char *when, const char *step) const
{
    if (m_world.hook)
        m_world.hook(QByteArray(when).append(step).constData());
}

void Delivery::reserve()
{
    m_record->reserve(then("reserve", &Delivery::onReserved));
}

void Delivery::onReserved(const Result<SendRecord::Leased> &reserved)
{
    if (reserved)
        return take(*reserved);
    if (stopsFor(reserved.error()))
        return;
    m_refusal = reserved.error();
    settle();
}

void Delivery::renew()
{
    m_record->renew(then("renew", &Delivery::onRenewed));
}

void Delivery::onRenewed(const Result<SendRecord::Leased> &renewed)
{
    if (renewed) {
        m_justRenewed = true;
        return take(*renewed);
    }
    if (!stopsFor(renewed.error()))
        giveBack(); // others may have been told that it is unconfirmed; but nothing was accepted
}

void Delivery::take(const SendRecord::Leased &leased)
{
    m_isInStore = true;
    m_order = leased.order;
    m_leaseEndsAt = leased.endsAt;
    Q_EMIT changed(m_order.change);
    if (m_order.viaRelay)
        return settle();
    if (m_order.state == MessageStatus::Unconfirmed && m_record->provesUnsent())
        return giveBack();
    if (m_order.state != MessageStatus::Sending)
        return settle();
    Q_EMIT numberKnown(m_order.number);
    m_record->note(SendRecord::Step::Reserved, then("reserved", &Delivery::onReservedNoted));
}

void Delivery::onReservedNoted(const Result<void> &noted)
{
    if (!noted) {
        m_refusal = noted.error();
        return giveBack();
    }
    checkLease();
}

/// Nothing is posted while the way is closed, nor with too little of the lease left.
void Delivery::checkLease()
{
    if (m_windsDown)
        return giveBack();
    const qint64 now = m_world.clock.elapsedMs();
    const qint64 wait = std::max(m_world.pace.waitMs(way()), m_notBefore - now);
    if (wait > 0 && waitsTooLong(wait)) {
        m_closedFor = m_record->comesAgain() ? wait : 0;
        return m_closedFor > 0 ? giveBack()
                               : reject(m_notAccepted ? *m_notAccepted : m_world.pace.reason(way()).value_or(Error{}));
    }
    const qint64 left = m_leaseEndsAt - now;
    if (left < std::max<qint64>(wait, 0) + m_world.timing.leaseMarginMs && !m_justRenewed)
        return renew();
    m_justRenewed = false;
    if (left <= 0)
        return giveBack();
    if (wait > 0)
        return waitFor(wait);
    translate();
}

void Delivery::waitFor(qint64 ms)
{
    m_waitsSince = m_waitsSince.value_or(m_world.clock.elapsedMs());
    m_waitTimer.start(static_cast<int>(ms));
}

bool Delivery::waitsTooLong(qint64 ms) const
{
    const qint64 now = m_world.clock.elapsedMs();
    return now + ms - m_waitsSince.value_or(now) > m_world.timing.waitAtMostMs;
}

void Delivery::translate()
{
    const std::optional<SendingNumber> number = m_world.numbers(m_order.number);
    m_provider = number ? m_world.providers.find(number->provider) : nullptr;
    if (!m_provider) {
        m_refusal = Error{ErrorKind::Refused, QStringLiteral("sending:no-number"),
            QStringLiteral("the settings of the number are not held here"), {}};
        return giveBack();
    }
    const auto request = m_provider->sendRequest(
        number->settings, {m_task.attempt, m_order.to, m_order.contentType, m_order.text, m_order.tmpl});
    if (!request)
        return reject(request.error());
    m_request = *request;
    m_request.lane = m_order.number.value.toRfc4122();
    m_record->note(SendRecord::Step::Posting, then("posting", &Delivery::onPostingNoted));
}

void Delivery::onPostingNoted(const Result<void> &noted)
{
    if (!noted)
        m_refusal = noted.error();
    // The computer may have slept while it was noted. With little of the lease left others may be told soon that nobody
    // knows, and may send it again.
    const bool isLate = m_leaseEndsAt - m_world.clock.elapsedMs() < m_world.timing.leaseMarginMs / 2;
    if (!noted || m_windsDown || isLate)
        return takePostingBack();
    m_waitsSince = m_waitsSince.value_or(m_world.clock.elapsedMs());
    mark("before:", "post");
    m_world.http.send(m_request, this, [this](const Result<wire::HttpResponse> &answer) { onAnswer(answer); });
}

void Delivery::onAnswer(const Result<wire::HttpResponse> &answer)
{
    mark("after:", "post");
    m_request = {}; // holds the number's token
    const auto result =
        answer.and_then([this](const wire::HttpResponse &response) { return m_provider->readSendResponse(response); });
    if (!result)
        return onNotAccepted(result.error());
    m_world.pace.ease(way());
    keep({result->providerMessageId, {}, {}});
}

void Delivery::onNotAccepted(const Error &error)
{
    if (error.kind == ErrorKind::Ambiguous || error.kind == ErrorKind::Internal)
        return finish(Outcome::Left); // the lease runs out, and the message is unconfirmed for everybody
    if (Pace::isLimit(error))
        m_world.pace.slow(way(), error);
    m_notAccepted = error;
    const qint64 delay = delayAfter(error);
    const bool comesAgain = Pace::isLimit(error) && m_record->comesAgain();
    if (error.kind != ErrorKind::Unavailable
        || (!comesAgain && (m_repeats >= m_world.timing.httpRepeats || waitsTooLong(delay))))
        return reject(error);
    ++m_repeats;
    m_notBefore = m_world.clock.elapsedMs() + delay;
    takePostingBack();
}

/// What was noted as posting has certainly not been accepted, or not been posted at all.
void Delivery::takePostingBack()
{
    m_record->note(SendRecord::Step::Reserved, then("reserved", &Delivery::onUnposted));
}

/// Nothing follows before it is certain that this was noted: should that come to pass later, it would undo the next
/// "posting".
void Delivery::onUnposted(const Result<void> &noted)
{
    const bool mayPass = !noted && noted.error().kind == ErrorKind::Unavailable && !m_record->provesUnsent();
    if (mayPass && ++m_unpostTries < mostUnposts)
        return m_unpostTimer.start(noted.error().code == QStringLiteral("store:lost")
                ? static_cast<int>(m_world.timing.unpostAgainMs)
                : soonMs);
    if (noted && !m_refusal)
        checkLease();
    else
        giveBack();
}

/// What the provider asks for, or a little longer each time. Of limits the pace takes care.
qint64 Delivery::delayAfter(const Error &error) const
{
    if (Pace::isLimit(error))
        return m_world.pace.waitMs(way());
    return Pace::retryAfterMs(error).value_or(backoffMs(m_world.timing, m_repeats + 1));
}

void Delivery::reject(const Error &error)
{
    // The store may hear of it days later, and what it means depends on what was said since.
    QJsonObject detail = error.detail;
    detail.insert(QStringLiteral("at"), m_world.clock.nowMs() * 1000);
    keep({{}, error.code, detail});
}

void Delivery::keep(const ProviderReply &reply)
{
    m_task.reply = reply;
    m_record->keep(reply, then("answered", &Delivery::onKept));
}

void Delivery::onKept(const Result<void> &kept)
{
    if (!kept)
        qWarning("the provider's answer is not in the journal: %s", qPrintable(kept.error().code));
    record(); // the store is where it belongs anyway
}

void Delivery::record()
{
    const auto answer = then("record", &Delivery::onRecorded);
    if (m_task.reply.providerMessageId.isEmpty())
        m_record->fail(m_task.reply.code, m_task.reply.detail, answer);
    else
        m_record->confirm(m_task.reply.providerMessageId, answer);
}

void Delivery::onRecorded(const Result<QJsonObject> &recorded)
{
    if (recorded) {
        Q_EMIT changed(*recorded);
        return settle();
    }
    const Error &error = recorded.error();
    if (isSignedOut(error))
        return finish(Outcome::SignedOut);
    const bool isFault = error.kind == ErrorKind::Internal && m_recordTries < mostRecordFaults;
    if (error.kind == ErrorKind::Unavailable || isFault) {
        const qint64 wait = backoffMs(m_world.timing, ++m_recordTries);
        return m_recordTimer.start(static_cast<int>(m_windsDown ? std::min<qint64>(wait, soonMs) : wait));
    }
    qWarning("the store does not record a provider's answer: %s %s", qPrintable(error.code), qPrintable(error.message));
    // What was accepted and is refused may be known again: a store that has lost its last moments may get them back.
    if (error.kind == ErrorKind::Internal || !m_task.reply.providerMessageId.isEmpty())
        return finish(Outcome::Left);
    settle(); // the same call would be refused for ever
}

/// What cannot go on here: with the provider's reason, if it has said one and nobody else takes the message up.
void Delivery::giveBack()
{
    if (m_notAccepted && !((m_windsDown || m_closedFor > 0) && m_record->comesAgain()))
        return reject(*m_notAccepted);
    m_outcome = Outcome::Released;
    m_record->release(then("release", &Delivery::onReleased));
}

void Delivery::onReleased(const Result<QJsonObject> &released)
{
    if (released) {
        Q_EMIT changed(*released);
        return settle();
    }
    if (stopsFor(released.error()))
        return;
    if (!m_refusal)
        m_refusal = released.error(); // the text must not vanish
    settle();
}

bool Delivery::stopsFor(const Error &error)
{
    if (isSignedOut(error)) {
        finish(Outcome::SignedOut);
        return true;
    }
    if (error.kind == ErrorKind::Unavailable) {
        finish(Outcome::Stalled);
        return true;
    }
    return false;
}

void Delivery::settle()
{
    // What is on its way by other hands is nobody's to write again.
    const bool goesBack = m_refusal && !m_isInStore && m_refusal->code != QStringLiteral("CV019");
    const auto answer = then("removed", &Delivery::onForgotten);
    if (goesBack)
        m_record->giveBack(answer);
    else
        m_record->forget(answer);
}

void Delivery::onForgotten(const Result<void> &forgotten)
{
    if (!forgotten) { // then the text is not given back either: it would be sent twice
        qWarning("the journal keeps a message that is settled: %s", qPrintable(forgotten.error().code));
        return finish(Outcome::Left);
    }
    if (m_refusal)
        Q_EMIT refused(*m_refusal, m_isInStore);
    finish(m_outcome);
}

void Delivery::finish(Outcome outcome)
{
    Q_EMIT finished(outcome);
}

} // namespace conversure::sending
