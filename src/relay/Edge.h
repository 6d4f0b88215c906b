// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Clock.h"
#include "domain/Result.h"
#include "relay/Directory.h"
#include "relay/Health.h"
#include "relay/Live.h"
#include "relay/Relay.h"
#include "relay/WebhookHandler.h"
#include "relay/WebhookSink.h"

#include <memory>

namespace conversure::relay {

struct EdgeCore;

/// HTTP and WebSocket on one port: one thread with all sockets, deadlines, the live connections and the hub.
///
/// Every socket has one object that owns parser, deadline and pending answer; it lives as long as something on the
/// thread waits for it. A delivery is answered when the sink has said what became of it; an answer for a connection
/// that has gone is dropped.
///
/// listen(), start() and stop() belong to the owner's thread; answer() and publish() to any.
class Edge
{
public:
    /// All of them must outlive the edge.
    struct Parts {
        const WebhookHandler &handler;
        const DirectorySlot &directory;
        Health &health;
        const Clock &clock;
        WebhookSink &sink;
        LiveAuthority &authority;
    };

    Edge(const RelaySettings &settings, Parts parts);
    ~Edge();

    /// Fails with kind Unavailable, code "relay:listen", when the address cannot be bound.
    Result<void> listen();
    quint16 port() const;
    void start();
    /// Accepts nothing more, answers what is in flight, closes the live connections and ends the thread, within 4 s.
    void stop();

    /// What became of deliveries, in one hand-over per batch.
    void answer(QList<DeliveryResult> results);
    void answer(QList<SessionAnswer> answers);
    void publish(FeedBatch batch);

private:
    std::unique_ptr<EdgeCore> d;
};

} // namespace conversure::relay
