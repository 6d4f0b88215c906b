// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "feed/Frames.h"
#include "relay/LiveDesk.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <deque>

/// Desk and hub with peers that write down what they hear, and a store that answers when the test says so.
namespace conversure::relay::live_test {

using namespace Qt::StringLiterals;
using Kind = SessionQuestion::Kind;

inline const CompanyId companyA = CompanyId::fromText(u"0190a000-0000-7000-8000-00000000000a");
inline const CompanyId companyB = CompanyId::fromText(u"0190a000-0000-7000-8000-00000000000b");

inline feed::Cursor cursor(quint64 xid)
{
    return {u"epoch-1"_s, xid, 0};
}

/// What a client would have: the frames in order, as "welcome@10", "changes@11:1,2,-3", "resync@12",
/// "closed:signed_out".
inline QString summary(const QByteArray &bytes)
{
    const QJsonObject frame = QJsonDocument::fromJson(bytes).object();
    const QString type = frame.value(u"t"_s).toString();
    if (type == u"closed"_s)
        return u"closed:"_s + frame.value(u"reason"_s).toString();
    const auto at = feed::cursorFromJson(frame.value(u"cursor"_s));
    QString out = type + u'@' + (at ? QString::number(at->xid) : u"?"_s);
    QStringList rows;
    for (const QJsonValue &change : frame.value(u"changes"_s).toArray()) {
        const QString rev = QString::number(change.toObject().value(u"rev"_s).toInteger());
        rows << (change.toObject().value(u"gone"_s).toBool() ? u'-' + rev : rev);
    }
    return rows.isEmpty() ? out : out + u':' + rows.join(u',');
}

struct Peer final : LivePeer {
    QList<QByteArray> frames;
    QStringList log;
    qsizetype waitingFrames = 0;
    qsizetype waitingBytes = 0;

    void send(const QByteArray &frame) override
    {
        frames << frame;
        log << summary(frame);
    }
    qsizetype queuedFrames() const override { return waitingFrames; }
    qsizetype queuedBytes() const override { return waitingBytes; }
    void finish(const QByteArray &lastFrame, CloseCode code) override
    {
        if (!lastFrame.isEmpty())
            log << summary(lastFrame);
        log << u"close:"_s + QString::number(static_cast<int>(code));
    }
    QStringList takeLog() { return std::exchange(log, {}); }
};

struct Authority final : LiveAuthority {
    std::deque<SessionQuestion> questions;
    bool full = false;

    bool ask(SessionQuestion &&question) override
    {
        if (!full)
            questions.push_back(std::move(question));
        return !full;
    }
    SessionQuestion take()
    {
        if (questions.empty())
            return {};
        SessionQuestion question = std::move(questions.front());
        questions.pop_front();
        return question;
    }
};

inline store::FeedRow row(
    qint64 rev, const QStringList &topics, const QStringList &wasTopics = {}, qsizetype padding = 0)
{
    store::FeedRow out;
    out.seq = rev;
    out.xid = static_cast<quint64>(rev);
    out.company = companyA;
    out.kind = u"conversation"_s;
    out.rev = rev;
    out.topics = topics;
    out.wasTopics = wasTopics;
    out.json = "{\"rev\":" + QByteArray::number(rev) + ",\"row\":{\"x\":\"" + QByteArray(padding, 'x') + "\"}}";
    out.goneJson = "{\"rev\":" + QByteArray::number(rev) + ",\"gone\":true}";
    return out;
}

inline store::FeedRow sessionNews(const UserId &user, const QByteArray &what)
{
    store::FeedRow out = row(99, {u"me:"_s + user.text()});
    out.kind = u"session"_s;
    out.json = "{\"rev\":99,\"row\":{\"what\":\"" + what + "\"}}";
    return out;
}

inline UserId user(int n)
{
    return UserId::fromText(u"0190a000-0000-7000-8000-%1"_s.arg(n, 12, 10, QChar(u'0')));
}

inline store::LiveSession session(int n, const QStringList &topics, CompanyId company = companyA)
{
    return {company, user(n), user(1000 + n).value, topics + QStringList{u"me:"_s + user(n).text()}};
}

/// The edge's thread is the test: what is posted runs by turn().
struct House {
    explicit House(Limits given = {})
        : limits(given)
    {
        desk.publish({cursor(10), {}});
        settle();
    }

    Limits limits;
    std::deque<std::function<void()>> posted;
    Authority authority;
    LiveDesk desk{limits, [this](std::function<void()> later) { posted.push_back(std::move(later)); }, authority};

    void settle()
    {
        while (turn()) { }
    }
    bool turn()
    {
        if (posted.empty())
            return false;
        const auto next = std::move(posted.front());
        posted.pop_front();
        next();
        return true;
    }
    LiveId hello(Peer &peer, std::optional<feed::Cursor> from = {})
    {
        const LiveId id = desk.open(peer);
        desk.receive(id, feed::encode(feed::Hello{u"token"_s, from}));
        return id;
    }
    void answer(const SessionQuestion &question, Result<store::LiveSession> session,
        Result<QList<store::FeedRow>> rows = QList<store::FeedRow>())
    {
        desk.answer(QList<SessionAnswer>{{question.kind, question.peer, std::move(session), std::move(rows)}});
    }
    /// From hello to live, with nothing missed.
    LiveId enter(Peer &peer, const store::LiveSession &who)
    {
        const LiveId id = hello(peer);
        answer(authority.take(), who);
        answer(authority.take(), who);
        peer.takeLog();
        return id;
    }
    void publish(quint64 xid, const QList<store::FeedRow> &rows)
    {
        desk.publish({cursor(xid), rows});
        settle();
    }
};

} // namespace conversure::relay::live_test
