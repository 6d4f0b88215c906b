// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "relay/Interpreter.h"

#include "relay/Log.h"
#include "relay/Translation.h"

namespace conversure::relay {

namespace {

constexpr std::chrono::milliseconds scanInterval{5000};
/// How long to wait for the directory, which the tailer loads at start.
constexpr std::chrono::milliseconds directoryInterval{200};

/// Another transaction was in the way; the same work succeeds when it is repeated.
bool isConflict(const Error &error)
{
    return error.code == QStringLiteral("40001") || error.code == QStringLiteral("40P01");
}

/// The statement was cancelled, as a rule because it ran out of time: less work may fit.
bool isTimeout(const Error &error)
{
    return error.code == QStringLiteral("57014");
}

/// Nothing is wrong with the work itself: the server has no room or is going down.
bool isPassing(const Error &error)
{
    return error.kind == ErrorKind::Unavailable || error.code.startsWith(QStringLiteral("53"))
        || error.code.startsWith(QStringLiteral("57P"));
}

} // namespace

Interpreter::Interpreter(const RelaySettings &settings, const providers::Registry &registry,
    const DirectorySlot &directory, Health &health, std::function<void()> applied)
    : m_registry(registry)
    , m_directory(directory)
    , m_applied(std::move(applied))
    , m_fullBatch(settings.limits.batch)
    , m_batch(settings.limits.batch)
    , m_link(settings.database, QStringLiteral("conversure-relay interpreter"),
          [&health](bool connected) { health.setConnected(Health::Part::Interpreter, connected); })
{
}

Interpreter::~Interpreter()
{
    stop();
}

void Interpreter::start()
{
    m_thread = std::jthread([this](std::stop_token stop) { run(std::move(stop)); });
}

void Interpreter::stop()
{
    m_thread.request_stop();
    if (m_thread.joinable())
        m_thread.join();
}

void Interpreter::run(std::stop_token stop)
{
    while (!stop.stop_requested()) {
        const bool ready = m_link.connection() && m_directory.get();
        if (ready)
            drain(stop);
        const auto retry = m_link.pause();
        m_signal.wait(stop, retry.count() > 0 ? retry : ready ? scanInterval : directoryInterval);
    }
}

void Interpreter::drain(const std::stop_token &stop)
{
    while (!stop.stop_requested()) {
        const Result<qsizetype> done = step();
        if (!done) {
            if (!afterFailure(done.error(), stop))
                return;
            continue;
        }
        m_conflicts = 0;
        if (*done == 0)
            return;
        m_batch = std::min(m_batch * 2, m_fullBatch);
        m_applied();
    }
}

/// One batch, from taking to commit. Returns how many deliveries it settled.
Result<qsizetype> Interpreter::step()
{
    m_lastTaken.clear();
    store::Connection *connection = m_link.connection();
    if (!connection)
        return failure(ErrorKind::Unavailable, QStringLiteral("store:unreachable"), {});
    Result<store::Transaction> transaction = store::Transaction::begin(*connection);
    if (!transaction)
        return tl::unexpected(transaction.error());
    store::RelayStore db(*connection);
    Result<QList<store::StoredWebhook>> taken = db.takeWebhooks(m_batch);
    if (!taken)
        return tl::unexpected(taken.error());
    m_lastTaken = *taken;
    Batch batch;
    batch.taken = std::move(*taken);
    if (const Result<void> processed = process(db, batch); !processed)
        return tl::unexpected(processed.error());
    if (const Result<void> committed = transaction->commit(); !committed)
        return tl::unexpected(committed.error());
    return batch.taken.size();
}

Result<void> Interpreter::process(store::RelayStore &db, Batch &batch)
{
    const std::shared_ptr<const Directory> directory = m_directory.get();
    sort(batch, *directory);
    if (!batch.events.isEmpty()) {
        if (const Result<void> applied = db.apply(batch.events); !applied)
            return applied;
    }
    return settle(db, batch);
}

Result<void> Interpreter::settle(store::RelayStore &db, const Batch &batch)
{
    for (const auto &[webhook, reason] : batch.buried) {
        if (const Result<void> done = db.buryWebhook(webhook, reason); !done)
            return done;
    }
    if (batch.finished.isEmpty())
        return {};
    return db.finishWebhooks(batch.finished, batch.notes);
}

void Interpreter::sort(Batch &batch, const Directory &directory) const
{
    for (const store::StoredWebhook &webhook : batch.taken) {
        const Result<Translated> translated = translate(webhook, m_registry, directory);
        if (!translated) {
            batch.buried.append({webhook, translated.error().code});
            continue;
        }
        batch.finished << webhook;
        if (!translated->note.isEmpty())
            batch.notes.insert(webhook.event, translated->note);
        for (const QJsonValue &event : translated->events)
            batch.events << event;
    }
}

/// Decides whether to go on at once. The failed transaction has been rolled back.
bool Interpreter::afterFailure(const Error &error, const std::stop_token &stop)
{
    if (m_link.lost(error))
        return m_link.connection() != nullptr;
    if (isPassing(error)) {
        qCWarning(logIngest, "interpreting waits (%s)", qUtf8Printable(error.code));
        return false;
    }
    if (isConflict(error)) {
        // The more it happens, the longer the others get to finish.
        const int bound = 10 << std::min(m_conflicts++, 6);
        m_signal.wait(stop, std::chrono::milliseconds(QRandomGenerator::global()->bounded(bound)));
        return true;
    }
    if (m_lastTaken.size() > 1) {
        m_batch = static_cast<int>(m_lastTaken.size() / 2);
        return true;
    }
    if (m_lastTaken.isEmpty() || isTimeout(error)) {
        qCWarning(logIngest, "interpreting waits (%s)", qUtf8Printable(error.code));
        return false;
    }
    return bury(m_lastTaken.first(), error.code).has_value();
}

Result<void> Interpreter::bury(const store::StoredWebhook &webhook, const QString &reason)
{
    qCWarning(logIngest, "delivery %s cannot be applied (%s): given up",
        qUtf8Printable(webhook.event.toString(QUuid::WithoutBraces)), qUtf8Printable(reason));
    store::Connection *connection = m_link.connection();
    if (!connection)
        return failure(ErrorKind::Unavailable, QStringLiteral("store:unreachable"), {});
    Result<store::Transaction> transaction = store::Transaction::begin(*connection);
    if (!transaction)
        return tl::unexpected(transaction.error());
    if (const Result<void> buried = store::RelayStore(*connection).buryWebhook(webhook, reason); !buried)
        return buried;
    return transaction->commit();
}

} // namespace conversure::relay
