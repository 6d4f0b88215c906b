// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "relay/Writer.h"

#include "relay/Log.h"

namespace conversure::relay {

namespace {

/// How often an idle writer looks whether its connection is still there, so that the next delivery finds it.
constexpr std::chrono::milliseconds checkInterval{5000};

} // namespace

Writer::Writer(const RelaySettings &settings, Health &health, Hooks hooks)
    : m_batch(settings.limits.batch)
    , m_hooks(std::move(hooks))
    , m_queue(settings.limits.writerItems, settings.limits.writerBytes)
    , m_link(settings.database, QStringLiteral("conversure-relay writer"),
          [&health](bool connected) { health.setConnected(Health::Part::Writer, connected); })
{
}

Writer::~Writer()
{
    stop();
}

void Writer::start()
{
    m_thread = std::jthread([this](std::stop_token stop) { run(std::move(stop)); });
}

void Writer::stop()
{
    m_thread.request_stop();
    if (m_thread.joinable())
        m_thread.join();
}

bool Writer::offer(Delivery &&delivery)
{
    const qsizetype bytes = delivery.bytes();
    return m_queue.push(std::move(delivery), bytes);
}

void Writer::run(std::stop_token stop)
{
    for (;;) {
        const bool open = m_link.connection() != nullptr;
        std::vector<Delivery> batch = m_queue.take(m_batch, stop, open ? checkInterval : m_link.pause());
        if (!batch.empty())
            handle(std::move(batch));
        else if (stop.stop_requested())
            return;
        else if (open)
            check();
    }
}

void Writer::handle(std::vector<Delivery> batch)
{
    QList<DeliveryResult> results;
    results.reserve(std::ssize(batch));
    const bool any = store(batch, 0, std::ssize(batch), results);
    m_hooks.answer(std::move(results));
    if (any)
        m_hooks.stored();
}

void Writer::check()
{
    const Result<int> version = store::RelayStore(*m_link.connection()).schemaVersion();
    if (!version)
        m_link.lost(version.error());
}

/// Stores a part of the batch and appends its outcomes. A part that the store refuses is halved, so that one delivery
/// it cannot take does not hold up its neighbours. True when anything was stored.
bool Writer::store(const std::vector<Delivery> &batch, qsizetype from, qsizetype count, QList<DeliveryResult> &results)
{
    QList<store::NewWebhook> webhooks;
    for (qsizetype i = from; i < from + count; ++i)
        webhooks << batch[static_cast<std::size_t>(i)].webhooks;
    const Result<void> inserted = insert(webhooks);
    const bool halve = !inserted && count > 1 && inserted.error().kind != ErrorKind::Unavailable;
    if (halve) {
        const bool first = store(batch, from, count / 2, results);
        const bool second = store(batch, from + count / 2, count - count / 2, results);
        return first || second;
    }
    if (!inserted)
        qCWarning(logIngest, "%lld deliveries not stored (%s)", static_cast<long long>(count),
            qUtf8Printable(inserted.error().code));
    for (qsizetype i = from; i < from + count; ++i)
        results << DeliveryResult{batch[static_cast<std::size_t>(i)].ticket, inserted.has_value()};
    return inserted.has_value();
}

/// Once more over a new connection when the old one turns out to be gone: a repeated insert adds nothing.
Result<void> Writer::insert(const QList<store::NewWebhook> &webhooks)
{
    Error last{ErrorKind::Unavailable, QStringLiteral("store:unreachable"), {}, {}};
    for (int attempt = 0; attempt < 2; ++attempt) {
        store::Connection *connection = m_link.connection();
        if (!connection)
            break;
        const Result<int> stored = store::RelayStore(*connection).storeWebhooks(webhooks);
        if (stored)
            return {};
        last = stored.error();
        if (!m_link.lost(last))
            break;
    }
    return tl::unexpected(last);
}

} // namespace conversure::relay
