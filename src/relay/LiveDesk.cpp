// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "relay/LiveDesk.h"

#include "feed/Frames.h"
#include "relay/Log.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QJsonObject>

namespace conversure::relay {

namespace {

bool isSessionNews(const store::FeedRow &row)
{
    return row.kind == QStringLiteral("session");
}

bool changesTopics(const store::FeedRow &news)
{
    const QJsonObject object = QJsonDocument::fromJson(news.json).object();
    const QString what = object.value(QStringLiteral("row")).toObject().value(QStringLiteral("what")).toString();
    return what == QStringLiteral("topics");
}

bool sameTopics(const QStringList &a, const QStringList &b)
{
    return QSet<QString>(a.begin(), a.end()) == QSet<QString>(b.begin(), b.end());
}

} // namespace

LiveDesk::LiveDesk(const Limits &limits, Hub::Post post, LiveAuthority &authority)
    : m_limits(limits)
    , m_hub(limits, std::move(post))
    , m_authority(authority)
{
}

LiveId LiveDesk::open(LivePeer &peer)
{
    const LiveId id = m_nextId++;
    m_guests[id].peer = &peer;
    return id;
}

void LiveDesk::close(LiveId id)
{
    m_hub.leave(id);
    m_guests.erase(id);
}

bool LiveDesk::hasSpoken(LiveId id) const
{
    const auto it = m_guests.find(id);
    return it == m_guests.end() || it->second.spoken;
}

void LiveDesk::receive(LiveId id, const QByteArray &message)
{
    const auto it = m_guests.find(id);
    if (it == m_guests.end() || std::exchange(it->second.spoken, true))
        return;
    const Result<feed::Hello> hello = feed::helloFromBytes(message);
    if (!hello) {
        finish(id, {}, CloseCode::ProtocolError);
        return;
    }
    it->second.wanted = hello->cursor;
    SessionQuestion question;
    question.kind = SessionQuestion::Kind::SignIn;
    question.peer = id;
    question.tokenHash = QCryptographicHash::hash(hello->token.toUtf8(), QCryptographicHash::Sha256);
    ask(std::move(question));
}

void LiveDesk::answer(const QList<SessionAnswer> &answers)
{
    for (const SessionAnswer &one : answers)
        answer(one);
}

void LiveDesk::answer(const SessionAnswer &answer)
{
    const auto it = m_guests.find(answer.peer);
    if (it == m_guests.end())
        return;
    if (!answer.session) {
        refuse(answer.peer, answer.session.error(), answer.kind);
        return;
    }
    switch (answer.kind) {
    case SessionQuestion::Kind::SignIn:
        signedIn(answer.peer, it->second, *answer.session);
        break;
    case SessionQuestion::Kind::CatchUp:
        caughtUp(answer.peer, it->second, answer);
        break;
    case SessionQuestion::Kind::Recheck:
        rechecked(answer.peer, *answer.session);
        break;
    }
}

/// Who names no cursor catches up from the hub's: rows above it may have gone out before this connection was there.
void LiveDesk::signedIn(LiveId id, Guest &guest, const store::LiveSession &session)
{
    const feed::Cursor now = *m_hub.cursor();
    guest.before = guest.wanted.value_or(now);
    // Another relay may be ahead of this one; what it promised stays promised.
    const bool ahead = guest.before.epoch == now.epoch && guest.before.xid > now.xid;
    guest.after = ahead ? guest.before : now;
    m_hub.join(id, *guest.peer, session);
    guest.peer->send(feed::encode(feed::Welcome{guest.before}));
    SessionQuestion question;
    question.kind = SessionQuestion::Kind::CatchUp;
    question.peer = id;
    question.company = session.company;
    question.session = session.session;
    question.cursor = guest.before;
    question.limit = m_limits.resumeRows;
    ask(std::move(question));
}

void LiveDesk::caughtUp(LiveId id, const Guest &guest, const SessionAnswer &answer)
{
    const store::LiveSession *session = m_hub.session(id);
    if (!session)
        return;
    if (!answer.rows && answer.rows.error().kind == ErrorKind::Unavailable) {
        finish(id, {}, CloseCode::TryAgain);
        return;
    }
    setTopics(id, answer.session->topics);
    if (!answer.rows) {
        m_hub.needResync(id);
    } else {
        const QString own = QStringLiteral("me:") + session->user.text();
        QList<store::FeedRow> rows;
        for (const store::FeedRow &row : *answer.rows) {
            if (!isSessionNews(row))
                rows << row;
            else if (row.topics.contains(own) && changesTopics(row))
                m_hub.needResync(id); // what it may no longer see was never told to it as gone
        }
        m_hub.sendRows(id, guest.before, guest.after, rows);
    }
    m_hub.release(id);
}

void LiveDesk::rechecked(LiveId id, const store::LiveSession &session)
{
    setTopics(id, session.topics);
    m_hub.release(id);
}

/// What was left out or let through under the old topics cannot be told row by row.
void LiveDesk::setTopics(LiveId id, const QStringList &topics)
{
    const store::LiveSession *session = m_hub.session(id);
    if (!session)
        return;
    const QString own = QStringLiteral("me:") + session->user.text();
    QStringList all = topics;
    if (!all.contains(own))
        all << own;
    if (sameTopics(all, session->topics))
        return;
    m_hub.setTopics(id, all);
    m_hub.needResync(id);
}

void LiveDesk::refuse(LiveId id, const Error &error, SessionQuestion::Kind kind)
{
    if (error.kind != ErrorKind::SignedOut) {
        finish(id, {}, CloseCode::TryAgain);
        return;
    }
    const bool wasIn = kind != SessionQuestion::Kind::SignIn;
    const QString reason = wasIn ? QStringLiteral("signed_out") : QStringLiteral("not_signed_in");
    finish(id, feed::encode(feed::Closed{reason}), CloseCode::NotAllowed);
}

void LiveDesk::publish(const FeedBatch &batch)
{
    if (m_hub.cursor() && m_hub.cursor()->epoch != batch.cursor.epoch)
        m_hub.restart(batch.cursor);
    FeedBatch rest{batch.cursor, {}};
    rest.rows.reserve(batch.rows.size());
    // First of all: nothing more goes to a session that may have ended or lost rights, until the store has said.
    for (const store::FeedRow &row : batch.rows) {
        if (isSessionNews(row))
            recheck(row);
        else
            rest.rows << row;
    }
    m_hub.publish(rest);
}

void LiveDesk::recheck(const store::FeedRow &news)
{
    const bool topics = changesTopics(news);
    for (const LiveId id : m_hub.withTopics(news.company, news.topics)) {
        const store::LiveSession *session = m_hub.session(id);
        SessionQuestion question;
        question.kind = SessionQuestion::Kind::Recheck;
        question.peer = id;
        question.company = session->company;
        question.session = session->session;
        m_hub.hold(id);
        if (topics)
            m_hub.needResync(id);
        ask(std::move(question));
    }
}

void LiveDesk::closeAll()
{
    QList<LiveId> ids;
    for (const auto &[id, guest] : m_guests)
        ids << id;
    for (const LiveId id : ids)
        finish(id, {}, CloseCode::GoingAway);
}

void LiveDesk::finish(LiveId id, const QByteArray &lastFrame, CloseCode code)
{
    const auto it = m_guests.find(id);
    if (it == m_guests.end())
        return;
    LivePeer *peer = it->second.peer;
    close(id);
    peer->finish(lastFrame, code);
}

void LiveDesk::ask(SessionQuestion question)
{
    const LiveId id = question.peer;
    if (!m_authority.ask(std::move(question)))
        finish(id, {}, CloseCode::TryAgain);
}

} // namespace conversure::relay
