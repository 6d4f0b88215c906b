// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Server.h"

#include <utility> // Boost 1.74 forgets it in asio/awaitable.hpp

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <deque>

namespace conversure::sandbox {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using ErrorCode = boost::system::error_code;

namespace {

constexpr std::uint64_t BodyLimit = 4 * 1024 * 1024;
constexpr std::uint32_t HeaderLimit = 16 * 1024;
constexpr auto RequestDeadline = 5s; ///< From the first byte of a request to its last; idle is allowed.
constexpr auto AnswerDeadline = 15s;
constexpr auto DrainDeadline = 2s;
constexpr auto SilenceLimit = 120s;
constexpr auto HoldLimit = 10s; ///< An answer that waits for a delivery does not wait longer.
constexpr auto DeliveryDeadline = 10s;
constexpr auto FirstRetry = 200ms;
constexpr auto LongestRetry = 5000ms;
constexpr int ParallelDeliveries = 16;

std::string_view viewOf(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<size_t>(bytes.size())};
}

template <class View>
QByteArray bytesOf(const View &view)
{
    return QByteArray(view.data(), static_cast<qsizetype>(view.size()));
}

Call callOf(const http::request<http::string_body> &request)
{
    Call call{bytesOf(request.method_string()), bytesOf(request.target()), {}, bytesOf(request.body())};
    for (const auto &field : request)
        call.headers << wire::Header{bytesOf(field.name_string()), bytesOf(field.value())};
    return call;
}

/// What the connections and the deliveries need from the edge.
class Hub
{
public:
    virtual ~Hub() = default;
    virtual Reply handle(const Call &call) = 0;
    /// Calls \a release once a webhook about \a messageId was acknowledged.
    virtual void whenDelivered(const QString &messageId, std::function<void()> release) = 0;
    virtual void attempted(const Webhook &webhook, int status, int attempt) = 0;
};

/// One client's socket. Kept alive by its own pending operation.
class Connection : public std::enable_shared_from_this<Connection>
{
public:
    Connection(tcp::socket socket, Hub &hub)
        : m_stream(std::move(socket))
        , m_timer(m_stream.get_executor())
        , m_hub(hub)
    {
    }

    void waitForRequest()
    {
        if (m_buffer.size() > 0) // the client did not wait for the last answer
            return read();
        m_stream.socket().async_wait(tcp::socket::wait_read, [self = shared_from_this()](ErrorCode error) {
            if (!error)
                self->read();
        });
    }

private:
    void read()
    {
        m_parser.emplace();
        m_parser->body_limit(BodyLimit);
        m_parser->header_limit(HeaderLimit);
        m_stream.expires_after(RequestDeadline);
        http::async_read(m_stream, m_buffer, *m_parser,
            [self = shared_from_this()](ErrorCode error, std::size_t) { self->onRead(error); });
    }

    void onRead(ErrorCode error)
    {
        m_stream.expires_never();
        if (error == http::error::body_limit)
            return refuse(413, u"The request is larger than 4 MiB"_s);
        if (error == http::error::header_limit)
            return refuse(431, u"The request's header is too large"_s);
        if (error.category() == http::make_error_code(http::error::bad_method).category()
            && error != http::error::end_of_stream && error != http::error::partial_message)
            return refuse(400, u"This is not an HTTP request"_s);
        if (error)
            return; // gone, or too slow: nobody is there to be answered
        answer(m_hub.handle(callOf(m_parser->get())));
    }

    void refuse(int status, const QString &message)
    {
        m_keepAlive = false;
        const Answer envelope = errorAnswer(status, 100, message);
        write({status, {{"Content-Type", "application/json"}}, envelope.body, 0, false, {}});
    }

