// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "relay/Relay.h"

#include "relay/Edge.h"
#include "relay/Housekeeping.h"
#include "relay/Interpreter.h"
#include "relay/Jobs.h"
#include "relay/Log.h"
#include "relay/Sessions.h"
#include "relay/Tailer.h"
#include "relay/WebhookHandler.h"
#include "relay/Writer.h"

#include <algorithm>

namespace conversure::relay {

namespace {

/// Whether rows of the feed may come with a job: a message that a relay is to send, a number whose templates are
/// wanted.
bool mayLeaveJobs(const FeedBatch &batch)
{
    return std::any_of(batch.rows.begin(), batch.rows.end(), [](const store::FeedRow &row) {
        return row.kind == QStringLiteral("message") || row.kind == QStringLiteral("number");
    });
}

} // namespace

/// The parts in the order of their threads' start. Each hands work only to parts above it, but for the answers that go
/// to the edge; the edge takes those from the moment it exists.
struct Relay::Private {
    Private(RelaySettings relaySettings, const providers::Registry &registry, const Clock &clock, LoadDirectory load)
        : settings(std::move(relaySettings))
        , handler(registry, settings.extraVerifyToken)
        , housekeeping(settings, health)
        , jobs({settings, registry, clock, directory})
        , tailer(settings, directory, health, {[this](FeedBatch batch) { publish(std::move(batch)); }, std::move(load)})
        , sessions(settings, health, [this](QList<SessionAnswer> answers) { edge.answer(std::move(answers)); })
        , interpreter(settings, registry, directory, health, [this] { tailer.wake(); })
        , writer(settings, health,
              {[this](QList<DeliveryResult> results) { edge.answer(std::move(results)); },
                  [this] { interpreter.wake(); }})
        , edge(settings, {handler, directory, health, clock, writer, sessions})
    {
    }

    void publish(FeedBatch batch)
    {
        if (mayLeaveJobs(batch))
            jobs.wake();
        edge.publish(std::move(batch));
    }

    const RelaySettings settings;
    Health health;
    DirectorySlot directory;
    WebhookHandler handler;
    Housekeeping housekeeping;
    Jobs jobs;
    Tailer tailer;
    Sessions sessions;
    Interpreter interpreter;
    Writer writer;
    Edge edge;
    bool running = false;
};

Relay::Relay(RelaySettings settings, const providers::Registry &registry, const Clock &clock, LoadDirectory load)
    : d(std::make_unique<Private>(std::move(settings), registry, clock, std::move(load)))
{
}

Relay::~Relay()
{
    stop();
}

Result<void> Relay::start()
{
    if (const Result<void> listening = d->edge.listen(); !listening)
        return listening;
    d->running = true;
    d->housekeeping.start();
    d->jobs.start();
    d->tailer.start();
    d->sessions.start();
    d->interpreter.start();
    d->writer.start();
    d->edge.start();
    qCInfo(logRelay, "listening on %s port %d", qUtf8Printable(d->settings.listenHost), int(port()));
    return {};
}

quint16 Relay::port() const
{
    return d->edge.port();
}

QStringList Relay::notReady() const
{
    return d->health.notReady();
}

/// From the outside in: what was accepted is answered before the writer ends. The others keep their work in the store
/// and end side by side.
void Relay::stop()
{
    if (!std::exchange(d->running, false))
        return;
    d->jobs.requestStop(); // first, because it takes longest: providers answer in their own time
    d->edge.stop();
    d->writer.stop();
    d->interpreter.requestStop();
    d->sessions.requestStop();
    d->tailer.requestStop();
    d->housekeeping.requestStop();
    d->interpreter.stop();
    d->sessions.stop();
    d->tailer.stop();
    d->housekeeping.stop();
    d->jobs.stop();
    qCInfo(logRelay, "stopped");
}

} // namespace conversure::relay
