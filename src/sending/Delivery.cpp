// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sending/Delivery.h"

#include "sending/Backoff.h"

#include <QPointer>

namespace conversure::sending {

namespace {

/// A connection that died while idle shows it only at the next statement. All calls may be repeated, so one is.
template <class T>
bool connectionWasLost(const Result<T> &result)
{
    return !result && result.error().code == QStringLiteral("store:lost");
}

const QString providerMessageIdKey = QStringLiteral("provider_message_id");
const QString codeKey = QStringLiteral("code");
const QString detailKey = QStringLiteral("detail");

} // namespace

bool isSignedOut(const Error &error)
{
    return error.kind == ErrorKind::SignedOut
        || error.code.startsWith(QStringLiteral("28")); // 28xxx: the login is gone
}

Delivery::Delivery(World world, JournalSend send, QObject *parent)
    : QObject(parent)
    , m_world(std::move(world))
    , m_send(std::move(send))
{
    m_recordTimer.setSingleShot(true);
    connect(&m_recordTimer, &QTimer::timeout, this, &Delivery::record);
}

void Delivery::begin(Start start)
{
    switch (start) {
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

template <class Task, class Next>
void Delivery::askStore(const char *step, Task task, Next next, bool lastTry)
{
    mark("before:", step);
    auto done = [self = QPointer(this), mailbox = m_world.mailbox, step, task, next, lastTry](auto result) {
        if (!self)
            return;
        if (connectionWasLost(result) && !lastTry)
            return self->askStore(step, task, next, true);
        self->mark("after:", step);
        (self->*next)(result);
    };
    m_world.parts.store.run(m_world.mailbox.get(), task, std::move(done));
}

template <class Task, class Next>
void Delivery::write(const char *step, Task task, Next next)
{
    mark("before:", step);
    auto done = [self = QPointer(this), mailbox = m_world.mailbox, step, next](const Result<void> &written) {
        if (!self)
            return;
        self->mark("after:", step);
        (self->*next)(written);
    };
    m_world.parts.journal.run(m_world.mailbox.get(), std::move(task), std::move(done));
}

void Delivery::mark(const char *when, const char *step) const
{
    if (m_world.hook)
        m_world.hook(QByteArray(when).append(step).constData());
}

std::function<Result<Delivery::Leased>(store::Connection &)> Delivery::leasing(OrderCall call) const
{
    return [call, send = m_send, clock = &m_world.parts.clock](store::Connection &store) -> Result<Leased> {
        const qint64 askedAt = clock->elapsedMs();
        return call(store, send).map([askedAt](const SendOrder &order) {
            return Leased{order, askedAt + order.leaseMs};
        });
    };
}

void Delivery::reserve()
{
    // Asked here too, because a computer may sleep between typing and sending.
    const qint64 age = m_world.parts.clock.nowMs() - m_send.typedAt;
    if (age > m_world.timing.askAfterMs && !m_world.approved)
        return finish(Outcome::Stalled);
    askStore("reserve", leasing(&reserveSend), &Delivery::onReserved);
}

void Delivery::onReserved(const Result<Leased> &reserved)
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
    askStore("renew", leasing(&renewLease), &Delivery::onRenewed);
}

void Delivery::onRenewed(const Result<Leased> &renewed)
{
    if (renewed) {
        m_justRenewed = true;
        return take(*renewed);
    }
    if (!stopsFor(renewed.error()))
        release(); // others may have been told that it is unconfirmed; but nothing was written
}

void Delivery::take(const Leased &leased)
{
    m_order = leased.order;
    m_leaseEndsAt = leased.endsAt;
    Q_EMIT changed(m_order.change);
    if (m_order.state == MessageStatus::Unconfirmed)
        return release();
    if (m_order.state != MessageStatus::Sending)
        return settle();
    if (m_send.state == JournalState::Reserved)
        return checkLease();
    write(
        "reserved",
        [attempt = m_send.attempt](Journal &journal) { return journal.setState(attempt, JournalState::Reserved); },
        &Delivery::onReservedWritten);
}

void Delivery::onReservedWritten(const Result<void> &written)
{
    if (!written) {
        m_refusal = written.error();
        return release();
    }
    m_send.state = JournalState::Reserved;
    checkLease();
}

void Delivery::checkLease()
{
    const qint64 left = m_leaseEndsAt - m_world.parts.clock.elapsedMs();
    if (left < m_world.timing.leaseMarginMs && !m_justRenewed)
        return renew();
    m_justRenewed = false;
    if (left <= 0)
        return release();
    translate();
}

void Delivery::translate()
{
    const auto number = m_world.numbers.constFind(m_order.number);
    const bool known = number != m_world.numbers.constEnd();
    m_provider = known ? m_world.parts.providers.find(number->provider) : nullptr;
    if (!m_provider) {
        m_refusal = Error{ErrorKind::Refused, QStringLiteral("sending:no-number"),
            QStringLiteral("this computer does not hold the settings of the number"), {}};
        return release();
    }
    const auto request =
        m_provider->sendRequest(number->settings, {m_send.attempt, m_order.to, ContentType::Text, m_send.text});
    if (!request)
        return reject(request.error());
    m_request = *request;
    write(
        "posting",
        [attempt = m_send.attempt](Journal &journal) { return journal.setState(attempt, JournalState::Posting); },
        &Delivery::onPostingWritten);
}

void Delivery::onPostingWritten(const Result<void> &written)
{
    if (!written) {
        m_refusal = written.error();
        return release();
    }
    m_send.state = JournalState::Posting;
    mark("before:", "post");
    m_world.parts.http.send(m_request, this, [this](const Result<wire::HttpResponse> &answer) { onAnswer(answer); });
}

void Delivery::onAnswer(const Result<wire::HttpResponse> &answer)
{
    mark("after:", "post");
    m_request = {}; // holds the number's token
    const auto result =
        answer.and_then([this](const wire::HttpResponse &response) { return m_provider->readSendResponse(response); });
    if (result)
        return keepAnswer({{providerMessageIdKey, result->providerMessageId}});
    onNotAccepted(result.error());
}

void Delivery::onNotAccepted(const Error &error)
{
    if (error.kind == ErrorKind::Ambiguous || error.kind == ErrorKind::Internal)
        return finish(Outcome::Left); // the lease runs out, and the message is unconfirmed for everybody
    const qint64 delay = backoffMs(m_world.timing, m_repeats + 1);
    const bool leaseLasts = m_world.parts.clock.elapsedMs() + delay < m_leaseEndsAt;
    if (error.kind == ErrorKind::Unavailable && m_repeats < m_world.timing.httpRepeats && leaseLasts)
        return repeatLater(delay);
    reject(error);
}

void Delivery::repeatLater(qint64 delayMs)
{
    ++m_repeats;
    // Back to Reserved, because it is known that nothing was accepted. Should that not reach the disk, the journal only
    // knows less than it could.
    m_send.state = JournalState::Reserved;
    m_world.parts.journal.run(
        m_world.mailbox.get(),
        [attempt = m_send.attempt](Journal &journal) { return journal.setState(attempt, JournalState::Reserved); },
        [mailbox = m_world.mailbox](const Result<void> &) {});
    QTimer::singleShot(delayMs, this, &Delivery::checkLease);
}

void Delivery::reject(const Error &error)
{
    keepAnswer({{codeKey, error.code}, {detailKey, error.detail}});
}

void Delivery::keepAnswer(const QJsonObject &answer)
{
    m_send.answer = answer;
    m_send.state = JournalState::Answered;
    write(
        "answered", [attempt = m_send.attempt, answer](Journal &journal) { return journal.setAnswer(attempt, answer); },
        &Delivery::onAnswerWritten);
}

void Delivery::onAnswerWritten(const Result<void> &written)
{
    if (!written)
        qWarning("the provider's answer is not in the journal: %s", qPrintable(written.error().code));
    record(); // the store is where it belongs anyway
}

void Delivery::record()
{
    askStore(
        "record",
        [send = m_send](store::Connection &store) {
            const QString providerMessageId = send.answer[providerMessageIdKey].toString();
            return providerMessageId.isEmpty()
                ? failSend(store, send, send.answer[codeKey].toString(), send.answer[detailKey].toObject())
                : confirmSend(store, send, providerMessageId);
        },
        &Delivery::onRecorded);
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
    if (error.kind == ErrorKind::Unavailable) {
        m_recordTimer.start(static_cast<int>(backoffMs(m_world.timing, ++m_recordTries)));
        return;
    }
    qWarning("the store does not record a provider's answer: %s %s", qPrintable(error.code), qPrintable(error.message));
    if (error.kind == ErrorKind::Internal)
        return finish(Outcome::Left);
    settle(); // the same call would be refused for ever
}

void Delivery::release()
{
    askStore(
        "release", [send = m_send](store::Connection &store) { return releaseSend(store, send); },
        &Delivery::onReleased);
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
    write(
        "removed", [attempt = m_send.attempt](Journal &journal) { return journal.remove(attempt); },
        &Delivery::onRemoved);
}

void Delivery::onRemoved(const Result<void> &removed)
{
    if (!removed) { // then the text is not given back either: it would be sent twice
        qWarning("the journal keeps a message that is settled: %s", qPrintable(removed.error().code));
        return finish(Outcome::Left);
    }
    if (m_refusal)
        Q_EMIT refused(m_send.message, m_send.conversation, m_send.text, *m_refusal);
    finish(Outcome::Settled);
}

void Delivery::finish(Outcome outcome)
{
    Q_EMIT finished(outcome);
}

} // namespace conversure::sending
