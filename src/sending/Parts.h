// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Clock.h"
#include "domain/Ids.h"
#include "net/HttpTransport.h"
#include "providers/Registry.h"
#include "sending/JournalWorker.h"
#include "store/Worker.h"

#include <QHash>
#include <QString>

#include <functional>

namespace conversure::sending {

/// A message as a person typed it.
struct QueuedText {
    MessageId message;
    ConversationId conversation;
    QString text;
    qint64 typedAt = 0; ///< Milliseconds since 1970; 0 means now.
};

/// What a number sends with: the provider's id and the opened settings.
struct SendingNumber {
    QString provider;
    QHash<QString, QString> settings;
};

/// What sending stands on. Everything must outlive the Sender.
struct Parts {
    JournalWorker &journal;
    store::Worker &store; ///< The connection for writing.
    net::HttpTransport &http; ///< Of the Sender's thread.
    const providers::Registry &providers;
    const Clock &clock;
};

struct Timing {
    qint64 leaseMarginMs = 10'000; ///< With less of the lease left, it is renewed before anything is posted.
    qint64 askAfterMs = 600'000; ///< Older unsent text goes out only when the person says so.
    qint64 backoffFirstMs = 1'000;
    qint64 backoffMaxMs = 30'000;
    int httpRepeats = 3; ///< Of a post that was definitely not accepted, within one attempt.
};

/// Called before and after every durable step with its name ("before:posting", "after:posting", …), on the Sender's
/// thread: a test ends the process there.
using FaultHook = std::function<void(const char *step)>;

} // namespace conversure::sending
