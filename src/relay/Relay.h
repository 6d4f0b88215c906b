// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Clock.h"
#include "domain/Result.h"
#include "providers/Registry.h"
#include "relay/Directory.h"

#include <QString>
#include <QStringList>

#include <functional>
#include <memory>

namespace conversure::store {
class RelayStore;
}

namespace conversure::relay {

struct Limits {
    qsizetype bodyBytes = 4 * 1024 * 1024;
    qsizetype headerBytes = 32 * 1024;
    int requestSeconds = 15; ///< A request that is not complete by then is closed.
    int idleSeconds = 75; ///< Between two requests; longer than the minute for which proxies keep a connection.
    int answerSeconds = 30; ///< A delivery that the writer has not answered by then gets 503.
    int connections = 20'000;
    int writerItems = 20'000;
    qsizetype writerBytes = 64 * 1024 * 1024;
    int helloSeconds = 10; ///< A live connection that has not said hello by then is closed.
    qsizetype helloBytes = 64 * 1024; ///< The longest message a client may send.
    int pingSeconds = 30;
    int subscriberFrames = 2'000; ///< Frames waiting for one live connection; beyond: resync and close.
    qsizetype subscriberBytes = 1024 * 1024;
    int subscribersPerTurn = 64; ///< So that a broadcast never keeps the edge from its other sockets.
    int resumeRows = 2'000; ///< A client further behind than this reads again instead.
    int batch = 256;
    int jobs = 64; ///< Claimed at a time.
    int sendsOfANumber = 6; ///< Of them, messages of one number on their way to its provider; each has a connection.
    int jobLeaseSeconds = 120; ///< Longer than a job takes; then another relay takes it up.
    int jobPollMs = 1'000;
    int jobDrainMs = 3'000; ///< For what is on its way when the relay stops.
};

struct RelaySettings {
    QString listenHost; ///< "127.0.0.1"
    quint16 listenPort = 0; ///< 0: any free one.
    QString database; ///< URL as role conversure_relay.
    QString extraVerifyToken; ///< WHATSAPP_WEBHOOK_SECRET; empty: none.
    Limits limits;
};

/// The daemon: starts its threads in order, stops them in reverse, drains what was accepted. See docs/architecture.md.
/// Lives on the main thread; start() and stop() block it.
class Relay
{
public:
    /// Reads numbers and opens their secrets; called on the tailer's thread with its own store.
    using LoadDirectory = std::function<Result<std::shared_ptr<const Directory>>(store::RelayStore &)>;

    Relay(RelaySettings settings, const providers::Registry &registry, const Clock &clock, LoadDirectory loadDirectory);
    ~Relay();

    /// Listens and starts all threads. Comes back when requests are answered (a store that is away does not fail it:
    /// the relay answers 503 and waits). Fails when the address cannot be bound.
    Result<void> start();
    quint16 port() const;
    /// What is still missing: "store", "directory", "backlog"; empty when deliveries are taken. Any thread.
    QStringList notReady() const;
    /// Stops accepting, answers what is in flight, closes live connections; done within 5 s.
    void stop();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace conversure::relay
