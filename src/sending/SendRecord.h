// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "sending/SendOrder.h"

#include <QJsonObject>
#include <QString>

#include <functional>

namespace conversure::sending {

/// What the provider said: an id, or why not.
struct ProviderReply {
    QString providerMessageId; ///< Empty: definitely not accepted.
    QString code;
    QJsonObject detail;
};

/// What a Delivery stands on: asks the store whether a message may go, and keeps how far it has come where the next
/// process finds it. A client has its journal for that, a relay has the store.
///
/// Each call answers once, on the Delivery's thread, when what it says will survive the process; perhaps before it
/// returns, and no more once the record is gone. Errors as store::Connection::run(), and those of Journal.
class SendRecord
{
public:
    template <class T>
    using Answer = std::function<void(const Result<T> &)>;

    struct Leased {
        SendOrder order;
        qint64 endsAt = 0; ///< On Clock::elapsedMs, counted from before the question: the safe side.
    };
    enum class Step {
        Reserved, ///< No byte has gone to the provider.
        Posting, ///< Bytes may have gone.
    };

    virtual ~SendRecord() = default;

    virtual void reserve(Answer<Leased> answer) = 0;
    /// More time for an attempt of which nothing has left.
    virtual void renew(Answer<Leased> answer) = 0;
    virtual void note(Step step, Answer<void> answer) = 0;
    /// Keeps what the provider said until the store has it.
    virtual void keep(const ProviderReply &reply, Answer<void> answer) = 0;

    /// These answer the message as a change; an empty one where nobody wants it.
    virtual void confirm(const QString &providerMessageId, Answer<QJsonObject> answer) = 0;
    virtual void fail(const QString &code, const QJsonObject &figures, Answer<QJsonObject> answer) = 0;
    /// Nothing has left, and nothing will under this attempt.
    virtual void release(Answer<QJsonObject> answer) = 0;

    virtual void forget(Answer<void> answer) = 0;
    /// The same of what was refused: what its writer typed is theirs again, and must survive as such.
    virtual void giveBack(Answer<void> answer) = 0;

    /// Whether what is released is taken up again by itself, later; else its writer has to be told now.
    virtual bool comesAgain() const = 0;
    /// Whether it knows better than a store that says "unconfirmed": until posting was noted nothing has left.
    virtual bool provesUnsent() const = 0;
};

} // namespace conversure::sending
