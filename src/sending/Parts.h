// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Clock.h"
#include "domain/Ids.h"
#include "net/HttpTransport.h"
#include "providers/Registry.h"
#include "sending/JournalWorker.h"
#include "sending/SendingNumber.h"
#include "sending/Timing.h"
#include "store/Worker.h"

#include <QJsonObject>
#include <QString>

namespace conversure::sending {

/// A message as a person typed it.
struct QueuedText {
    MessageId message;
    ConversationId conversation;
    QString text; ///< What its bubble shows.
    qint64 typedAt = 0; ///< Milliseconds since 1970; 0 means now.
    QJsonObject content = {}; ///< What api.reserve_send takes; empty: a TEXT of `text`.
};

/// What sending stands on. Everything must outlive the Sender.
struct Parts {
    JournalWorker &journal;
    store::Worker &store; ///< The connection for writing.
    net::HttpTransport &http; ///< Of the Sender's thread.
    const providers::Registry &providers;
    const Clock &clock;
};

} // namespace conversure::sending
