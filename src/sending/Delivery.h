// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "sending/Parts.h"
#include "sending/StoreCalls.h"

#include <QJsonObject>
#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>

namespace conversure::sending {

/// Whether the store does not know this session, or this device's login, any more.
bool isSignedOut(const Error &error);

/// One message on its way, from the journal to the store's record. Lives on the Sender's thread and ends with
/// finished(); deleted earlier, it leaves a journal that tells the next one where to go on.
class Delivery final : public QObject
{
    Q_OBJECT

public:
    enum class Start {
        Reserve,
        Renew, ///< The store has it reserved, and no byte has left.
        Record, ///< The provider has answered.
    };
    enum class Outcome {
        Settled, ///< Recorded or refused; the journal has forgotten it.
        Left, ///< Stays in the journal as it is: nobody knows, or it cannot be recorded.
        Stalled, ///< Goes on when the store can be reached, or when the person has been asked.
        SignedOut,
    };
    /// What it stands on; the references are the Sender's.
    struct World {
        Parts parts;
        const Timing &timing;
        const FaultHook &hook;
        const QHash<NumberId, SendingNumber> &numbers;
        std::shared_ptr<QObject> mailbox; ///< Receives from the workers; see Sender.
        bool approved; ///< May be sent whatever its age.
    };

    Delivery(World world, JournalSend send, QObject *parent);

    void begin(Start start);
    /// The store can be reached: do not wait any longer with recording.
    void hurry();

Q_SIGNALS:
    void changed(const QJsonObject &change);
    void refused(conversure::MessageId message, conversure::ConversationId conversation, const QString &text,
        const conversure::Error &error);
    void finished(conversure::sending::Delivery::Outcome outcome);

private:
    struct Leased {
        SendOrder order;
        qint64 endsAt = 0; ///< On Clock::elapsedMs, counted from before the question: the safe side.
    };
    using OrderCall = Result<SendOrder> (*)(store::Connection &, const JournalSend &);

    template <class Task, class Next>
    void askStore(const char *step, Task task, Next next, bool lastTry = false);
    template <class Task, class Next>
    void write(const char *step, Task task, Next next);
    void mark(const char *when, const char *step) const;

    void reserve();
    void onReserved(const Result<Leased> &reserved);
    void renew();
    void onRenewed(const Result<Leased> &renewed);
    std::function<Result<Leased>(store::Connection &)> leasing(OrderCall call) const;
    void take(const Leased &leased);
    void onReservedWritten(const Result<void> &written);
    void checkLease();
    void translate();
    void onPostingWritten(const Result<void> &written);
    void onAnswer(const Result<wire::HttpResponse> &answer);
    void onNotAccepted(const Error &error);
    void repeatLater(qint64 delayMs);
    void reject(const Error &error);
    void keepAnswer(const QJsonObject &answer);
    void onAnswerWritten(const Result<void> &written);
    void record();
    void onRecorded(const Result<QJsonObject> &recorded);
    void release();
    void onReleased(const Result<QJsonObject> &released);
    bool stopsFor(const Error &error);
    void settle();
    void onRemoved(const Result<void> &removed);
    void finish(Outcome outcome);

    World m_world;
    JournalSend m_send;
    SendOrder m_order;
    qint64 m_leaseEndsAt = 0;
    bool m_justRenewed = false;
    const providers::Provider *m_provider = nullptr;
    wire::HttpRequest m_request;
    int m_repeats = 0;
    int m_recordTries = 0;
    std::optional<Error> m_refusal; ///< Told once the journal has forgotten the message.
    QTimer m_recordTimer;
};

} // namespace conversure::sending
