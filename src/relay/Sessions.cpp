// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "relay/Sessions.h"

namespace conversure::relay {

namespace {

constexpr qsizetype queueItems = 50'000;
constexpr qsizetype queueBytes = 64 * 1024 * 1024;
constexpr int questionsAtOnce = 64;
constexpr std::chrono::milliseconds checkInterval{5000};

SessionAnswer failed(const SessionQuestion &question, const Error &error)
{
    return {question.kind, question.peer, tl::unexpected(error), tl::unexpected(error)};
}

bool isUnavailable(const SessionAnswer &answer)
{
    return (!answer.session && answer.session.error().kind == ErrorKind::Unavailable)
        || (!answer.rows && answer.rows.error().kind == ErrorKind::Unavailable);
}

} // namespace

Sessions::Sessions(const RelaySettings &settings, Health &health, std::function<void(QList<SessionAnswer>)> answer)
    : m_answer(std::move(answer))
    , m_queue(queueItems, queueBytes)
    , m_link(settings.database, QStringLiteral("conversure-relay sessions"),
          [&health](bool connected) { health.setConnected(Health::Part::Sessions, connected); })
{
}

Sessions::~Sessions()
{
    stop();
}

void Sessions::start()
{
    m_thread = std::jthread([this](std::stop_token stop) { run(std::move(stop)); });
}

void Sessions::stop()
{
    m_thread.request_stop();
    if (m_thread.joinable())
        m_thread.join();
}

bool Sessions::ask(SessionQuestion &&question)
{
    return m_queue.push(std::move(question), sizeof(SessionQuestion));
}

void Sessions::run(std::stop_token stop)
{
    while (!stop.stop_requested()) {
        const bool open = m_link.connection() != nullptr;
        const auto questions = m_queue.take(questionsAtOnce, stop, open ? checkInterval : m_link.pause());
        QList<SessionAnswer> answers;
        for (const SessionQuestion &question : questions)
            answers << answer(question);
        if (!answers.isEmpty())
            m_answer(std::move(answers));
        else if (open)
            check();
    }
}

/// Once more over a new connection when the old one turns out to be gone.
SessionAnswer Sessions::answer(const SessionQuestion &question)
{
    SessionAnswer last = failed(question, {ErrorKind::Unavailable, QStringLiteral("store:unreachable"), {}, {}});
    for (int attempt = 0; attempt < 2; ++attempt) {
        store::Connection *connection = m_link.connection();
        if (!connection)
            break;
        store::RelayStore db(*connection);
        last = answer(db, question);
        if (!isUnavailable(last) || !m_link.lost(last.session ? last.rows.error() : last.session.error()))
            break;
    }
    return last;
}

/// The session first: rows read after it are at least as new as the topics they are judged by.
SessionAnswer Sessions::answer(store::RelayStore &db, const SessionQuestion &question)
{
    using Kind = SessionQuestion::Kind;
    SessionAnswer out{question.kind, question.peer, {}, {}};
    out.session = question.kind == Kind::SignIn ? db.openLive(question.tokenHash)
                                                : db.refreshLive(question.company, question.session);
    if (out.session && question.kind == Kind::CatchUp)
        out.rows = db.feedSince(question.company, question.cursor, question.limit);
    return out;
}

void Sessions::check()
{
    const Result<int> version = store::RelayStore(*m_link.connection()).schemaVersion();
    if (!version)
        m_link.lost(version.error());
}

} // namespace conversure::relay
