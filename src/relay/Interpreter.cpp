// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "relay/Interpreter.h"

#include "relay/Log.h"
#include "relay/Translation.h"

#include <algorithm>
#include <iterator>

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

/// The server has no room or is going down: nothing is wrong with the work itself, and none would fare better.
bool isServerTrouble(const Error &error)
{
    static const QStringList codes{QStringLiteral("53000"), QStringLiteral("53100"), QStringLiteral("53200"),
        QStringLiteral("53300"), QStringLiteral("57P01"), QStringLiteral("57P02"), QStringLiteral("57P03")};
    return codes.contains(error.code) || error.code.startsWith(QStringLiteral("store:"));
}

/// It took too long, needed too much room, or somebody's lock was in the way: the same delivery may well go later.
bool isDelay(const Error &error)
{
    return error.code == QStringLiteral("57014") || error.code == QStringLiteral("53400")
        || error.code == QStringLiteral("55P03");
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
        const Result<QList<CompanyId>> waiting = db.apply(batch.events);
        if (!waiting)
            return tl::unexpected(waiting.error());
        postpone(batch, *waiting);
    }
    return settle(db, batch);
}

/// Deliveries of companies where somebody holds a lock are left for later; the others are done.
void Interpreter::postpone(Batch &batch, const QList<CompanyId> &waiting) const
{
    const auto waits = [&waiting](const store::StoredWebhook &webhook) { return waiting.contains(webhook.company); };
    std::copy_if(batch.finished.begin(), batch.finished.end(), std::back_inserter(batch.postponed), waits);
    batch.finished.removeIf(waits);
}

Result<void> Interpreter::settle(store::RelayStore &db, const Batch &batch)
{
    if (!batch.postponed.isEmpty()) {
        if (const Result<void> done = db.postponeWebhooks(batch.postponed); !done)
            return done;
    }
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
    if (isConflict(error)) {
        // The more it happens, the longer the others get to finish.
        const int bound = 10 << std::min(m_conflicts++, 6);
        m_signal.wait(stop, std::chrono::milliseconds(QRandomGenerator::global()->bounded(bound)));
        return true;
    }
    if (m_lastTaken.isEmpty() || isServerTrouble(error)) {
        qCWarning(logIngest, "interpreting waits (%s)", qUtf8Printable(error.code));
        return false;
    }
    // One delivery must not stop the others: halving finds it, and then it waits or is given up.
    if (m_lastTaken.size() > 1) {
        m_batch = static_cast<int>(m_lastTaken.size() / 2);
        return true;
    }
    if (isDelay(error))
        return leaveForLater(m_lastTaken, error.code).has_value();
    return bury(m_lastTaken.first(), error.code).has_value();
}

Result<void> Interpreter::leaveForLater(const QList<store::StoredWebhook> &webhooks, const QString &reason)
{
    qCWarning(logIngest, "%lld deliveries wait (%s)", static_cast<long long>(webhooks.size()), qUtf8Printable(reason));
    store::Connection *connection = m_link.connection();
    if (!connection)
        return failure(ErrorKind::Unavailable, QStringLiteral("store:unreachable"), {});
    return store::RelayStore(*connection).postponeWebhooks(webhooks);
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
