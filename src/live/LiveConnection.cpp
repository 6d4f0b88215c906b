// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "live/LiveConnection.h"

#include "store/ClientStore.h"
#include "store/Worker.h"

#include <QElapsedTimer>
#include <QNetworkRequest>
#include <QRandomGenerator>
#include <QWebSocketHandshakeOptions>

#include <algorithm>

namespace conversure::live {

namespace {

qint64 monotonicMs()
{
    static const QElapsedTimer timer = [] {
        QElapsedTimer started;
        started.start();
        return started;
    }();
    return timer.elapsed();
}

} // namespace

LiveConnection::LiveConnection(store::Worker &reader, const store::SqlLibrary &library, QObject *parent)
    : LiveConnection(reader, library, Timing(), parent)
{
}

LiveConnection::LiveConnection(store::Worker &reader, const store::SqlLibrary &library, Timing timing, QObject *parent)
    : QObject(parent)
    , m_reader(reader)
    , m_library(library)
    , m_timing(timing)
    , m_socket(QString(), QWebSocketProtocol::VersionLatest, this)
    , m_retry(this)
    , m_beat(this)
    , m_look(this)
{
    m_retry.setSingleShot(true);
    m_look.setSingleShot(true);
    m_socket.setMaxAllowedIncomingMessageSize(64 * 1024 * 1024);
    connect(&m_retry, &QTimer::timeout, this, &LiveConnection::openSocket);
    connect(&m_beat, &QTimer::timeout, this, &LiveConnection::beat);
    connect(&m_look, &QTimer::timeout, this, &LiveConnection::lookAtStore);
    connect(&m_socket, &QWebSocket::connected, this, &LiveConnection::onConnected);
    connect(&m_socket, &QWebSocket::textMessageReceived, this, &LiveConnection::onFrame);
    connect(&m_socket, &QWebSocket::disconnected, this, &LiveConnection::onSocketGone);
    connect(&m_socket, &QWebSocket::pong, this, [this] { m_lastHeardMs = monotonicMs(); });
}

LiveConnection::~LiveConnection()
{
    // The socket says goodbye when it goes, and by then the timers are gone.
    m_socket.disconnect(this);
}

void LiveConnection::start(const QUrl &relay, const QString &token)
{
    stop();
    m_relay = relay;
    m_token = token;
    m_running = true;
    openSocket();
    scheduleLook(m_relay.isEmpty() ? 0 : m_timing.retryMinMs);
}

void LiveConnection::stop()
{
    ++m_generation;
    m_running = false;
    m_retry.stop();
    m_beat.stop();
    m_look.stop();
    m_socket.abort();
    m_token.clear();
    m_cursor.reset();
    m_relayUp = false;
    m_relayTried = false;
    m_storeUp.reset();
    m_looking = false;
    m_failures = 0;
    m_reach = Reach::Connecting;
}

void LiveConnection::storeSeemsAway()
{
    if (!m_running)
        return;
    // Even if the next look finds it at once: somebody's question went unanswered and must be asked again.
    m_storeUp = false;
    updateReach();
    scheduleLook(0);
}

void LiveConnection::hurry()
{
    if (!m_running)
        return;
    m_failures = 0;
    if (!m_relayUp)
        openSocket();
    scheduleLook(0);
}

void LiveConnection::openSocket()
{
    if (!m_running || m_relay.isEmpty()) {
        m_relayTried = true;
        return;
    }
    if (m_socket.state() != QAbstractSocket::UnconnectedState)
        m_socket.abort();
    QWebSocketHandshakeOptions options;
    options.setSubprotocols({QString::fromLatin1(feed::liveSubprotocol)});
    m_socket.open(QNetworkRequest(m_relay), options);
    m_lastHeardMs = monotonicMs();
    m_beat.start(m_timing.pingMs);
}

void LiveConnection::onConnected()
{
    m_lastHeardMs = monotonicMs();
    m_socket.sendTextMessage(QString::fromUtf8(feed::encode(feed::Hello{m_token, m_cursor})));
}

void LiveConnection::onFrame(const QString &text)
{
    m_lastHeardMs = monotonicMs();
    const auto frame = feed::serverFrameFromBytes(text.toUtf8());
    if (!frame) {
        m_socket.abort(); // whoever speaks another language there is not our relay
        return;
    }
    std::visit([this](const auto &known) { take(known); }, *frame);
}

void LiveConnection::take(const feed::Welcome &frame)
{
    const bool first = !m_cursor;
    m_failures = 0;
    m_relayUp = true;
    m_relayTried = true;
    if (first) {
        m_cursor = frame.cursor;
        Q_EMIT resync(false);
    }
    updateReach();
}

void LiveConnection::take(const feed::Changes &frame)
{
    m_cursor = frame.cursor;
    if (!frame.changes.isEmpty())
        Q_EMIT changes(frame.changes);
}

void LiveConnection::take(const feed::Resync &frame)
{
    takeSlice(frame.cursor, {}, true);
}

void LiveConnection::take(const feed::Closed &)
{
    stop();
    Q_EMIT signedOut();
}

void LiveConnection::onSocketGone()
{
    m_beat.stop();
    m_relayUp = false;
    m_relayTried = true;
    if (!m_running)
        return;
    updateReach();
    scheduleRetry();
    scheduleLook(0);
}

void LiveConnection::beat()
{
    if (monotonicMs() - m_lastHeardMs > m_timing.silenceMs) {
        m_socket.abort();
        return;
    }
    if (m_socket.state() == QAbstractSocket::ConnectedState)
        m_socket.ping();
}

void LiveConnection::scheduleRetry()
{
    const int ceiling = std::min(m_timing.retryMaxMs, m_timing.retryMinMs << std::min(m_failures, 10));
    ++m_failures;
    m_retry.start(QRandomGenerator::global()->bounded(ceiling) + 1);
}

void LiveConnection::scheduleLook(int ms)
{
    if (!m_look.isActive() || m_look.remainingTime() > ms)
        m_look.start(ms);
}

void LiveConnection::lookAtStore()
{
    if (!m_running || m_looking)
        return;
    m_looking = true;
    if (m_relayUp || !m_cursor)
        probe();
    else
        poll();
}

void LiveConnection::probe()
{
    m_reader.run(
        this, [this](store::Connection &db) { return store::ClientStore(db, m_library).feedCursor(); },
        [this, generation = m_generation](const Result<feed::Cursor> &cursor) {
            if (generation != m_generation)
                return;
            heardStore(cursor ? nullptr : &cursor.error());
            // The first cursor of a client without a relay; with one, the relay's own is the right one.
            if (cursor && !m_cursor && m_relayTried && !m_relayUp)
                takeSlice(*cursor, {}, true);
        });
}

void LiveConnection::poll()
{
    m_reader.run(
        this,
        [this, cursor = *m_cursor](
            store::Connection &db) { return store::ClientStore(db, m_library).feedSince(cursor); },
        [this, generation = m_generation](const Result<store::FeedSlice> &slice) {
            if (generation != m_generation)
                return;
            heardStore(slice ? nullptr : &slice.error());
            // The relay may have come back meanwhile with a later cursor; what this slice brings is still right, its
            // place is not.
            if (slice && !m_relayUp)
                takeSlice(slice->cursor, slice->changes, slice->resync);
        });
}

void LiveConnection::takeSlice(const feed::Cursor &cursor, const QList<feed::Change> &found, bool again)
{
    const bool anotherLife = m_cursor && m_cursor->epoch != cursor.epoch;
    m_cursor = cursor;
    if (!found.isEmpty())
        Q_EMIT changes(found);
    if (again)
        Q_EMIT resync(anotherLife);
}

void LiveConnection::heardStore(const Error *error)
{
    m_looking = false;
    // A device role that may no longer log in is a session that has ended.
    const bool closed = error && error->kind == ErrorKind::Refused && error->code.startsWith(QStringLiteral("28"));
    if (error && (error->kind == ErrorKind::SignedOut || closed)) {
        stop();
        Q_EMIT signedOut();
        return;
    }
    const bool wasAway = m_storeUp.has_value() && !*m_storeUp;
    m_storeUp = !error;
    updateReach();
    if (wasAway && !error)
        Q_EMIT storeBack();
    const bool calm = m_relayUp && !error;
    const int base = calm ? m_timing.probeMs : m_timing.pollMs;
    scheduleLook(base - base / 5 + QRandomGenerator::global()->bounded(std::max(1, 2 * base / 5)));
}

void LiveConnection::updateReach()
{
    Reach now = Reach::Connecting;
    if (m_relayUp)
        now = m_storeUp.value_or(true) ? Reach::Connected : Reach::StoreAway;
    else if (m_relayTried && m_storeUp.has_value())
        now = *m_storeUp ? Reach::RelayAway : Reach::Offline;
    if (now == m_reach)
        return;
    m_reach = now;
    Q_EMIT reachChanged(now);
}

} // namespace conversure::live
