// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "relay/Tailer.h"

#include "relay/Log.h"

#include <algorithm>

namespace conversure::relay {

namespace {

constexpr int idleMs = 1000;
/// Many small commits come as one look, one frame.
constexpr std::chrono::milliseconds spacing{15};
constexpr int rowsAtOnce = 500;

bool concernsDirectory(const store::FeedRow &row)
{
    return row.kind == QStringLiteral("number") || row.kind == QStringLiteral("vault");
}

} // namespace

Tailer::Tailer(const RelaySettings &settings, DirectorySlot &directory, Health &health, Hooks hooks)
    : m_directory(directory)
    , m_health(health)
    , m_hooks(std::move(hooks))
    , m_link(settings.database, QStringLiteral("conversure-relay tailer"),
          [&health](bool connected) { health.setConnected(Health::Part::Tailer, connected); })
{
}

Tailer::~Tailer()
{
    stop();
}

void Tailer::start()
{
    m_thread = std::jthread([this](std::stop_token stop) { run(std::move(stop)); });
}

void Tailer::stop()
{
    m_thread.request_stop();
    if (m_thread.joinable())
        m_thread.join();
}

void Tailer::run(std::stop_token stop)
{
    const std::stop_callback wakeUp(stop, [this] { m_link.wake(); });
    while (!stop.stop_requested()) {
        store::Connection *connection = m_link.connection();
        if (!connection) {
            m_pause.wait(stop, m_link.pause());
            continue;
        }
        const Result<void> looked = look(*connection);
        if (looked) {
            m_pause.wait(stop, spacing);
            connection->waitForNotification(idleMs);
        } else if (!m_link.lost(looked.error())) {
            qCWarning(logFeed, "the feed cannot be read (%s)", qUtf8Printable(looked.error().code));
            m_pause.wait(stop, std::chrono::milliseconds(idleMs));
        }
    }
}

Result<void> Tailer::look(store::Connection &connection)
{
    store::RelayStore db(connection);
    m_begun = m_begun && !m_link.isFresh();
    if (!m_begun) {
        if (const Result<void> begun = begin(connection); !begun)
            return begun;
    }
    if (m_directoryStale) {
        if (const Result<void> loaded = reloadDirectory(db); !loaded)
            return loaded;
    }
    for (;;) {
        const Result<bool> more = takeRows(db);
        if (!more)
            return tl::unexpected(more.error());
        if (!*more)
            return {};
    }
}

/// Nobody is subscribed before the first cursor is known, so that is where the feed begins. Later connections go on
/// where the last one was; what changed meanwhile about numbers is read again as a whole.
Result<void> Tailer::begin(store::Connection &connection)
{
    if (const Result<store::Rows> listening = connection.run("listen conversure_feed"); !listening)
        return tl::unexpected(listening.error());
    const Result<feed::Cursor> horizon = store::RelayStore(connection).feedHorizon();
    if (!horizon)
        return tl::unexpected(horizon.error());
    m_begun = m_directoryStale = true;
    if (m_cursor && m_cursor->epoch == horizon->epoch)
        return {};
    m_cursor = *horizon;
    m_seen.clear();
    m_hooks.publish({*horizon, {}});
    return {};
}

/// One look; true when there may be more than it took. The horizon comes first: what lies below it is then visible.
Result<bool> Tailer::takeRows(store::RelayStore &db)
{
    const Result<feed::Cursor> horizon = db.feedHorizon();
    if (!horizon)
        return tl::unexpected(horizon.error());
    Result<QList<store::FeedRow>> rows = db.feedTail(m_cursor->xid, m_seen.keys(), rowsAtOnce);
    if (!rows)
        return tl::unexpected(rows.error());
    const bool more = rows->size() >= rowsAtOnce;
    const feed::Cursor before = *m_cursor;
    m_cursor = *horizon;
    if (more && rows->last().xid < horizon->xid)
        m_cursor = feed::Cursor{horizon->epoch, rows->last().xid, 0};
    remember(*rows);
    if (!rows->isEmpty() || !(before == *m_cursor))
        m_hooks.publish({*m_cursor, std::move(*rows)});
    if (m_directoryStale) {
        if (const Result<void> loaded = reloadDirectory(db); !loaded)
            return tl::unexpected(loaded.error());
    }
    return more;
}

void Tailer::remember(const QList<store::FeedRow> &rows)
{
    for (const store::FeedRow &row : rows) {
        m_seen.insert(row.seq, row.xid);
        m_directoryStale = m_directoryStale || concernsDirectory(row);
    }
    m_seen.removeIf([this](const std::pair<const qint64 &, quint64 &> &seen) { return seen.second < m_cursor->xid; });
}

/// A directory that cannot be loaded leaves the last one in force, and is tried again at the next look.
Result<void> Tailer::reloadDirectory(store::RelayStore &db)
{
    Result<std::shared_ptr<const Directory>> loaded = m_hooks.loadDirectory(db);
    if (!loaded) {
        qCWarning(logFeed, "numbers and secrets cannot be loaded (%s)", qUtf8Printable(loaded.error().code));
        return tl::unexpected(loaded.error());
    }
    qCInfo(logFeed, "%lld numbers loaded", static_cast<long long>((*loaded)->numbers().size()));
    m_directory.set(std::move(*loaded));
    m_directoryStale = false;
    m_health.setDirectoryLoaded();
    return {};
}

} // namespace conversure::relay
