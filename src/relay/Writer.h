// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "relay/Health.h"
#include "relay/Queue.h"
#include "relay/Relay.h"
#include "relay/StoreLink.h"
#include "relay/WebhookSink.h"

#include <functional>
#include <thread>
#include <vector>

namespace conversure::relay {

/// Makes deliveries durable: a thread of its own with one connection. While one batch is being committed the next one
/// collects. While the store is away every delivery is answered at once with "not stored", so that its sender keeps it.
class Writer final : public WebhookSink
{
public:
    struct Hooks {
        std::function<void(QList<DeliveryResult>)> answer; ///< Called on the writer's thread, once per batch.
        std::function<void()> stored; ///< Something new is in the store.
    };

    Writer(const RelaySettings &settings, Health &health, Hooks hooks);
    ~Writer() override;

    void start();
    /// Stores and answers what is queued, then ends the thread.
    void stop();

    bool offer(Delivery &&delivery) override;

private:
    void run(std::stop_token stop);
    void handle(std::vector<Delivery> batch);
    void check();
    bool store(const std::vector<Delivery> &batch, qsizetype from, qsizetype count, QList<DeliveryResult> &results);
    Result<void> insert(const QList<store::NewWebhook> &webhooks);

    const int m_batch;
    const Hooks m_hooks;
    Queue<Delivery> m_queue;
    StoreLink m_link;
    std::jthread m_thread;
};

} // namespace conversure::relay
