// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLoggingCategory>

/// What the relay logs, by part. Never a secret, a token, a phone number or the text of a message: ids, counts and
/// error codes only.
namespace conversure::relay {

Q_DECLARE_LOGGING_CATEGORY(logRelay) ///< conversure.relay: start and stop
Q_DECLARE_LOGGING_CATEGORY(logEdge) ///< conversure.relay.edge: HTTP and WebSocket
Q_DECLARE_LOGGING_CATEGORY(logIngest) ///< conversure.relay.ingest: writer and interpreter
Q_DECLARE_LOGGING_CATEGORY(logFeed) ///< conversure.relay.feed: tailer, hub and live sessions
Q_DECLARE_LOGGING_CATEGORY(logJobs) ///< conversure.relay.jobs: housekeeping
Q_DECLARE_LOGGING_CATEGORY(logStore) ///< conversure.relay.store: connections lost and found

} // namespace conversure::relay
