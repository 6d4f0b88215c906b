// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sending/Sender.h"

#include "sending/Backoff.h"
#include "sending/ClientRecord.h"
#include "vault/Secret.h"

#include <limits>

namespace conversure::sending {

namespace {

QString newLeaseSecret()
{
    const vault::Secret secret = vault::Secret::random(32);
    return QString::fromLatin1(secret.bytes().toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
}

bool isSentOrBeyond(MessageStatus status)
{
    return status == MessageStatus::Sent || status == MessageStatus::Delivered || status == MessageStatus::Read;
}

} // namespace

Sender::Sender(Parts parts, QObject *parent)
    : QObject(parent)
    , m_parts(parts)
    , m_ids(parts.clock)
    , m_pace(parts.clock, m_timing)
    , m_retryTimer(this)
{
    m_retryTimer.setSingleShot(true);
    connect(&m_retryTimer, &QTimer::timeout, this, &Sender::resume);
}

Sender::~Sender() = default;

void Sender::setTiming(const Timing &timing)
{
    m_timing = timing;
}

void Sender::setFaultHook(FaultHook hook)
{
    m_hook = std::move(hook);
}

void Sender::setNumbers(const QHash<NumberId, SendingNumber> &numbers)
{
    m_numbers = numbers;
}

/// Made at the first use, so on the Sender's thread even if that was moved.
const Mailbox &Sender::mailbox()
{
    if (!m_mailbox)
        m_mailbox = newMailbox();
    return m_mailbox;
}

/// A result for this Sender, if it and the session are still there; keeps the receiver alive as long as a worker may
/// name it.
template <class Done>
auto Sender::guarded(Done done)
{
    return [self = QPointer(this), session = m_session, keep = mailbox(), done = std::move(done)](const auto &result) {
        if (self && self->m_session == session)
            done(result);
    };
}

void Sender::leave()
{
    ++m_session;
    m_retryTimer.stop();
    for (const Lane &lane : std::as_const(m_lanes))
        delete lane.current;
    m_lanes.clear();
    m_active.clear();
    m_asked.clear();
    m_approved.clear();
    m_older.clear();
    m_numbers.clear();
    m_numberOf.clear();
    m_stall = Stall::NotBegun;
    m_resuming = false;
    m_resumeAgain = false;
    m_stalls = 0;
}

void Sender::mark(const char *step) const
{
    if (m_hook)
        m_hook(step);
}

void Sender::send(const QueuedText &text)
{
    journalTyped(text, &Journal::add);
}

void Sender::retry(const QueuedText &text)
{
    QueuedText again = text;
    if (again.content.isEmpty())
        again.content = {{QStringLiteral("type"), QStringLiteral("AGAIN")}};
    journalTyped(again, &Journal::addAgain);
}

void Sender::journalTyped(const QueuedText &text, Result<void> (Journal::*add)(const JournalSend &))
{
    if (m_active.contains(text.message))
        return;
    m_active.insert(text.message);
    const qint64 typedAt = text.typedAt > 0 ? text.typedAt : m_parts.clock.nowMs();
    const JournalSend send{text.message, text.conversation, m_ids.make<AttemptId>(), newLeaseSecret(), text.text,
        typedAt, JournalState::Typed, {}, text.content};
    mark("before:typed");
    m_parts.journal.run(
        mailbox().get(), [send, add](Journal &journal) { return (journal.*add)(send); },
        guarded([this, send](const Result<void> &written) { onTyped(send, written); }));
}

void Sender::onTyped(const JournalSend &send, const Result<void> &written)
{
    mark("after:typed");
    if (written && m_stall == Stall::None && !m_resuming)
        return enqueue(send, Delivery::Start::Reserve);
    m_active.remove(send.message);
    if (!written && written.error().kind != ErrorKind::Refused) // refused: it is on its way already
        onRefused(send, written.error(), false);
    else if (m_resuming || !waitsForResume())
        resume(); // again, so that it goes behind what was typed before it
}

void Sender::resume()
{
    if (m_resuming) {
        m_resumeAgain = true;
        return;
    }
    m_resuming = true;
    m_retryTimer.stop();
    for (const Lane &lane : std::as_const(m_lanes)) {
        if (lane.current)
            lane.current->hurry();
    }
    m_parts.journal.run(
        mailbox().get(), [](Journal &journal) { return journal.sends(); },
        guarded([this](const Result<QList<JournalSend>> &sends) { onSends(sends); }));
}

void Sender::onSends(const Result<QList<JournalSend>> &sends)
{
    if (!sends) {
        stall(sends.error().code == QStringLiteral("journal:closed") ? Stall::NotBegun : Stall::Store);
        return endResume();
    }
    // What is under way now may have gone further when the store answers; only what rests is compared.
    QList<JournalSend> resting;
    QList<MessageId> messages;
    for (const JournalSend &send : *sends) {
        if (m_active.contains(send.message))
            continue;
        resting.append(send);
        messages.append(send.message);
    }
    m_parts.store.run(
        mailbox().get(), [messages](store::Connection &store) { return sendStates(store, messages); },
        guarded([this, resting](const Result<QList<SendState>> &states) { onStates(resting, states); }));
}

void Sender::onStates(const QList<JournalSend> &sends, const Result<QList<SendState>> &states)
{
    if (!states) {
        stall(isSignedOut(states.error()) ? Stall::SignedOut : Stall::Store);
        return endResume();
    }
    m_stall = Stall::None;
    QHash<MessageId, const SendState *> known;
    for (const SendState &state : *states)
        known.insert(state.message, &state);
    for (const JournalSend &send : sends) {
        if (!m_active.contains(send.message))
            resumeOne(send, known.value(send.message));
    }
    tellOlder();
    endResume();
}

void Sender::endResume()
{
    m_resuming = false;
    if (std::exchange(m_resumeAgain, false) && !waitsForResume())
        resume();
}

/// One row of the journal against what the store knows of its message (docs/architecture.md, "An hour without
/// network").
void Sender::resumeOne(const JournalSend &send, const SendState *known)
{
    if (send.state == JournalState::Answered)
        return enqueue(send, Delivery::Start::Record);
    if (!known)
        return resumeUnreserved(send);

    Q_EMIT changed(known->change);
    const bool ours = known->attempt == send.attempt;
    const bool failed = known->status == MessageStatus::Failed;
    if (isSentOrBeyond(known->status) || (failed && (ours || send.state == JournalState::Posting)))
        return forget(send);
    // What was not noted as reserved is reserved again: the store knows the attempt, and says whether a relay has it.
    if (ours && send.state != JournalState::Posting)
        return enqueue(send, send.state == JournalState::Reserved ? Delivery::Start::Renew : Delivery::Start::Reserve);
    resumeUnreserved(send);
}

void Sender::resumeUnreserved(const JournalSend &send)
{
    if (send.state == JournalState::Posting)
        return; // nobody knows; a status of the provider will tell
    if (mustAsk(send))
        m_older.append({send.message, send.conversation, send.text, send.typedAt, send.content});
    else
        enqueue(send, Delivery::Start::Reserve);
}

bool Sender::mustAsk(const JournalSend &send) const
{
    return !m_approved.contains(send.message) && m_parts.clock.nowMs() - send.typedAt > m_timing.askAfterMs;
}

void Sender::tellOlder()
{
    QList<QueuedText> news;
    for (const QueuedText &text : std::exchange(m_older, {})) {
        if (!m_asked.contains(text.message))
            news.append(text);
        m_asked.insert(text.message);
    }
    if (!news.isEmpty())
        Q_EMIT olderQueued(news);
}

void Sender::sendOlder(const QList<MessageId> &messages)
{
    m_approved.unite(QSet<MessageId>(messages.begin(), messages.end()));
    resume();
}

void Sender::discard(const QList<MessageId> &messages)
{
    for (const MessageId &message : messages) {
        if (m_active.contains(message))
            continue;
        m_parts.journal.run(
            mailbox().get(), [message](Journal &journal) { return journal.removeTyped(message); },
            guarded([](const Result<void> &removed) {
                if (!removed)
                    qWarning("a discarded text stays in the journal: %s", qPrintable(removed.error().code));
            }));
    }
}

void Sender::forget(const JournalSend &send)
{
    m_parts.journal.run(
        mailbox().get(), [attempt = send.attempt](Journal &journal) { return journal.remove(attempt); },
        guarded([](const Result<void> &removed) {
            if (!removed)
                qWarning("the journal keeps a message that is settled: %s", qPrintable(removed.error().code));
        }));
}

void Sender::enqueue(const JournalSend &send, Delivery::Start start)
{
    m_active.insert(send.message);
    m_lanes[send.conversation].waiting.append({send, start});
    pump(send.conversation);
}

void Sender::pump(ConversationId conversation)
{
    const auto lane = m_lanes.find(conversation);
    if (lane == m_lanes.end() || lane->current)
        return;
    if (lane->waiting.isEmpty()) {
        m_lanes.erase(lane);
        return;
    }
    // What would have to wait for longer is begun: it fails with the provider's figure, and its writer knows.
    const qint64 wait = m_pace.waitMs({m_numberOf.value(conversation), conversation});
    if (wait > 0 && wait <= m_timing.pauseAtMostMs)
        return pause(conversation, wait);
    const auto [send, start] = lane->waiting.takeFirst();
    begin(conversation, send, start);
}

/// The provider would refuse it now; nothing is reserved for what cannot go.
void Sender::pause(ConversationId conversation, qint64 ms)
{
    if (std::exchange(m_lanes[conversation].paused, true))
        return;
    QTimer::singleShot(static_cast<int>(ms), this, [this, conversation] {
        const auto lane = m_lanes.find(conversation);
        if (lane == m_lanes.end())
            return;
        lane->paused = false;
        pump(conversation);
    });
}

void Sender::begin(ConversationId conversation, const JournalSend &send, Delivery::Start start)
{
    Delivery *delivery = newDelivery(send, start);
    m_lanes[conversation].current = delivery;
    connect(delivery, &Delivery::numberKnown, this,
        [this, conversation](NumberId number) { m_numberOf.insert(conversation, number); });
    connect(delivery, &Delivery::changed, this, &Sender::changed);
    connect(delivery, &Delivery::refused, this,
        [this, send](const Error &error, bool isInStore) { onRefused(send, error, isInStore); });
    connect(
        delivery, &Delivery::finished, this, [this, conversation, message = send.message](Delivery::Outcome outcome) {
            onFinished(conversation, message, outcome);
        });
    delivery->begin();
}

Delivery *Sender::newDelivery(const JournalSend &send, Delivery::Start start)
{
    const bool approved = m_approved.contains(send.message);
    const qint64 notAfter = approved ? std::numeric_limits<qint64>::max() : send.typedAt + m_timing.askAfterMs;
    auto record = std::make_unique<ClientRecord>(
        ClientRecord::Place{m_parts.journal, m_parts.store, m_parts.clock, mailbox()}, send, notAfter);
    const auto numbers = [this](NumberId id) -> std::optional<SendingNumber> {
        const auto number = m_numbers.constFind(id);
        return number == m_numbers.constEnd() ? std::nullopt : std::optional(*number);
    };
    return new Delivery({m_parts.http, m_parts.providers, m_parts.clock, m_timing, m_hook, m_pace, numbers},
        std::move(record), {send.attempt, send.conversation, start, replyFromJson(send.answer)}, this);
}

void Sender::onRefused(const JournalSend &send, const Error &error, bool isInStore)
{
    const QString type = send.content[QStringLiteral("type")].toString();
    if (isInStore || type == QStringLiteral("AGAIN"))
        Q_EMIT refused(send.message, send.conversation, {}, error);
    else if (error.code == QStringLiteral("CV019")) // on its way by other hands
        return;
    else if (type == QStringLiteral("TEMPLATE"))
        Q_EMIT templateRefused(send.message, send.conversation, send.content, error);
    else
        Q_EMIT refused(send.message, send.conversation, send.text, error);
}

void Sender::onFinished(ConversationId conversation, MessageId message, Delivery::Outcome outcome)
{
    m_active.remove(message);
    if (Lane &lane = m_lanes[conversation]; lane.current) {
        lane.current->deleteLater();
        lane.current = nullptr;
    }
    if (outcome != Delivery::Outcome::Stalled && outcome != Delivery::Outcome::SignedOut) {
        m_stalls = 0;
        m_approved.remove(message);
        return pump(conversation);
    }
    emptyLane(conversation);
    stall(outcome == Delivery::Outcome::SignedOut ? Stall::SignedOut : Stall::Store);
}

/// The journal has them all, and the next resume() brings them back in order.
void Sender::emptyLane(ConversationId conversation)
{
    for (const auto &waiting : m_lanes.take(conversation).waiting)
        m_active.remove(waiting.first.message);
}

void Sender::stall(Stall why)
{
    const Stall before = std::exchange(m_stall, why);
    if (why == Stall::SignedOut) {
        m_retryTimer.stop();
        if (before != why) // several messages may hear it
            Q_EMIT signedOut();
    } else if (why == Stall::Store && !m_retryTimer.isActive()) {
        m_retryTimer.start(static_cast<int>(backoffMs(m_timing, ++m_stalls)));
    }
}

bool Sender::waitsForResume() const
{
    return m_stall == Stall::NotBegun || m_stall == Stall::SignedOut;
}

} // namespace conversure::sending
