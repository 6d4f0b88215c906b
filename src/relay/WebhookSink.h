// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "store/RelayStore.h"

#include <QList>

namespace conversure::relay {

/// One verified delivery on its way to the store.
struct Delivery {
    quint64 ticket = 0; ///< Names the request that waits for the outcome.
    QList<store::NewWebhook> webhooks;

    qsizetype bytes() const
    {
        qsizetype sum = 0;
        for (const store::NewWebhook &webhook : webhooks)
            sum += webhook.body.size() + 256;
        return sum;
    }
};

struct DeliveryResult {
    quint64 ticket = 0;
    bool stored = false; ///< Committed. Otherwise the sender is asked to deliver again.
};

/// Where the edge puts deliveries: the writer, or in tests something that fails on demand.
class WebhookSink
{
public:
    virtual ~WebhookSink() = default;

    /// Takes \a delivery, to be answered later through Edge::answer(); never blocks. False: full, nothing was taken.
    virtual bool offer(Delivery &&delivery) = 0;
};

} // namespace conversure::relay
