// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "relay/Hub.h"
#include "relay/Live.h"

#include <unordered_map>

namespace conversure::relay {

/// The protocol of a live connection from its first frame on: hello → who is it → join the hub → catch up → live; and
/// what becomes of it when its session or its rights change. Edge thread only; no sockets, no store.
///
/// A connection joins the hub *before* the store is asked what it missed, so that nothing falls between the two; until
/// that answer is there the hub keeps what is new.
class LiveDesk
{
public:
    LiveDesk(const Limits &limits, Hub::Post post, LiveAuthority &authority);

    /// Whether connections can be served: the feed must have been found first.
    bool isReady() const { return m_hub.cursor().has_value(); }

    /// A connection opened. The peer must call close() before it dies.
    LiveId open(LivePeer &peer);
    void close(LiveId id);
    /// A text message came in. Only the first one means anything.
    void receive(LiveId id, const QByteArray &message);
    /// True from the first message on.
    bool hasSpoken(LiveId id) const;

    void answer(const QList<SessionAnswer> &answers);
    void publish(const FeedBatch &batch);
    void sendCursor() { m_hub.sendCursor(); }
    /// Ends all connections: the relay stops.
    void closeAll();

private:
    struct Guest {
        LivePeer *peer = nullptr;
        bool spoken = false;
        std::optional<feed::Cursor> wanted; ///< Where the client wants to resume.
        feed::Cursor before; ///< Where its catching up begins …
        feed::Cursor after; ///< … and what is complete when it is done.
    };

    void answer(const SessionAnswer &answer);
    void signedIn(LiveId id, Guest &guest, const store::LiveSession &session);
    void caughtUp(LiveId id, const Guest &guest, const SessionAnswer &answer);
    void rechecked(LiveId id, const store::LiveSession &session);
    void recheck(const store::FeedRow &news);
    void setTopics(LiveId id, const QStringList &topics);
    void refuse(LiveId id, const Error &error, SessionQuestion::Kind kind);
    void finish(LiveId id, const QByteArray &lastFrame, CloseCode code);
    void ask(SessionQuestion question);

    const Limits m_limits;
    Hub m_hub;
    LiveAuthority &m_authority;
    std::unordered_map<LiveId, Guest> m_guests;
    LiveId m_nextId = 1;
};

} // namespace conversure::relay
