// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "domain/Result.h"
#include "sending/Journal.h"
#include "sending/SendOrder.h"
#include "store/Connection.h"

#include <QJsonObject>
#include <QList>

/// The functions of the store that a send goes through. All of them may be repeated with the same arguments, whatever
/// was lost in between; so each is tried again at once after a deadlock. They block: for a store::Worker's thread.
/// Errors as store::Connection::run().
namespace conversure::sending {

/// How the store sees a message of this user.
struct SendState {
    MessageId message;
    AttemptId attempt; ///< The current one.
    MessageStatus status = MessageStatus::Unconfirmed;
    QJsonObject change;
};

Result<SendOrder> reserveSend(store::Connection &store, const JournalSend &send);
Result<SendOrder> renewLease(store::Connection &store, const JournalSend &send);

/// These answer the message as a change.
Result<QJsonObject> confirmSend(store::Connection &store, const JournalSend &send, const QString &providerMessageId);
Result<QJsonObject> failSend(
    store::Connection &store, const JournalSend &send, const QString &code, const QJsonObject &detail);
Result<QJsonObject> releaseSend(store::Connection &store, const JournalSend &send);

/// Messages that the store does not know are left out.
Result<QList<SendState>> sendStates(store::Connection &store, const QList<MessageId> &messages);

} // namespace conversure::sending
