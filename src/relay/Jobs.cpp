// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "relay/Jobs.h"

#include "net/HttpClient.h"
#include "relay/JobDesk.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QThread>
#include <QTimer>

namespace conversure::relay {

namespace {

static_assert(Limits().sendsOfANumber <= net::HttpClient::connectionsOfALane,
    "else some of one number wait after they are noted as posting");

/// One conversation that somebody holds must keep neither the others' messages waiting nor the relay from stopping.
constexpr char limitStatements[] =
    "set lock_timeout = '500ms'; set statement_timeout = '4s'; set idle_in_transaction_session_timeout = '10s'";

} // namespace

Jobs::Jobs(const World &world)
    : m_world(world)
{
}

Jobs::~Jobs()
{
    stop();
}

void Jobs::start()
{
    m_stopping = false;
    m_thread.reset(QThread::create([this] { run(); }));
    m_thread->setObjectName(QStringLiteral("jobs"));
    m_thread->start();
}

void Jobs::run()
{
    work();
    QCoreApplication::sendPostedEvents(); // answers that nobody waits for any more
}

void Jobs::work()
{
    net::HttpClient http;
    store::Worker jobs(QStringLiteral("conversure-relay jobs"));
    store::Worker sends(QStringLiteral("conversure-relay sends"));
    for (store::Worker *worker : {&jobs, &sends}) {
        worker->setOpening(limitStatements);
        worker->setTarget(m_world.settings.database);
    }
    JobDesk desk({m_world.settings.limits, m_world.providers, m_world.clock, m_world.directory, http, jobs, sends,
        m_timing, m_hook});
    QEventLoop loop;
    QObject::connect(&desk, &JobDesk::drained, &loop, &QEventLoop::quit);
    {
        const std::lock_guard lock(m_mutex);
        if (m_stopping)
            return;
        m_desk = &desk;
    }
    desk.begin();
    loop.exec();
    const std::lock_guard lock(m_mutex);
    m_desk = nullptr;
}

void Jobs::post(void (JobDesk::*call)())
{
    const std::lock_guard lock(m_mutex);
    if (m_desk)
        QMetaObject::invokeMethod(m_desk, call, Qt::QueuedConnection);
}

void Jobs::wake()
{
    post(&JobDesk::wake);
}

void Jobs::requestStop()
{
    const std::lock_guard lock(m_mutex);
    if (std::exchange(m_stopping, true) || !m_desk)
        return;
    QMetaObject::invokeMethod(m_desk, &JobDesk::windDown, Qt::QueuedConnection);
    const auto giveUp = [desk = m_desk] { Q_EMIT desk->drained(); };
    QMetaObject::invokeMethod(
        m_desk,
        [desk = m_desk, giveUp, limit = m_world.settings.limits.jobDrainMs] {
            QTimer::singleShot(limit, desk, giveUp);
        },
        Qt::QueuedConnection);
}

void Jobs::stop()
{
    if (!m_thread)
        return;
    requestStop();
    m_thread->wait();
    m_thread.reset();
}

} // namespace conversure::relay
