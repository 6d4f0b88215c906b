// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "relay/Live.h"
#include "relay/Relay.h"

#include <QHash>
#include <QSet>

#include <deque>
#include <functional>
#include <map>
#include <optional>

namespace conversure::relay {

/// Hands rows of the change feed to the live connections that may see them. Edge thread only; no sockets, no store.
///
/// A row is encoded once (the store did), a frame once for all who see the same rows of a batch, and a broadcast goes
/// out in slices, so that other sockets are served in between. What a frame's cursor promises has always been sent to
/// that connection before, or is in the frame.
class Hub
{
public:
    /// Runs a function later on the edge thread, after what is waiting there.
    using Post = std::function<void(std::function<void()>)>;

    Hub(const Limits &limits, Post post);

    /// Where the feed is; none before the first batch.
    const std::optional<feed::Cursor> &cursor() const { return m_cursor; }

    /// From now on everything that \a session may see is kept for \a peer, to go out after release(). The peer must
    /// leave before it dies.
    void join(LiveId id, LivePeer &peer, const store::LiveSession &session);
    void leave(LiveId id);

    /// Keeps what is to come until release(); calls nest.
    void hold(LiveId id);
    /// Sends what was kept when nothing holds it any more, or a resync instead when one was asked for.
    void release(LiveId id);
    /// What is kept is worthless: at release the connection is told to read again.
    void needResync(LiveId id);

    /// Sends, past any hold, those \a rows that the connection may see; they are all there is from \a before to \a
    /// after.
    void sendRows(LiveId id, const feed::Cursor &before, const feed::Cursor &after, const QList<store::FeedRow> &rows);
    void setTopics(LiveId id, const QStringList &topics);
    const store::LiveSession *session(LiveId id) const; ///< Null when it has not joined.
    QList<LiveId> withTopics(CompanyId company, const QStringList &topics) const;

    void publish(const FeedBatch &batch);
    /// Tells everyone the current cursor, so that who sees few rows does not fall behind what can be resumed.
    void sendCursor();
    /// The feed has begun a new life: nobody's cursor means anything.
    void restart(const feed::Cursor &cursor);

private:
    using Topic = std::pair<CompanyId, QString>;
    struct Member {
        LivePeer *peer = nullptr;
        store::LiveSession session;
        int holds = 0;
        bool resync = false;
        quint64 skipBelow = 0; ///< Waiting frames with a lower serial are void.
        QList<QByteArray> kept;
        qsizetype keptBytes = 0;
    };
    struct Waiting {
        quint64 serial;
        LiveId to;
        QByteArray frame;
    };

    QSet<LiveId> audience(CompanyId company, const QStringList &topics) const;
    void index(LiveId id, const store::LiveSession &session);
    void unindex(LiveId id, const store::LiveSession &session);
    void enqueue(LiveId to, const QByteArray &frame);
    void pump();
    void deliver(LiveId id, Member &member, const QByteArray &frame);
    void overflow(LiveId id);
    QList<QByteArray> frames(
        const feed::Cursor &before, const feed::Cursor &after, const QList<QByteArray> &rows) const;

    const Limits m_limits;
    const Post m_post;
    std::optional<feed::Cursor> m_cursor;
    std::map<LiveId, Member> m_members;
    QHash<Topic, QSet<LiveId>> m_byTopic;
    std::deque<Waiting> m_waiting;
    quint64 m_nextSerial = 1;
    bool m_pumping = false;
};

} // namespace conversure::relay
