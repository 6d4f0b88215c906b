// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Server.h"

#include "sandbox/Asio.h"
#include "sandbox/Courier.h"
#include "sandbox/Delivery.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <sstream>

namespace conversure::sandbox {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t BodyLimit = 4 * 1024 * 1024;
constexpr std::uint32_t HeaderLimit = 16 * 1024;
constexpr auto RequestDeadline = 5s; ///< From the first byte of a request to its last; idle is allowed.
constexpr auto AnswerDeadline = 15s;
constexpr auto DrainDeadline = 2s;
constexpr auto SilenceLimit = 120s;
constexpr auto HoldLimit = 10s; ///< An answer that waits for a delivery does not wait longer.

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

/// What the connections need from the edge.
class Hub
{
public:
    virtual ~Hub() = default;
    virtual Reply handle(const Call &call) = 0;
    /// Calls \a release once a webhook about \a messageId was acknowledged.
    virtual void whenDelivered(const QString &messageId, std::function<void()> release) = 0;
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
        if (reply.cut == Cut::Everything)
            return; // whoever holds the last reference closes the socket
        if (reply.cut == Cut::Half)
            return writeHalf(reply);
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

    /// The head and the first half of the body, and then the end.
    void writeHalf(const Reply &reply)
    {
        prepare(reply);
        std::ostringstream whole;
        whole << m_response;
        m_half = whole.str();
        m_half.resize(m_half.size() - static_cast<size_t>(reply.body.size() + 1) / 2);
        m_stream.expires_after(AnswerDeadline);
        asio::async_write(m_stream, asio::buffer(m_half), [self = shared_from_this()](ErrorCode, std::size_t) {});
    }

    void write(const Reply &reply)
    {
        prepare(reply);
        m_stream.expires_after(AnswerDeadline);
        http::async_write(m_stream, m_response,
            [self = shared_from_this()](ErrorCode error, std::size_t) { self->onWritten(error); });
    }

    void prepare(const Reply &reply)
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
    std::string m_half;
    bool m_keepAlive = false;
    std::array<char, 4096> m_drained{};
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
        , m_courier([this](const Webhook &webhook, auto done) { deliver(webhook, std::move(done)); },
              [this](std::chrono::milliseconds gap, auto go) { callAfter(gap, std::move(go)); },
              [this](const Webhook &webhook, int status, int attempt) { attempted(webhook, status, attempt); })
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

private:
    void deliver(const Webhook &webhook, Delivery::Done done)
    {
        std::make_shared<Delivery>(m_context, m_options.deliverTo, webhook, std::move(done))
            ->start(m_options.deliverTo);
    }

    void callAfter(std::chrono::milliseconds gap, std::function<void()> go)
    {
        const auto timer = std::make_shared<asio::steady_timer>(m_context, gap);
        timer->async_wait([timer, go = std::move(go)](ErrorCode error) {
            if (!error)
                go();
        });
    }

    void attempted(const Webhook &webhook, int status, int attempt)
    {
        m_service.attempted(webhook, status, attempt);
        if (status != 200)
            return;
        if (const auto release = m_waiting.take(webhook.messageId))
            release();
    }

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
