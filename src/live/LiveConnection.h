// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "feed/Change.h"
#include "feed/Frames.h"

#include <QObject>
#include <QTimer>
#include <QUrl>
#include <QWebSocket>

#include <functional>

namespace conversure::store {
class SqlLibrary;
class Worker;
} // namespace conversure::store

namespace conversure::live {

/// Whom the client hears, and whether it can write.
enum class Reach { Connecting, Connected, RelayAway, StoreAway, Offline };

/// The client's ear: the relay's WebSocket with resume, and while the relay is away the same feed polled from the
/// store. It also finds out whether the store is there. Lives on the io thread; its signals come from there.
class LiveConnection : public QObject
{
    Q_OBJECT

public:
    struct Timing {
        int pollMs = 3'000; ///< Polling while the relay is away; ± a fifth.
        int probeMs = 15'000; ///< Looking after the store while the relay is there.
        int pingMs = 20'000;
        int silenceMs = 50'000; ///< No frame and no pong for so long: the connection is dead.
        int retryMinMs = 1'000; ///< Back-off with full jitter between these.
        int retryMaxMs = 30'000;
    };

    /// \a reader must outlive the connection's last callback (stop the worker first).
    LiveConnection(store::Worker &reader, const store::SqlLibrary &library, Timing timing, QObject *parent = nullptr);
    LiveConnection(store::Worker &reader, const store::SqlLibrary &library, QObject *parent = nullptr);

    ~LiveConnection() override;

    /// Begins to listen. Emits resync() once it has a cursor, so that whatever is read after it misses nothing.
    void start(const QUrl &relay, const QString &token);
    /// Says goodbye and forgets token and cursor.
    void stop();
    /// Somebody's call found the store away: look now instead of at the next probe.
    void storeSeemsAway();
    /// The network is back, or the machine woke up: try now.
    void hurry();

Q_SIGNALS:
    void changes(const QList<conversure::feed::Change> &changes);
    /// Read again what is loaded; everything later will come as changes. \a anotherLife: the store was restored, so
    /// that revs may have gone back and nothing known is worth keeping.
    void resync(bool anotherLife);
    void reachChanged(conversure::live::Reach reach);
    /// The store can be written again after it was away.
    void storeBack();
    void signedOut();

private:
    void openSocket();
    void onConnected();
    void onFrame(const QString &text);
    void onSocketGone();
    void take(const feed::Welcome &frame);
    void take(const feed::Changes &frame);
    void take(const feed::Resync &frame);
    void take(const feed::Closed &frame);
    void beat();
    void lookAtStore();
    void poll();
    void probe();
    void heardStore(const Error *error);
    void takeSlice(const feed::Cursor &cursor, const QList<feed::Change> &changes, bool resync);
    void updateReach();
    void scheduleRetry();
    void scheduleLook(int ms);

    store::Worker &m_reader;
    const store::SqlLibrary &m_library;
    const Timing m_timing;
    QWebSocket m_socket;
    QTimer m_retry;
    QTimer m_beat;
    QTimer m_look;
    QUrl m_relay;
    QString m_token;
    std::optional<feed::Cursor> m_cursor;
    bool m_running = false;
    bool m_relayUp = false;
    bool m_relayTried = false;
    std::optional<bool> m_storeUp;
    bool m_looking = false;
    int m_failures = 0;
    qint64 m_lastHeardMs = 0;
    quint64 m_generation = 0; ///< Answers to questions of an earlier start() are not for us.
    Reach m_reach = Reach::Connecting;
};

} // namespace conversure::live
