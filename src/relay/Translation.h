// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "providers/Registry.h"
#include "relay/Directory.h"
#include "store/RelayStore.h"

#include <QJsonArray>
#include <QString>

namespace conversure::relay {

/// What one stored delivery means, in the form that relay.apply takes.
struct Translated {
    QJsonArray events;
    QString note; ///< What was ignored or could not be read; empty when nothing was. Never message text.
};

/// Reads \a webhook with the provider that it came from. A function of its arguments. Fails when it makes no sense at
/// all: there is no such provider, or it cannot read the delivery.
Result<Translated> translate(
    const store::StoredWebhook &webhook, const providers::Registry &registry, const Directory &directory);

} // namespace conversure::relay
