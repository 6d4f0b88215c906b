// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "relay/SendJobs.h"
#include "relay/TemplateSync.h"

#include <QElapsedTimer>
#include <QHash>
#include <QObject>
#include <QTimer>
#include <QUuid>

namespace conversure::relay {

struct Limits;

/// Claims jobs, has them done and tells the store how they ended. Lives on a thread with an event loop, that of the
/// transport. Deleted at any time it leaves what another relay needs: a job is claimed again when its lease is over.
class JobDesk final : public QObject
{
    Q_OBJECT

public:
    /// All outlive it.
    struct World {
        const Limits &limits;
        const providers::Registry &providers;
        const Clock &clock;
        const DirectorySlot &directory;
        net::HttpTransport &http;
        store::Worker &jobs; ///< Connections of role conversure_relay: one to claim and to end jobs,
        store::Worker &sends; ///< one for what is being sent.
        const sending::Timing &timing;
        const sending::FaultHook &hook;
    };

    explicit JobDesk(const World &world, QObject *parent = nullptr);

    /// Begins to look for jobs.
    void begin();
    /// Something was committed: look again soon.
    void wake();
    /// Claims and posts nothing any more, and says drained() once all is told.
    void windDown();

Q_SIGNALS:
    void drained();

private:
    struct Held {
        store::Job job;
        QElapsedTimer since;
    };

    void claim();
    void onClaimed(int asked, const Result<QList<store::Job>> &jobs);
    void begin(const store::Job &job);
    void syncTemplates(const store::Job &job);
    const DirectoryNumber *numberFor(const Directory &directory, const store::Job &job) const;
    void onTemplates(const store::Job &job, const Result<QJsonArray> &templates);
    void putTemplates(const store::Job &job, const QJsonArray &templates);
    void end(const store::Job &job, const JobEnd &end);
    void tell(const store::Job &job, const JobEnd &end);
    void onTold(const store::Job &job, const JobEnd &end, const Result<void> &told);
    void forget(const store::Job &job);

    const World m_world;
    const QUuid m_id; ///< Of this process: several relays may share a key.
    sending::StoreDesk m_desk;
    SendJobs m_sends;
    QHash<QUuid, Held> m_held; ///< By job.
    bool m_claiming = false;
    bool m_claimAgain = false;
    bool m_windsDown = false;
    QTimer m_pollTimer;
    QTimer m_wakeTimer;
};

} // namespace conversure::relay
