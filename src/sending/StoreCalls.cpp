// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sending/StoreCalls.h"

#include <QJsonArray>

namespace conversure::sending {

namespace {

constexpr int deadlockTries = 4;

Result<store::Rows> callPatiently(store::Connection &store, QLatin1StringView function, const store::Params &params)
{
    for (int attempt = 1;; ++attempt) {
        auto rows = store.call(function, params);
        const bool collided = !rows && rows.error().code.startsWith(QStringLiteral("40"));
        if (!collided || attempt == deadlockTries)
            return rows;
    }
}

Result<QJsonObject> callForObject(store::Connection &store, QLatin1StringView function, const store::Params &params)
{
    return callPatiently(store, function, params).and_then([&](const store::Rows &rows) -> Result<QJsonObject> {
        if (rows.count() == 1)
            return rows.object(0, 0);
        return failure(
            ErrorKind::Internal, QStringLiteral("store:answer"), QStringLiteral("no answer from ") + function);
    });
}

store::Param secretOf(const JournalSend &send)
{
    return store::param(send.leaseSecret);
}

QJsonObject contentOf(const JournalSend &send)
{
    if (!send.content.isEmpty())
        return send.content;
    return {{QStringLiteral("type"), QStringLiteral("TEXT")}, {QStringLiteral("text"), send.text}};
}

} // namespace

Result<SendOrder> reserveSend(store::Connection &store, const JournalSend &send)
{
    return callForObject(store, QLatin1StringView("api.reserve_send"),
        {store::param(send.message.value), store::param(send.attempt.value), store::param(send.conversation.value),
            secretOf(send), store::json(contentOf(send))})
        .map(orderFromJson);
}

Result<SendOrder> renewLease(store::Connection &store, const JournalSend &send)
{
    return callForObject(
        store, QLatin1StringView("api.renew_lease"), {store::param(send.attempt.value), secretOf(send)})
        .map(orderFromJson);
}

Result<QJsonObject> confirmSend(store::Connection &store, const JournalSend &send, const QString &providerMessageId)
{
    return callForObject(store, QLatin1StringView("api.confirm_send"),
        {store::param(send.attempt.value), secretOf(send), store::param(providerMessageId)});
}

Result<QJsonObject> failSend(
    store::Connection &store, const JournalSend &send, const QString &code, const QJsonObject &detail)
{
    return callForObject(store, QLatin1StringView("api.fail_send"),
        {store::param(send.attempt.value), secretOf(send), store::param(code), store::json(detail)});
}

Result<QJsonObject> releaseSend(store::Connection &store, const JournalSend &send)
{
    return callForObject(
        store, QLatin1StringView("api.release_send"), {store::param(send.attempt.value), secretOf(send)});
}

Result<QList<SendState>> sendStates(store::Connection &store, const QList<MessageId> &messages)
{
    QList<QUuid> ids;
    for (const MessageId &message : messages)
        ids.append(message.value);
    const auto rows = callPatiently(store, QLatin1StringView("api.send_state"), {store::uuidArray(ids)});
    CONVERSURE_TRY(rows);
    QList<SendState> out;
    for (const QJsonValue &row : QJsonDocument::fromJson(rows->raw(0, 0)).array()) {
        out.append({MessageId::fromText(row[QStringLiteral("message_id")].toString()),
            AttemptId::fromText(row[QStringLiteral("attempt_id")].toString()),
            sendStatusFromJson(row[QStringLiteral("status")]), row[QStringLiteral("change")].toObject()});
    }
    return out;
}

} // namespace conversure::sending
