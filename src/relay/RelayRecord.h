// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sending/StoreDesk.h"
#include "store/RelayStore.h"

namespace conversure::relay {

/// A send that a client left to the relays: the store has all there is to know, so that another relay finds it.
class RelayRecord final : public sending::SendRecord
{
public:
    struct Place {
        store::Worker &store;
        const Clock &clock;
        sending::Mailbox mailbox;
    };

    RelayRecord(const Place &place, store::RelayAttempt attempt);

    void reserve(Answer<Leased> answer) override;
    void renew(Answer<Leased> answer) override;
    void note(Step step, Answer<void> answer) override;
    void keep(const sending::ProviderReply &reply, Answer<void> answer) override;
    void confirm(const QString &providerMessageId, Answer<QJsonObject> answer) override;
    void fail(const QString &code, const QJsonObject &figures, Answer<QJsonObject> answer) override;
    void release(Answer<QJsonObject> answer) override;
    void forget(Answer<void> answer) override;
    void giveBack(Answer<void> answer) override { forget(std::move(answer)); }
    bool comesAgain() const override { return true; }
    /// What it knew of posting lies in the store.
    bool provesUnsent() const override { return false; }

private:
    using Call = std::function<Result<void>(store::RelayStore &)>;

    void ask(Call call, Answer<void> answer, int tries);
    void askForChange(Call call, const Answer<QJsonObject> &answer);

    const store::RelayAttempt m_attempt;
    sending::StoreDesk m_desk;
    bool m_posting = false;
};

} // namespace conversure::relay
