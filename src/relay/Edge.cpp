// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "relay/Edge.h"

#include "relay/Asio.h"
#include "relay/HttpMessages.h"
#include "relay/LiveDesk.h"
#include "relay/Log.h"
#include "relay/WebSocket.h"

#include <future>
#include <map>
#include <thread>
#include <unordered_set>

namespace conversure::relay {

namespace {

constexpr std::chrono::seconds tickTime{1};
constexpr int cursorTicks = 15;
constexpr std::chrono::milliseconds acceptPause{100};
constexpr std::chrono::milliseconds drainTime{3500};
/// For a sender that has not finished when it is refused: without reading on, the refusal would be lost in a reset.
constexpr std::chrono::seconds lingerTime{2};
constexpr std::size_t lingerBytes = 32 * 1024 * 1024;
constexpr std::size_t pieceBytes = 16 * 1024;

} // namespace

class HttpConnection;

/// All that lives on the edge's thread.
struct EdgeCore {
    struct Pending {
        std::shared_ptr<HttpConnection> connection; ///< What keeps it alive while nothing happens on its socket.
        qint64 deadline = 0;
    };

    EdgeCore(const RelaySettings &relaySettings, const Edge::Parts &edgeParts);

    void accept();
    void tick();
    void run();
    void drain();
    std::shared_ptr<void> guard();
    void request(const std::shared_ptr<HttpConnection> &connection, const Request &request);
    void settle(quint64 ticket, bool stored);
    void expire();

    const RelaySettings settings;
    const Edge::Parts parts;
    IdSource ids;
    std::map<quint64, Pending> pending;
    std::unordered_set<HttpConnection *> connections;
    quint64 nextTicket = 1;
    int sockets = 0;
    int ticks = 0;
    bool draining = false;
    std::promise<void> drained;
    bool saidDrained = false;
    LiveDesk desk;
    // After all that its handlers touch, since it ends them when it dies.
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    tcp::acceptor acceptor{io};
    asio::steady_timer tickTimer{io};
    asio::steady_timer acceptTimer{io};
    std::jthread thread;
};

/// One HTTP connection, one request after the other; pipelined ones wait in the buffer until the one before is
/// answered.
class HttpConnection : public std::enable_shared_from_this<HttpConnection>
{
public:
    HttpConnection(tcp::socket socket, EdgeCore &edge)
        : m_edge(edge)
        , m_limits(edge.settings.limits)
        , m_guard(edge.guard())
        , m_stream(std::move(socket))
        , m_buffer(static_cast<std::size_t>(m_limits.headerBytes) + 4 * pieceBytes)
    {
        m_edge.connections.insert(this);
    }
    ~HttpConnection() { m_edge.connections.erase(this); }

    void awaitRequest()
    {
        m_idle = true;
        if (m_buffer.size() > 0)
            return readHead();
        m_stream.expires_after(std::chrono::seconds(m_limits.idleSeconds));
        m_stream.async_read_some(
            m_buffer.prepare(pieceBytes), [self = shared_from_this()](error_code error, std::size_t bytes) {
                if (error)
                    return self->closeSoftly();
                self->m_buffer.commit(bytes);
                self->readHead();
            });
    }

    void respond(const Answer &answer)
    {
        m_response = {};
        m_response.version(m_version);
        m_response.result(static_cast<unsigned>(answer.status));
        if (!answer.contentType.isEmpty())
            m_response.set(http::field::content_type, toView(answer.contentType));
        for (const wire::Header &header : answer.headers)
            m_response.set(toView(header.first), toView(header.second));
        m_response.body().assign(answer.body.constData(), static_cast<std::size_t>(answer.body.size()));
        m_response.keep_alive(m_keepAlive);
        m_response.prepare_payload();
        m_stream.expires_after(std::chrono::seconds(m_limits.requestSeconds));
        http::async_write(m_stream, m_response, [self = shared_from_this()](error_code error, std::size_t) {
            if (error)
                return;
            if (self->m_keepAlive)
                self->awaitRequest();
            else
                self->linger();
        });
    }

    /// The relay stops: an idle connection closes, a busy one after its answer.
    void drain()
    {
        m_keepAlive = false;
        if (m_idle)
            m_stream.close();
    }

private:
    void readHead()
    {
        m_idle = m_inBody = false;
        m_parser.emplace();
        m_parser->header_limit(static_cast<std::uint32_t>(m_limits.headerBytes));
        m_parser->body_limit(static_cast<std::uint64_t>(m_limits.bodyBytes));
        m_wireBytes = 0;
        m_stream.expires_after(std::chrono::seconds(m_limits.requestSeconds)); // for the whole request, however slow
        readMore();
    }

