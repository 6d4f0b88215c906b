// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sending/ClientRecord.h"

#include "sending/StoreCalls.h"

#include <utility>

namespace conversure::sending {

namespace {

const QString providerMessageIdKey = QStringLiteral("provider_message_id");
const QString codeKey = QStringLiteral("code");
const QString detailKey = QStringLiteral("detail");

JournalState stateOf(SendRecord::Step step)
{
    return step == SendRecord::Step::Posting ? JournalState::Posting : JournalState::Reserved;
}

} // namespace

QJsonObject toJson(const ProviderReply &reply)
{
    if (!reply.providerMessageId.isEmpty())
        return {{providerMessageIdKey, reply.providerMessageId}};
    return {{codeKey, reply.code}, {detailKey, reply.detail}};
}

ProviderReply replyFromJson(const QJsonObject &json)
{
    return {json[providerMessageIdKey].toString(), json[codeKey].toString(), json[detailKey].toObject()};
}

ClientRecord::ClientRecord(Place place, JournalSend send, qint64 notAfterMs)
    : m_place(std::move(place))
    , m_send(std::move(send))
    , m_notAfterMs(notAfterMs)
    , m_desk(m_place.store, m_place.clock, m_place.mailbox)
{
}

void ClientRecord::reserve(Answer<Leased> answer)
{
    // Asked here too, because a computer may sleep between typing and sending.
    if (m_place.clock.nowMs() > m_notAfterMs)
        return answer(failure(ErrorKind::Unavailable, QStringLiteral("sending:ask"),
            QStringLiteral("too old to be sent without asking")));
    m_desk.lease([send = m_send](store::Connection &store) { return reserveSend(store, send); }, std::move(answer));
}

void ClientRecord::renew(Answer<Leased> answer)
{
    m_desk.lease([send = m_send](store::Connection &store) { return renewLease(store, send); }, std::move(answer));
}

void ClientRecord::note(Step step, Answer<void> answer)
{
    const JournalState state = stateOf(step);
    if (state == JournalState::Reserved && m_send.state == state)
        return answer({});
    m_send.state =
        state; // now, because writing keeps the order of its calls and need not have come back before the next
    write([attempt = m_send.attempt, state](Journal &journal) { return journal.setState(attempt, state); },
        std::move(answer));
}

void ClientRecord::keep(const ProviderReply &reply, Answer<void> answer)
{
    write(
        [attempt = m_send.attempt, json = toJson(reply)](Journal &journal) { return journal.setAnswer(attempt, json); },
        std::move(answer));
}

void ClientRecord::confirm(const QString &providerMessageId, Answer<QJsonObject> answer)
{
    m_desk.ask<QJsonObject>([send = m_send, providerMessageId](
                                store::Connection &store) { return confirmSend(store, send, providerMessageId); },
        std::move(answer));
}

void ClientRecord::fail(const QString &code, const QJsonObject &figures, Answer<QJsonObject> answer)
{
    m_desk.ask<QJsonObject>(
        [send = m_send, code, figures](store::Connection &store) { return failSend(store, send, code, figures); },
        std::move(answer));
}

void ClientRecord::release(Answer<QJsonObject> answer)
{
    m_desk.ask<QJsonObject>(
        [send = m_send](store::Connection &store) { return releaseSend(store, send); }, std::move(answer));
}

void ClientRecord::forget(Answer<void> answer)
{
    write([attempt = m_send.attempt](Journal &journal) { return journal.remove(attempt); }, std::move(answer));
}

void ClientRecord::giveBack(Answer<void> answer)
{
    if (!isText(m_send))
        return forget(std::move(answer));
    write([send = m_send, at = m_place.clock.nowMs()](Journal &journal) { return journal.giveBack(send, at); },
        std::move(answer));
}

void ClientRecord::write(std::function<Result<void>(Journal &)> task, Answer<void> answer)
{
    auto done = [alive = std::weak_ptr(m_alive), mailbox = m_place.mailbox, answer = std::move(answer)](
                    const Result<void> &written) {
        if (!alive.expired())
            answer(written);
    };
    m_place.journal.run(m_place.mailbox.get(), std::move(task), std::move(done));
}

} // namespace conversure::sending
