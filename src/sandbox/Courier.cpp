// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Courier.h"

#include <utility> // Boost 1.74 forgets it in asio/awaitable.hpp

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <chrono>
#include <memory>

namespace conversure::sandbox {

using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using ErrorCode = boost::system::error_code;

namespace {

constexpr auto DeliveryDeadline = 10s;
constexpr auto FirstRetry = 200ms;
constexpr auto LongestRetry = 5000ms;
constexpr int ParallelDeliveries = 16;

std::string_view viewOf(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<size_t>(bytes.size())};
}

/// One attempt to deliver one webhook. Tells the receiver's status, 0 when there was no answer.
class Attempt : public std::enable_shared_from_this<Attempt>
{
public:
    using Done = std::function<void(int status)>;

    Attempt(asio::io_context &context, const QUrl &target, const Webhook &webhook, Done done)
        : m_resolver(context)
        , m_stream(context)
        , m_done(std::move(done))
    {
        const QString query = target.hasQuery() ? u'?' + target.query(QUrl::FullyEncoded) : QString();
        m_request.method(http::verb::post);
        m_request.target((target.path(QUrl::FullyEncoded) + query).toStdString());
        m_request.set(http::field::host, target.authority(QUrl::FullyEncoded).toStdString());
        m_request.set(http::field::user_agent, "facebookexternalua");
        m_request.set(http::field::content_type, "application/json");
        m_request.set("X-Hub-Signature-256", webhook.signature.toStdString());
        m_request.keep_alive(false);
        m_request.body() = viewOf(webhook.body);
        m_request.prepare_payload();
    }

    void start(const QUrl &target)
    {
        m_stream.expires_after(DeliveryDeadline);
        m_resolver.async_resolve(target.host().toStdString(), std::to_string(target.port(80)),
            [self = shared_from_this()](ErrorCode error, const tcp::resolver::results_type &found) {
                if (error)
                    return self->m_done(0);
                self->connect(found);
            });
    }

private:
    void connect(const tcp::resolver::results_type &found)
    {
        m_stream.async_connect(found, [self = shared_from_this()](ErrorCode error, const tcp::endpoint &) {
            if (error)
                return self->m_done(0);
            self->write();
        });
    }

    void write()
    {
        http::async_write(m_stream, m_request, [self = shared_from_this()](ErrorCode error, std::size_t) {
            if (error)
                return self->m_done(0);
            self->read();
        });
    }

    void read()
    {
        http::async_read(m_stream, m_buffer, m_response, [self = shared_from_this()](ErrorCode error, std::size_t) {
            self->m_done(error ? 0 : static_cast<int>(self->m_response.result_int()));
        });
    }

    tcp::resolver m_resolver;
    beast::tcp_stream m_stream;
    beast::flat_buffer m_buffer;
    http::request<http::string_body> m_request;
    http::response<http::string_body> m_response;
    Done m_done;
};

} // namespace

Courier::Courier(asio::io_context &context, QUrl target, Attempted attempted)
    : m_context(context)
    , m_target(std::move(target))
    , m_attempted(std::move(attempted))
{
}

void Courier::post(Webhook webhook)
{
    const QString name = webhook.lane;
    Lane &lane = m_lanes[name];
    lane.queue.push_back(std::move(webhook));
    if (!lane.underWay) {
        lane.underWay = true;
        m_ready.push_back(name);
    }
    startReady();
}

void Courier::startReady()
{
    while (m_running < ParallelDeliveries && !m_ready.empty()) {
        const QString name = m_ready.front();
        m_ready.pop_front();
        ++m_running;
        ++m_lanes[name].attempt;
        std::make_shared<Attempt>(m_context, m_target, m_lanes[name].queue.front(), [this, name](int status) {
            finished(name, status);
        })->start(m_target);
    }
}

void Courier::finished(const QString &name, int status)
{
    --m_running;
    Lane &lane = m_lanes[name];
    m_attempted(lane.queue.front(), status, lane.attempt);
    if (status != 200) {
        retryLater(name, lane.attempt);
        return startReady();
    }
    lane.queue.pop_front();
    lane.attempt = 0;
    if (lane.queue.empty())
        m_lanes.remove(name);
    else
        m_ready.push_back(name);
    startReady();
}

void Courier::retryLater(const QString &name, int attempt)
{
    const auto gap = std::min<std::chrono::milliseconds>(FirstRetry * (1 << std::min(attempt - 1, 10)), LongestRetry);
    const auto timer = std::make_shared<asio::steady_timer>(m_context, gap);
    timer->async_wait([this, name, timer](ErrorCode error) {
        if (error)
            return;
        m_ready.push_back(name);
        startReady();
    });
}

} // namespace conversure::sandbox
