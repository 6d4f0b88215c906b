// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "relay/Directory.h"
#include "relay/JobEnd.h"
#include "sending/Delivery.h"
#include "sending/Pace.h"
#include "sending/StoreDesk.h"
#include "store/RelayStore.h"

#include <QHash>
#include <QList>
#include <QObject>
#include <QTimer>

#include <map>
#include <optional>

namespace conversure::relay {

/// Jobs "send": each is a Delivery. One of a conversation at a time, in the order claimed, and a few of a number;
/// companies and numbers beside each other. Of the jobs' thread.
class SendJobs final : public QObject
{
    Q_OBJECT

public:
    /// All outlive it.
    struct World {
        const providers::Registry &providers;
        const Clock &clock;
        const DirectorySlot &directory;
        net::HttpTransport &http;
        store::Worker &store;
        const sending::Timing &timing;
        const sending::FaultHook &hook;
        int mostOfANumber;
    };

    SendJobs(const World &world, QObject *parent);
    ~SendJobs() override;

    void add(const store::Job &job);
    /// Posts nothing any more; what is posted may still be recorded.
    void windDown();

Q_SIGNALS:
    void ended(const conversure::store::Job &job, const conversure::relay::JobEnd &end);

private:
    using Talk = std::pair<CompanyId, ConversationId>;
    using Number = std::pair<CompanyId, NumberId>;

    struct Send {
        store::Job job;
        Talk talk;
        AttemptId attempt;
        NumberId number; ///< Null until it is known.
        sending::Delivery *delivery = nullptr;
        std::optional<Error> refusal = std::nullopt;
        qint64 closedForMs = 0; ///< Given back because its way was closed for so long.
    };
    /// What was put off last in a conversation, until it is due again by Clock::elapsedMs.
    struct Away {
        QUuid job;
        qint64 until = 0;
    };

    void pump();
    bool mayBegin(const Send &send) const;
    int runningBeside(const Send &send) const;
    void count(const Send &send, int step);
    void begin(Send send);
    sending::NumberSettings numbersOf(CompanyId company) const;
    void onNumberKnown(const Talk &talk, NumberId number);
    void onFinished(const Talk &talk, sending::Delivery::Outcome outcome);
    JobEnd endOf(const Send &send, sending::Delivery::Outcome outcome) const;
    void putOffFollowers(const Send &send, const JobEnd &end);
    sending::Pace &paceOf(CompanyId company);
    QString leaseSecret(const AttemptId &attempt) const;

    const World m_world;
    const sending::Mailbox m_mailbox = sending::newMailbox();
    const QByteArray m_secret; ///< Lease secrets come of it: the same attempt taken up again is known as ours.
    QList<Send> m_waiting; ///< The oldest first.
    QHash<Talk, Send> m_running;
    QHash<Number, int> m_runningOf;
    QHash<Talk, NumberId> m_numberOf;
    QHash<Talk, Away> m_putOff;
    std::map<CompanyId, sending::Pace> m_paces;
    QTimer m_pumpTimer; ///< When a way opens.
    bool m_windsDown = false;
};

} // namespace conversure::relay
