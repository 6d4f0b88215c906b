// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "relay/Hub.h"

#include "feed/Frames.h"
#include "relay/Log.h"

#include <algorithm>

namespace conversure::relay {

namespace {

/// Frames stay below it, so that no single one passes a connection's limit (a row is 8 KiB at most).
constexpr qsizetype frameBytes = 128 * 1024;

bool intersects(const QStringList &a, const QStringList &b)
{
    return std::any_of(a.begin(), a.end(), [&](const QString &topic) { return b.contains(topic); });
}

/// Its own topic is how a session hears of its end, so nobody goes without.
QStringList withOwnTopic(QStringList topics, UserId user)
{
    const QString own = QStringLiteral("me:") + user.text();
    if (!topics.contains(own))
        topics << own;
    return topics;
}

/// The rows of one batch that a connection sees: index into the batch, doubled; odd where the row has gone from sight.
using Sight = QList<qsizetype>;

QList<QByteArray> encodedRows(const QList<store::FeedRow> &rows, const Sight &sight)
{
    QList<QByteArray> out;
    out.reserve(sight.size());
    for (const qsizetype code : sight) {
        const store::FeedRow &row = rows.at(code / 2);
        out << (code % 2 ? row.goneJson : row.json);
    }
    return out;
}

} // namespace

Hub::Hub(const Limits &limits, Post post)
    : m_limits(limits)
    , m_post(std::move(post))
{
}

void Hub::join(LiveId id, LivePeer &peer, const store::LiveSession &session)
{
    Member &member = m_members[id];
    member.peer = &peer;
    member.session = session;
    member.session.topics = withOwnTopic(session.topics, session.user);
    member.holds = 1;
    member.skipBelow = m_nextSerial;
    index(id, member.session);
}

void Hub::leave(LiveId id)
{
    const auto it = m_members.find(id);
    if (it == m_members.end())
        return;
    unindex(id, it->second.session);
    m_members.erase(it);
}

void Hub::hold(LiveId id)
{
    if (const auto it = m_members.find(id); it != m_members.end())
        ++it->second.holds;
}

void Hub::release(LiveId id)
{
    const auto it = m_members.find(id);
    if (it == m_members.end() || --it->second.holds > 0)
        return;
    Member &member = it->second;
    const QList<QByteArray> kept = std::exchange(member.kept, {});
    member.keptBytes = 0;
    if (std::exchange(member.resync, false)) {
        member.skipBelow = m_nextSerial;
        member.peer->send(feed::encode(feed::Resync{*m_cursor}));
        return;
    }
    for (const QByteArray &frame : kept)
        member.peer->send(frame);
}

void Hub::needResync(LiveId id)
{
    const auto it = m_members.find(id);
    if (it == m_members.end())
        return;
    it->second.resync = true;
    it->second.kept.clear();
    it->second.keptBytes = 0;
}

void Hub::sendRows(LiveId id, const feed::Cursor &before, const feed::Cursor &after, const QList<store::FeedRow> &rows)
{
    const auto it = m_members.find(id);
    if (it == m_members.end() || it->second.resync)
        return;
    const QStringList &topics = it->second.session.topics;
    Sight sight;
    for (qsizetype i = 0; i < rows.size(); ++i) {
        if (intersects(rows.at(i).topics, topics))
            sight << 2 * i;
        else if (intersects(rows.at(i).wasTopics, topics))
            sight << 2 * i + 1;
    }
    const QList<QByteArray> encoded = encodedRows(rows, sight);
    qsizetype bytes = 0;
    for (const QByteArray &row : encoded)
        bytes += row.size();
    if (bytes > m_limits.subscriberBytes / 2) { // reading again is less than catching up
        needResync(id);
        return;
    }
    for (const QByteArray &frame : frames(before, after, encoded))
        it->second.peer->send(frame);
}

void Hub::setTopics(LiveId id, const QStringList &topics)
{
    const auto it = m_members.find(id);
    if (it == m_members.end())
        return;
    unindex(id, it->second.session);
    it->second.session.topics = withOwnTopic(topics, it->second.session.user);
    index(id, it->second.session);
}

const store::LiveSession *Hub::session(LiveId id) const
{
    const auto it = m_members.find(id);
    return it == m_members.end() ? nullptr : &it->second.session;
}

QList<LiveId> Hub::withTopics(CompanyId company, const QStringList &topics) const
{
    return audience(company, topics).values();
}

void Hub::publish(const FeedBatch &batch)
{
    const feed::Cursor before = m_cursor.value_or(batch.cursor);
    m_cursor = batch.cursor;
    QHash<LiveId, Sight> sights;
    for (qsizetype i = 0; i < batch.rows.size(); ++i) {
        const store::FeedRow &row = batch.rows.at(i);
        const QSet<LiveId> see = audience(row.company, row.topics);
        for (const LiveId id : see)
            sights[id] << 2 * i;
        if (row.wasTopics.isEmpty())
            continue;
        for (const LiveId id : audience(row.company, row.wasTopics) - see)
            sights[id] << 2 * i + 1;
    }
    QHash<Sight, QList<QByteArray>> shared;
    for (auto it = sights.cbegin(); it != sights.cend(); ++it) {
        auto known = shared.find(it.value());
        if (known == shared.end())
            known = shared.insert(it.value(), frames(before, batch.cursor, encodedRows(batch.rows, it.value())));
        for (const QByteArray &frame : std::as_const(*known))
            enqueue(it.key(), frame);
    }
}

void Hub::sendCursor()
{
    if (!m_cursor)
        return;
    const QByteArray frame = feed::encodeChanges(*m_cursor, {});
    for (const auto &[id, member] : m_members)
        enqueue(id, frame);
}

void Hub::restart(const feed::Cursor &cursor)
{
    m_cursor = cursor;
    for (const auto &[id, member] : m_members) {
        hold(id);
        needResync(id);
        release(id);
    }
}

QSet<LiveId> Hub::audience(CompanyId company, const QStringList &topics) const
{
    QSet<LiveId> all;
    for (const QString &topic : topics) {
        const QSet<LiveId> some = m_byTopic.value({company, topic});
        all = all.isEmpty() ? some : all.unite(some);
    }
    return all;
}

void Hub::index(LiveId id, const store::LiveSession &session)
{
    for (const QString &topic : session.topics)
        m_byTopic[{session.company, topic}].insert(id);
}

void Hub::unindex(LiveId id, const store::LiveSession &session)
{
    for (const QString &topic : session.topics) {
        const auto it = m_byTopic.find({session.company, topic});
        if (it == m_byTopic.end())
            continue;
        it->remove(id);
        if (it->isEmpty())
            m_byTopic.erase(it);
    }
}

void Hub::enqueue(LiveId to, const QByteArray &frame)
{
    m_waiting.push_back({m_nextSerial++, to, frame});
    if (!std::exchange(m_pumping, true))
        m_post([this] { pump(); });
}

void Hub::pump()
{
    for (int i = 0; i < m_limits.subscribersPerTurn && !m_waiting.empty(); ++i) {
        const Waiting waiting = std::move(m_waiting.front());
        m_waiting.pop_front();
        const auto it = m_members.find(waiting.to);
        if (it != m_members.end() && waiting.serial >= it->second.skipBelow)
            deliver(it->first, it->second, waiting.frame);
    }
    m_pumping = !m_waiting.empty();
    if (m_pumping)
        m_post([this] { pump(); });
}

void Hub::deliver(LiveId id, Member &member, const QByteArray &frame)
{
    const qsizetype waitingFrames = member.peer->queuedFrames() + member.kept.size();
    const qsizetype waitingBytes = member.peer->queuedBytes() + member.keptBytes;
    const bool full =
        waitingFrames >= m_limits.subscriberFrames || waitingBytes + frame.size() > m_limits.subscriberBytes;
    if (full && waitingFrames > 0) {
        overflow(id);
    } else if (member.holds == 0) {
        member.peer->send(frame);
    } else if (!member.resync) {
        member.kept << frame;
        member.keptBytes += frame.size();
    }
}

/// Never buffer without end: who cannot keep up reads again when there is time.
void Hub::overflow(LiveId id)
{
    LivePeer *peer = m_members.at(id).peer;
    qCInfo(logFeed, "live connection %llu is too slow: resync", static_cast<unsigned long long>(id));
    leave(id);
    peer->finish(feed::encode(feed::Resync{*m_cursor}), CloseCode::TryAgain);
}

/// Only the last frame may promise what is complete with all of them.
QList<QByteArray> Hub::frames(
    const feed::Cursor &before, const feed::Cursor &after, const QList<QByteArray> &rows) const
{
    QList<QByteArray> out;
    qsizetype begin = 0;
    qsizetype bytes = 0;
    for (qsizetype i = 0; i < rows.size(); ++i) {
        if (i > begin && bytes + rows.at(i).size() > frameBytes) {
            out << feed::encodeChanges(before, rows.mid(begin, i - begin));
            begin = i;
            bytes = 0;
        }
        bytes += rows.at(i).size();
    }
    out << feed::encodeChanges(after, rows.mid(begin));
    return out;
}

} // namespace conversure::relay
