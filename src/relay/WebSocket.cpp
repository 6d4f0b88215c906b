// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "relay/WebSocket.h"

#include "feed/Frames.h"
#include "relay/Log.h"

namespace conversure::relay {

namespace {

/// How long the client has to take the last frames and to say goodbye.
constexpr std::chrono::seconds closeTime{3};
constexpr int pingsMissed = 2;

} // namespace

WebSocket::WebSocket(beast::tcp_stream stream, const Limits &limits, LiveDesk &desk, std::shared_ptr<void> guard)
    : m_limits(limits)
    , m_desk(desk)
    , m_guard(std::move(guard))
    , m_stream(std::move(stream))
    , m_helloTimer(m_stream.get_executor())
    , m_pingTimer(m_stream.get_executor())
{
}

WebSocket::~WebSocket()
{
    if (m_id)
        m_desk.close(m_id);
}

bool WebSocket::offersProtocol(const http::fields &request)
{
    http::token_list offered(request[http::field::sec_websocket_protocol]);
    return offered.exists(feed::liveSubprotocol);
}

void WebSocket::accept(const http::request<http::string_body> &request)
{
    beast::get_lowest_layer(m_stream).expires_never(); // the stream has time-outs of its own
    websocket::stream_base::timeout timeout{};
    timeout.handshake_timeout = std::chrono::seconds(m_limits.helloSeconds);
    timeout.idle_timeout = websocket::stream_base::none();
    timeout.keep_alive_pings = false;
    m_stream.set_option(timeout);
    m_stream.set_option(websocket::stream_base::decorator([](websocket::response_type &response) {
        response.set(http::field::sec_websocket_protocol, feed::liveSubprotocol);
    }));
    m_stream.read_message_max(static_cast<std::size_t>(m_limits.helloBytes));
    m_stream.text(true);
    m_stream.control_callback([this](websocket::frame_type, beast::string_view) { m_unanswered = 0; });
    m_stream.async_accept(request, [self = shared_from_this()](error_code error) {
        if (!error)
            self->accepted();
    });
}

void WebSocket::accepted()
{
    m_open = true;
    m_id = m_desk.open(*this);
    awaitHello();
    awaitPing();
    read();
}

void WebSocket::awaitHello()
{
    m_helloTimer.expires_after(std::chrono::seconds(m_limits.helloSeconds));
    m_helloTimer.async_wait([weak = weak_from_this()](error_code error) {
        const auto self = weak.lock();
        if (!error && self && !self->m_desk.hasSpoken(self->m_id))
            self->finish({}, CloseCode::NotAllowed);
    });
}

void WebSocket::read()
{
    m_stream.async_read(m_buffer, [self = shared_from_this()](error_code error, std::size_t) {
        if (error)
            self->closeHard();
        else
            self->received();
    });
}

void WebSocket::received()
{
    m_unanswered = 0;
    const auto data = m_buffer.cdata();
    const QByteArray message(static_cast<const char *>(data.data()), static_cast<qsizetype>(data.size()));
    m_buffer.consume(m_buffer.size());
    if (!m_stream.got_text())
        finish({}, CloseCode::ProtocolError);
    else if (!m_finishing)
        m_desk.receive(m_id, message);
    read(); // also while closing: the client's goodbye comes this way
}

void WebSocket::send(const QByteArray &frame)
{
    if (!m_open || m_finishing)
        return;
    m_queue.push_back(frame);
    m_queuedBytes += frame.size();
    write();
}

void WebSocket::write()
{
    if (m_writing || !m_open)
        return;
    if (m_queue.empty()) {
        if (m_finishing)
            sendClose();
        return;
    }
    m_writing = true;
    const QByteArray &frame = m_queue.front();
    m_stream.async_write(asio::buffer(frame.constData(), static_cast<std::size_t>(frame.size())),
        [self = shared_from_this()](error_code error, std::size_t) {
            self->m_writing = false;
            if (error)
                self->closeHard();
            else
                self->written();
        });
}

void WebSocket::written()
{
    m_queuedBytes -= m_queue.front().size();
    m_queue.pop_front();
    write();
}

void WebSocket::finish(const QByteArray &lastFrame, CloseCode code)
{
    if (m_finishing)
        return;
    while (m_queue.size() > (m_writing ? 1U : 0U)) {
        m_queuedBytes -= m_queue.back().size();
        m_queue.pop_back();
    }
    if (!lastFrame.isEmpty())
        send(lastFrame);
    m_finishing = true;
    m_code = code;
    m_helloTimer.cancel();
    m_pingTimer.expires_after(closeTime);
    m_pingTimer.async_wait([weak = weak_from_this()](error_code error) {
        const auto self = weak.lock();
        if (!error && self)
            self->closeHard();
    });
    write();
}

void WebSocket::sendClose()
{
    if (std::exchange(m_closing, true))
        return;
    const websocket::close_reason reason(static_cast<websocket::close_code>(m_code));
    m_stream.async_close(reason, [self = shared_from_this()](error_code) { self->closeHard(); });
}

void WebSocket::awaitPing()
{
    m_pingTimer.expires_after(std::chrono::seconds(m_limits.pingSeconds));
    m_pingTimer.async_wait([weak = weak_from_this()](error_code error) {
        const auto self = weak.lock();
        if (!error && self)
            self->ping();
    });
}

void WebSocket::ping()
{
    if (!m_open || m_finishing)
        return;
    if (m_unanswered++ >= pingsMissed) {
        qCDebug(logFeed, "live connection %llu is silent", static_cast<unsigned long long>(m_id));
        closeHard();
        return;
    }
    if (!std::exchange(m_pinging, true)) {
        m_stream.async_ping({}, [self = shared_from_this()](error_code error) {
            self->m_pinging = false;
            if (error)
                self->closeHard();
        });
    }
    awaitPing();
}

/// Ends everything that waits; the last of it lets the object go.
void WebSocket::closeHard()
{
    m_open = false;
    m_desk.close(m_id);
    m_helloTimer.cancel();
    m_pingTimer.cancel();
    beast::get_lowest_layer(m_stream).close();
}

} // namespace conversure::relay
