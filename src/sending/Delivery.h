// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "net/HttpTransport.h"
#include "providers/Registry.h"
#include "sending/Pace.h"
#include "sending/SendRecord.h"
#include "sending/SendingNumber.h"
#include "sending/Timing.h"

#include <QJsonObject>
#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>

namespace conversure::sending {

/// One message on its way: reserve, translate, post, translate, record. The one chain there is, for clients and for
/// relays; what differs between them is the SendRecord. Lives on one thread with an event loop, that of the transport,
/// and ends with finished(); deleted earlier, it leaves a record that tells the next one where to go on.
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
        Settled, ///< Recorded or refused, and forgotten.
        Released, ///< Given back before anything had left, and forgotten.
        Left, ///< Stays in the record as it is: nobody knows, or it cannot be recorded.
        Stalled, ///< Goes on when the store can be reached, or when the person has been asked.
        SignedOut,
    };
    struct Task {
        AttemptId attempt;
        ConversationId conversation;
        Start start = Start::Reserve;
        ProviderReply reply = {}; ///< For Record.
    };
    /// What it stands on; the references outlive it.
    struct World {
        net::HttpTransport &http;
        const providers::Registry &providers;
        const Clock &clock;
        const Timing &timing;
        const FaultHook &hook;
        Pace &pace;
        NumberSettings numbers;
    };

    Delivery(World world, std::unique_ptr<SendRecord> record, Task task, QObject *parent);
    ~Delivery() override;

    void begin();
    /// The store can be reached: do not wait any longer with recording.
    void hurry();
    /// Comes to an end soon: posts nothing any more, and records what the provider has said or still says to what was
    /// posted.
    void windDown();
    /// How long the way was closed when it was given back for that, in milliseconds; else 0.
    qint64 closedForMs() const { return m_closedFor; }

Q_SIGNALS:
    /// Reserved, to go out from this number.
    void numberKnown(conversure::NumberId number);
    void changed(const QJsonObject &change);
    /// Comes before finished(). \a isInStore: after it had been reserved; the message has failed and stays where it is.
    void refused(const conversure::Error &error, bool isInStore);
    void finished(conversure::sending::Delivery::Outcome outcome);

private:
    template <class T>
    SendRecord::Answer<T> then(const char *step, void (Delivery::*next)(const Result<T> &));
    void mark(const char *when, const char *step) const;

    void reserve();
    void onReserved(const Result<SendRecord::Leased> &reserved);
    void renew();
    void onRenewed(const Result<SendRecord::Leased> &renewed);
    void take(const SendRecord::Leased &leased);
    void onReservedNoted(const Result<void> &noted);
    void checkLease();
    void waitFor(qint64 ms);
    void translate();
    void onPostingNoted(const Result<void> &noted);
    void onAnswer(const Result<wire::HttpResponse> &answer);
    void onNotAccepted(const Error &error);
    void takePostingBack();
    void onUnposted(const Result<void> &noted);
    qint64 delayAfter(const Error &error) const;
    void reject(const Error &error);
    void keep(const ProviderReply &reply);
    void onKept(const Result<void> &kept);
    void record();
    void onRecorded(const Result<QJsonObject> &recorded);
    void giveBack();
    void onReleased(const Result<QJsonObject> &released);
    bool stopsFor(const Error &error);
    void settle();
    void onForgotten(const Result<void> &forgotten);
    void finish(Outcome outcome);
    bool waitsTooLong(qint64 ms) const;
    Pace::Way way() const { return {m_order.number, m_task.conversation}; }

    World m_world;
    std::unique_ptr<SendRecord> m_record;
    Task m_task;
    SendOrder m_order;
    qint64 m_leaseEndsAt = 0;
    bool m_justRenewed = false;
    const providers::Provider *m_provider = nullptr;
    wire::HttpRequest m_request;
    std::optional<Error> m_notAccepted; ///< Why what was posted has certainly not been accepted.
    int m_repeats = 0;
    qint64 m_notBefore = 0; ///< Of the next post, on Clock::elapsedMs.
    std::optional<qint64> m_waitsSince; ///< The first post or wait, on Clock::elapsedMs.
    int m_recordTries = 0;
    int m_unpostTries = 0;
    qint64 m_closedFor = 0;
    bool m_windsDown = false;
    Outcome m_outcome = Outcome::Settled; ///< Once the record has forgotten the message.
    std::optional<Error> m_refusal; ///< Told then, too.
    bool m_isInStore;
    QTimer m_waitTimer;
    QTimer m_recordTimer;
    QTimer m_unpostTimer;
};

} // namespace conversure::sending