    void answer(const Reply &reply)
    {
        m_keepAlive = m_parser->get().keep_alive();
        if (reply.silent)
            return wait(SilenceLimit, [](Connection &) {});
        auto writeNow = [reply](Connection &connection) { connection.write(reply); };
        if (!reply.afterDeliveryOf.isEmpty()) {
            m_hub.whenDelivered(reply.afterDeliveryOf, [weak = weak_from_this()] {
                if (const auto self = weak.lock())
                    self->m_timer.cancel();
            });
            return wait(HoldLimit, writeNow);
        }
        if (reply.delayMs > 0)
            return wait(std::chrono::milliseconds(reply.delayMs), writeNow);
        write(reply);
    }

    /// Goes on after the time, or earlier when the timer is cancelled.
    template <class Duration, class Then>
    void wait(Duration duration, Then then)
    {
        m_timer.expires_after(duration);
        m_timer.async_wait([self = shared_from_this(), then](ErrorCode) { then(*self); });
    }

    void write(const Reply &reply)
    {
        m_response = {};
        m_response.version(11);
        m_response.result(static_cast<unsigned>(reply.status));
        m_response.set(http::field::server, "conversure-sandbox");
        for (const wire::Header &header : reply.headers)
            m_response.set(boost::string_view(header.first.constData(), static_cast<size_t>(header.first.size())),
                boost::string_view(header.second.constData(), static_cast<size_t>(header.second.size())));
        m_response.keep_alive(m_keepAlive);
        m_response.body() = viewOf(reply.body);
        m_response.prepare_payload();
        m_stream.expires_after(AnswerDeadline);
        http::async_write(m_stream, m_response,
            [self = shared_from_this()](ErrorCode error, std::size_t) { self->onWritten(error); });
    }

    void onWritten(ErrorCode error)
    {
        if (!error && m_keepAlive)
            return waitForRequest();
        m_stream.socket().shutdown(tcp::socket::shutdown_send, error);
        m_stream.expires_after(DrainDeadline);
        drain();
    }

    /// Takes in what the client is still sending: closing over unread bytes resets the connection, and a refusal would
    /// be lost with it.
    void drain()
    {
        m_stream.async_read_some(asio::buffer(m_drained), [self = shared_from_this()](ErrorCode error, std::size_t) {
            if (!error)
                self->drain();
        });
    }

    beast::tcp_stream m_stream;
    asio::steady_timer m_timer;
    Hub &m_hub;
    beast::flat_buffer m_buffer;
    std::optional<http::request_parser<http::string_body>> m_parser;
    http::response<http::string_body> m_response;
    bool m_keepAlive = false;
    std::array<char, 4096> m_drained{};
};

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

/// Keeps the webhooks of each lane in order and repeats the first of a lane until it is acknowledged.
class Courier
{
public:
    Courier(asio::io_context &context, QUrl target, Hub &hub)
        : m_context(context)
        , m_target(std::move(target))
        , m_hub(hub)
    {
    }

    void post(Webhook webhook)
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

private:
    struct Lane {
        std::deque<Webhook> queue;
        int attempt = 0;
        bool underWay = false; ///< Ready, being delivered or waiting for the next attempt.
    };

    void startReady()
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

    void finished(const QString &name, int status)
    {
        --m_running;
        Lane &lane = m_lanes[name];
        m_hub.attempted(lane.queue.front(), status, lane.attempt);
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

    void retryLater(const QString &name, int attempt)
    {
        const auto gap =
            std::min<std::chrono::milliseconds>(FirstRetry * (1 << std::min(attempt - 1, 10)), LongestRetry);
        const auto timer = std::make_shared<asio::steady_timer>(m_context, gap);
        timer->async_wait([this, name, timer](ErrorCode error) {
            if (error)
                return;
            m_ready.push_back(name);
            startReady();
        });
    }

    asio::io_context &m_context;
    QUrl m_target;
    Hub &m_hub;
    QHash<QString, Lane> m_lanes;
    std::deque<QString> m_ready;
    int m_running = 0;
};

tl::unexpected<Error> unavailable(const QString &what, const std::string &why)
{
    return failure(ErrorKind::Unavailable, u"server:listen"_s, u"%1: %2"_s.arg(what, QString::fromStdString(why)));
}

} // namespace

class Server::Edge : public Hub
{
public:
    Edge(ServerOptions options, Service &service)
        : m_options(std::move(options))
        , m_service(service)
        , m_signals(m_context)
        , m_acceptor(m_context)
        , m_retryAccept(m_context)
        , m_clock(m_context)
        , m_courier(m_context, m_options.deliverTo, *this)
    {
    }

