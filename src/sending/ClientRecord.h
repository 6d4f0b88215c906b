// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sending/Journal.h"
#include "sending/JournalWorker.h"
#include "sending/SendRecord.h"
#include "sending/StoreDesk.h"

namespace conversure::sending {

/// The provider's reply as the journal keeps it.
QJsonObject toJson(const ProviderReply &reply);
ProviderReply replyFromJson(const QJsonObject &json);

/// A send of this desktop: the journal holds what only this computer knows, the store is asked as the agent (api.*).
class ClientRecord final : public SendRecord
{
public:
    struct Place {
        JournalWorker &journal;
        store::Worker &store;
        const Clock &clock;
        Mailbox mailbox;
    };

    /// \a notAfterMs: when it has become too old to be reserved without asking its agent, on Clock::nowMs.
    ClientRecord(Place place, JournalSend send, qint64 notAfterMs);

    /// Also Unavailable, "sending:ask": too old by now.
    void reserve(Answer<Leased> answer) override;
    void renew(Answer<Leased> answer) override;
    void note(Step step, Answer<void> answer) override;
    void keep(const ProviderReply &reply, Answer<void> answer) override;
    void confirm(const QString &providerMessageId, Answer<QJsonObject> answer) override;
    void fail(const QString &code, const QJsonObject &figures, Answer<QJsonObject> answer) override;
    void release(Answer<QJsonObject> answer) override;
    void forget(Answer<void> answer) override;
    void giveBack(Answer<void> answer) override;
    bool comesAgain() const override { return false; }
    bool provesUnsent() const override { return true; }

private:
    void write(std::function<Result<void>(Journal &)> task, Answer<void> answer);

    Place m_place;
    JournalSend m_send;
    const qint64 m_notAfterMs;
    StoreDesk m_desk;
    std::shared_ptr<char> m_alive = std::make_shared<char>();
};

} // namespace conversure::sending
