// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "relay/Asio.h"
#include "relay/LiveDesk.h"
#include "relay/Relay.h"

#include <deque>
#include <memory>

namespace conversure::relay {

/// One live connection: its socket, its queue and its deadlines. What is said on it is the desk's business.
/// Edge thread; kept alive by what it waits for.
class WebSocket final : public LivePeer, public std::enable_shared_from_this<WebSocket>
{
public:
    /// \a guard: held as long as the connection is there.
    WebSocket(beast::tcp_stream stream, const Limits &limits, LiveDesk &desk, std::shared_ptr<void> guard);
    ~WebSocket() override;

    /// Whether \a request asks for this protocol.
    static bool offersProtocol(const http::fields &request);
    /// Takes over after the request's head, which is answered here.
    void accept(const http::request<http::string_body> &request);

    void send(const QByteArray &frame) override;
    qsizetype queuedFrames() const override { return static_cast<qsizetype>(m_queue.size()); }
    qsizetype queuedBytes() const override { return m_queuedBytes; }
    void finish(const QByteArray &lastFrame, CloseCode code) override;

private:
    void accepted();
    void awaitHello();
    void read();
    void received();
    void write();
    void written();
    void awaitPing();
    void ping();
    void sendClose();
    void closeHard();

    const Limits m_limits;
    LiveDesk &m_desk;
    const std::shared_ptr<void> m_guard;
    websocket::stream<beast::tcp_stream> m_stream;
    asio::steady_timer m_helloTimer;
    asio::steady_timer m_pingTimer;
    beast::flat_buffer m_buffer;
    std::deque<QByteArray> m_queue; ///< The first one is being written while m_writing.
    qsizetype m_queuedBytes = 0;
    LiveId m_id = 0;
    bool m_open = false;
    bool m_writing = false;
    bool m_pinging = false;
    bool m_finishing = false;
    bool m_closing = false;
    int m_unanswered = 0; ///< Pings since the client was last heard of.
    CloseCode m_code = CloseCode::GoingAway;
};

} // namespace conversure::relay