    Result<quint16> listen()
    {
        ErrorCode error;
        const auto address = asio::ip::make_address(m_options.host.toStdString(), error);
        if (error || !address.is_loopback()) {
            return failure(ErrorKind::Invalid, u"server:address"_s,
                u"\"%1\" is not a loopback address; the control endpoints ask for no password"_s.arg(m_options.host));
        }
        const tcp::endpoint endpoint(address, m_options.port);
        m_acceptor.open(endpoint.protocol(), error);
        if (!error)
            m_acceptor.set_option(tcp::acceptor::reuse_address(true), error);
        if (!error)
            m_acceptor.bind(endpoint, error);
        if (!error)
            m_acceptor.listen(asio::socket_base::max_listen_connections, error);
        if (!error)
            m_signals.add(SIGTERM, error);
        if (!error)
            m_signals.add(SIGINT, error);
        if (error)
            return unavailable(u"%1:%2"_s.arg(m_options.host).arg(m_options.port), error.message());
        return m_acceptor.local_endpoint(error).port();
    }

    Result<void> run()
    {
        try {
            m_signals.async_wait([this](ErrorCode, int) { m_context.stop(); });
            accept();
            tick();
            m_context.run();
        } catch (const std::exception &problem) {
            return failure(ErrorKind::Internal, u"server:run"_s, QString::fromUtf8(problem.what()));
        }
        return {};
    }

    Reply handle(const Call &call) override
    {
        Reply reply = m_service.handle(call);
        // Not now: an answer that waits for a delivery has to be told first whom to wait for.
        asio::post(m_context, [this] { tick(); });
        return reply;
    }

    void whenDelivered(const QString &messageId, std::function<void()> release) override
    {
        m_waiting.insert(messageId, std::move(release));
    }

    void attempted(const Webhook &webhook, int status, int attempt) override
    {
        m_service.attempted(webhook, status, attempt);
        if (status != 200)
            return;
        if (const auto release = m_waiting.take(webhook.messageId))
            release();
    }

private:
    void accept()
    {
        m_acceptor.async_accept([this](ErrorCode error, tcp::socket socket) {
            if (!error) {
                std::make_shared<Connection>(std::move(socket), *this)->waitForRequest();
                return accept();
            }
            m_retryAccept.expires_after(100ms); // out of descriptors: wait for some to be closed
            m_retryAccept.async_wait([this](ErrorCode) { accept(); });
        });
    }

    /// Hands out what is due and sleeps until the next thing is.
    void tick()
    {
        for (Webhook &webhook : m_service.takeDue())
            m_courier.post(std::move(webhook));
        m_clock.cancel();
        const auto next = m_service.msUntilNext();
        if (!next)
            return;
        m_clock.expires_after(std::chrono::milliseconds(std::max<qint64>(1, *next)));
        m_clock.async_wait([this](ErrorCode error) {
            if (!error)
                tick();
        });
    }

    ServerOptions m_options;
    Service &m_service;
    asio::io_context m_context{1};
    asio::signal_set m_signals;
    tcp::acceptor m_acceptor;
    asio::steady_timer m_retryAccept;
    asio::steady_timer m_clock;
    Courier m_courier;
    QHash<QString, std::function<void()>> m_waiting;
};

Server::Server(ServerOptions options, Service &service)
    : m_edge(std::make_unique<Edge>(std::move(options), service))
{
}

Server::~Server() = default;

Result<quint16> Server::listen()
{
    return m_edge->listen();
}

Result<void> Server::run()
{
    return m_edge->run();
}

} // namespace conversure::sandbox
