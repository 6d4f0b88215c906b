// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "relay/RelayRecord.h"

#include <utility>

namespace conversure::relay {

namespace {

/// All of these may be repeated at once when their connection is lost. Taking "posting" back may not: carried out late,
/// it would take back the next one.
constexpr int repeatable = 2;
constexpr int once = 1;

/// The store says "by a relay"; here is the relay.
sending::SendOrder ownOrder(const QJsonObject &json)
{
    sending::SendOrder order = sending::orderFromJson(json);
    order.viaRelay = false;
    return order;
}

} // namespace

RelayRecord::RelayRecord(const Place &place, store::RelayAttempt attempt)
    : m_attempt(std::move(attempt))
    , m_desk(place.store, place.clock, place.mailbox)
{
}

void RelayRecord::reserve(Answer<Leased> answer)
{
    m_desk.lease(
        [attempt = m_attempt](store::Connection &db) { return store::RelayStore(db).beginSend(attempt).map(ownOrder); },
        std::move(answer));
}

void RelayRecord::renew(Answer<Leased> answer)
{
    m_desk.lease(
        [attempt = m_attempt](store::Connection &db) { return store::RelayStore(db).renewSend(attempt).map(ownOrder); },
        std::move(answer));
}

void RelayRecord::note(Step step, Answer<void> answer)
{
    if (step == Step::Posting) {
        m_posting = true; // also if the answer is lost
        return ask([attempt = m_attempt](store::RelayStore &db) { return db.markPosting(attempt); }, std::move(answer),
            repeatable);
    }
    if (!m_posting)
        return answer({});
    const auto unmarked = [this, answer = std::move(answer)](const Result<void> &result) {
        m_posting = !result;
        answer(result);
    };
    ask([attempt = m_attempt](store::RelayStore &db) { return db.unmarkPosting(attempt); }, unmarked, once);
}

/// There is no place nearer than the store's record itself.
void RelayRecord::keep(const sending::ProviderReply &, Answer<void> answer)
{
    answer({});
}

void RelayRecord::confirm(const QString &providerMessageId, Answer<QJsonObject> answer)
{
    askForChange([attempt = m_attempt, providerMessageId](
                     store::RelayStore &db) { return db.confirmSend(attempt, providerMessageId); },
        answer);
}

void RelayRecord::fail(const QString &code, const QJsonObject &figures, Answer<QJsonObject> answer)
{
    askForChange(
        [attempt = m_attempt, code, figures](store::RelayStore &db) { return db.failSend(attempt, code, figures); },
        answer);
}

void RelayRecord::release(Answer<QJsonObject> answer)
{
    askForChange([attempt = m_attempt](store::RelayStore &db) { return db.releaseSend(attempt); }, answer);
}

void RelayRecord::forget(Answer<void> answer)
{
    answer({});
}

void RelayRecord::ask(Call call, Answer<void> answer, int tries)
{
    m_desk.ask<void>(sending::patiently([call = std::move(call)](store::Connection &connection) {
        store::RelayStore db(connection);
        return call(db);
    }),
        std::move(answer), tries);
}

void RelayRecord::askForChange(Call call, const Answer<QJsonObject> &answer)
{
    ask(
        std::move(call), [answer](const Result<void> &done) { answer(done.map([] { return QJsonObject(); })); },
        repeatable);
}

} // namespace conversure::relay