    /// The parser limits single lines and the body, but not how many header lines, trailers and chunks there are; the
    /// bytes that it has taken are counted here.
    void readMore()
    {
        http::async_read_some(
            m_stream, m_buffer, *m_parser, [self = shared_from_this()](error_code error, std::size_t bytes) {
                self->m_wireBytes += static_cast<qsizetype>(bytes);
                if (error)
                    self->refuse(error);
                else
                    self->partRead();
            });
    }

    void partRead()
    {
        const qsizetype limit = m_limits.headerBytes + (m_inBody ? 2 * m_limits.bodyBytes : 0);
        if (m_wireBytes > limit)
            refuse(m_inBody ? 413 : 431);
        else if (m_inBody)
            readBody();
        else if (m_parser->is_header_done())
            headRead();
        else
            readMore();
    }

    void headRead()
    {
        const auto &head = m_parser->get();
        m_version = head.version();
        m_keepAlive = head.keep_alive() && !m_edge.draining;
        if (!isUnambiguous(head))
            return refuse(400);
        if (pathOf(toBytes(head.target())) == "/live")
            return upgrade();
        if (beast::iequals(head[http::field::expect], "100-continue"))
            return sendContinue();
        readBody();
    }

    void upgrade()
    {
        const auto &head = m_parser->get();
        if (!websocket::is_upgrade(head)) {
            m_keepAlive = false;
            return respond({426, {}, {}, {{QByteArrayLiteral("Upgrade"), QByteArrayLiteral("websocket")}}});
        }
        if (!WebSocket::offersProtocol(head) || m_buffer.size() > 0)
            return refuse(400);
        if (!m_edge.desk.isReady() || m_edge.draining) {
            m_keepAlive = false;
            return respond(unavailable());
        }
        const auto socket = std::make_shared<WebSocket>(std::move(m_stream), m_limits, m_edge.desk, std::move(m_guard));
        socket->accept(m_parser->get());
    }

    void sendContinue()
    {
        static constexpr beast::string_view line = "HTTP/1.1 100 Continue\r\n\r\n";
        asio::async_write(m_stream, asio::buffer(line.data(), line.size()),
            [self = shared_from_this()](error_code error, std::size_t) {
                if (!error)
                    self->readBody();
            });
    }

    void readBody()
    {
        m_inBody = true;
        if (m_parser->is_done())
            m_edge.request(shared_from_this(), toRequest(m_parser->release()));
        else
            readMore();
    }

    /// A sender that was cut off or left gets nothing; one that made no sense is told.
    void refuse(error_code error)
    {
        if (error == http::error::end_of_stream)
            return closeSoftly();
        if (error == http::error::partial_message)
            return m_stream.close();
        if (const int status = statusOf(error))
            refuse(status);
        else
            m_stream.close();
    }

    void refuse(int status)
    {
        m_keepAlive = false;
        respond({status, {}, {}, {}});
    }

    void closeSoftly()
    {
        error_code ignored;
        m_stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    }

    void linger()
    {
        closeSoftly();
        m_buffer.clear();
        m_stream.expires_after(lingerTime);
        discard();
    }

    void discard()
    {
        m_stream.async_read_some(
            m_buffer.prepare(pieceBytes), [self = shared_from_this()](error_code error, std::size_t bytes) {
                self->m_discarded += bytes;
                if (!error && self->m_discarded < lingerBytes)
                    self->discard();
            });
    }

