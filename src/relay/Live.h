// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "feed/Change.h"
#include "store/RelayStore.h"

#include <QByteArray>
#include <QList>

/// What the parts that serve live connections ask of each other.
namespace conversure::relay {

/// Names one live connection, also after it has gone; never used twice.
using LiveId = quint64;

/// Why the relay ends a live connection, as WebSocket close codes.
enum class CloseCode : quint16 {
    GoingAway = 1001, ///< The relay stops.
    ProtocolError = 1002,
    NotAllowed = 1008, ///< No session, or it has ended.
    TryAgain = 1013, ///< Too slow, or the store is away: come back and resume.
};

/// The far end of a live connection, as desk and hub see it. Edge thread. Never calls back from within these functions.
class LivePeer
{
public:
    virtual ~LivePeer() = default;

    /// Queues a text message. Equal frames of many peers share one buffer.
    virtual void send(const QByteArray &frame) = 0;
    virtual qsizetype queuedFrames() const = 0;
    virtual qsizetype queuedBytes() const = 0;
    /// Drops what is not being written yet, sends \a lastFrame unless empty, and closes. Nothing is sent after it.
    virtual void finish(const QByteArray &lastFrame, CloseCode code) = 0;
};

/// What only the store can answer about a live connection.
struct SessionQuestion {
    enum class Kind {
        SignIn, ///< Whose token is this?
        CatchUp, ///< Is it still open, and what has happened since the cursor?
        Recheck, ///< Is it still open, and what may it see now?
    };
    Kind kind = Kind::SignIn;
    LiveId peer = 0;
    QByteArray tokenHash; ///< SignIn
    CompanyId company; ///< The others.
    QUuid session;
    feed::Cursor cursor; ///< CatchUp
    int limit = 0;
};

struct SessionAnswer {
    SessionQuestion::Kind kind = SessionQuestion::Kind::SignIn;
    LiveId peer = 0;
    Result<store::LiveSession> session; ///< SignedOut: there is none (any more). Unavailable: nobody knows now.
    Result<QList<store::FeedRow>> rows; ///< CatchUp; fails with "feed:resync".
};

/// Answers questions about sessions, in the order in which they were asked: the sessions thread, or a test.
class LiveAuthority
{
public:
    virtual ~LiveAuthority() = default;

    /// Never blocks; the answer comes later through Edge::answer(). False: too many questions, it was not taken.
    virtual bool ask(SessionQuestion &&question) = 0;
};

/// What one look at the change feed brought.
struct FeedBatch {
    feed::Cursor cursor; ///< With these rows everything below it has been handed on.
    QList<store::FeedRow> rows;
};

} // namespace conversure::relay
