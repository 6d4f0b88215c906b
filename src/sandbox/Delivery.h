// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/Asio.h"
#include "sandbox/Simulation.h"

#include <QUrl>

#include <chrono>
#include <functional>
#include <memory>

namespace conversure::sandbox {

/// One attempt to deliver one webhook. Kept alive by its own pending operation; belongs to the thread of its context.
class Delivery : public std::enable_shared_from_this<Delivery>
{
public:
    /// Hears the receiver's HTTP status, 0 when there was no answer.
    using Done = std::function<void(int status)>;

    Delivery(asio::io_context &context, const QUrl &target, const Webhook &webhook, Done done)
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
        m_stream.expires_after(Deadline);
        m_resolver.async_resolve(target.host().toStdString(), std::to_string(target.port(80)),
            [self = shared_from_this()](ErrorCode error, const tcp::resolver::results_type &found) {
                if (error)
                    return self->m_done(0);
                self->connect(found);
            });
    }

private:
    static constexpr std::chrono::seconds Deadline{10};

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

} // namespace conversure::sandbox