    EdgeCore &m_edge;
    const Limits &m_limits;
    std::shared_ptr<void> m_guard;
    beast::tcp_stream m_stream;
    beast::flat_buffer m_buffer;
    std::optional<http::request_parser<http::string_body>> m_parser;
    http::response<http::string_body> m_response;
    unsigned m_version = 11;
    qsizetype m_wireBytes = 0; ///< Of the request that is being read.
    std::size_t m_discarded = 0;
    bool m_keepAlive = true;
    bool m_idle = true; ///< No request has begun.
    bool m_inBody = false;
};

EdgeCore::EdgeCore(const RelaySettings &relaySettings, const Edge::Parts &edgeParts)
    : settings(relaySettings)
    , parts(edgeParts)
    , ids(parts.clock)
    , desk(
          settings.limits, [this](std::function<void()> later) { asio::post(io, std::move(later)); }, parts.authority)
{
}

void EdgeCore::accept()
{
    acceptor.async_accept([this](error_code error, tcp::socket socket) {
        if (error == asio::error::operation_aborted || draining)
            return;
        if (error) { // out of file descriptors, as a rule: some will be free again
            acceptTimer.expires_after(acceptPause);
            acceptTimer.async_wait([this](error_code stopped) {
                if (!stopped)
                    accept();
            });
            return;
        }
        if (sockets < settings.limits.connections) {
            error_code ignored;
            socket.set_option(tcp::no_delay(true), ignored);
            std::make_shared<HttpConnection>(std::move(socket), *this)->awaitRequest();
        }
        accept();
    });
}

void EdgeCore::tick()
{
    tickTimer.expires_after(tickTime);
    tickTimer.async_wait([this](error_code stopped) {
        if (stopped)
            return;
        expire();
        if (++ticks % cursorTicks == 0)
            desk.sendCursor();
        tick();
    });
}

void EdgeCore::run()
{
    for (;;) {
        try {
            io.run();
            return;
        } catch (const std::exception &problem) { // ends the one handler that threw it, and with it its connection
            qCCritical(logEdge, "a connection failed: %s", problem.what());
        }
    }
}

void EdgeCore::drain()
{
    draining = true;
    error_code ignored;
    acceptor.close(ignored);
    acceptTimer.cancel();
    desk.closeAll();
    const auto all = connections;
    for (HttpConnection *connection : all)
        connection->drain();
    if (sockets == 0 && !std::exchange(saidDrained, true))
        drained.set_value();
}

std::shared_ptr<void> EdgeCore::guard()
{
    ++sockets;
    return {this, [](void *edge) {
                auto *self = static_cast<EdgeCore *>(edge);
                if (--self->sockets == 0 && self->draining && !std::exchange(self->saidDrained, true))
                    self->drained.set_value();
            }};
}

void EdgeCore::request(const std::shared_ptr<HttpConnection> &connection, const Request &request)
{
    const std::shared_ptr<const Directory> directory = parts.directory.get();
    Handled handled = parts.handler.handle(request, directory.get(), parts.health.notReady(), ids);
    parts.health.unknownShares += static_cast<quint64>(handled.unknownShares);
    parts.health.refusedShares += static_cast<quint64>(handled.refusedShares);
    if (const auto *answer = std::get_if<Answer>(&handled.outcome))
        return connection->respond(*answer);
    const quint64 ticket = nextTicket++;
    pending[ticket] = {connection, parts.clock.elapsedMs() + settings.limits.answerSeconds * 1000};
    auto &deliveries = std::get<Deliveries>(handled.outcome);
    if (!parts.sink.offer({ticket, std::move(deliveries.webhooks)}))
        settle(ticket, false);
}

void EdgeCore::settle(quint64 ticket, bool stored)
{
    const auto it = pending.find(ticket);
    if (it == pending.end())
        return;
    const std::shared_ptr<HttpConnection> connection = std::move(it->second.connection);
    pending.erase(it);
    connection->respond(stored ? Answer{} : unavailable()); // if the client has gone, writing fails and that is all
}

/// Tickets are given in order, so the oldest come first.
void EdgeCore::expire()
{
    const qint64 now = parts.clock.elapsedMs();
    while (!pending.empty() && pending.begin()->second.deadline <= now)
        settle(pending.begin()->first, false);
}

Edge::Edge(const RelaySettings &settings, Parts parts)
    : d(std::make_unique<EdgeCore>(settings, parts))
{
}

Edge::~Edge()
{
    stop();
}

Result<void> Edge::listen()
{
    error_code error;
    tcp::resolver resolver(d->io);
    const auto found = resolver.resolve(d->settings.listenHost.toStdString(), std::to_string(d->settings.listenPort),
        tcp::resolver::passive | tcp::resolver::numeric_service, error);
    if (!error) {
        const tcp::endpoint endpoint = found.begin()->endpoint();
        d->acceptor.open(endpoint.protocol(), error);
        if (!error)
            d->acceptor.set_option(tcp::acceptor::reuse_address(true), error);
        if (!error)
            d->acceptor.bind(endpoint, error);
        if (!error)
            d->acceptor.listen(asio::socket_base::max_listen_connections, error);
    }
    if (error)
        return failure(ErrorKind::Unavailable, QStringLiteral("relay:listen"), QString::fromStdString(error.message()));
    return {};
}

quint16 Edge::port() const
{
    error_code ignored;
    return d->acceptor.local_endpoint(ignored).port();
}

void Edge::start()
{
    d->accept();
    d->tick();
    d->thread = std::jthread([this] { d->run(); });
}

void Edge::stop()
{
    if (!d->thread.joinable())
        return;
    asio::post(d->io, [this] { d->drain(); });
    if (d->drained.get_future().wait_for(drainTime) != std::future_status::ready)
        qCWarning(logEdge, "some connections did not end in time");
    d->io.stop();
    d->thread.join();
    // Connections that still wait for an answer go while there is an io_context to close their sockets in.
    std::exchange(d->pending, {}).clear();
}

void Edge::answer(QList<DeliveryResult> results)
{
    asio::post(d->io, [this, results = std::move(results)] {
        for (const DeliveryResult &result : results)
            d->settle(result.ticket, result.stored);
    });
}

void Edge::answer(QList<SessionAnswer> answers)
{
    asio::post(d->io, [this, answers = std::move(answers)] { d->desk.answer(answers); });
}

void Edge::publish(FeedBatch batch)
{
    asio::post(d->io, [this, batch = std::move(batch)] { d->desk.publish(batch); });
}

} // namespace conversure::relay
