// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "relay/Log.h"

namespace conversure::relay {

Q_LOGGING_CATEGORY(logRelay, "conversure.relay", QtInfoMsg)
Q_LOGGING_CATEGORY(logEdge, "conversure.relay.edge", QtInfoMsg)
Q_LOGGING_CATEGORY(logIngest, "conversure.relay.ingest", QtInfoMsg)
Q_LOGGING_CATEGORY(logFeed, "conversure.relay.feed", QtInfoMsg)
Q_LOGGING_CATEGORY(logJobs, "conversure.relay.jobs", QtInfoMsg)
Q_LOGGING_CATEGORY(logStore, "conversure.relay.store", QtInfoMsg)

} // namespace conversure::relay
