// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "domain/Result.h"
#include "feed/Change.h"
#include "store/Connection.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QList>

#include <optional>

namespace conversure::store {

/// One company's share of a verified delivery, on its way into the store.
struct NewWebhook {
    CompanyId company;
    QUuid event; ///< UUIDv7 made by the relay.
    NumberId number; ///< Null for account events.
    QString provider; ///< "meta"
    QByteArray dedupKey; ///< SHA-256 of the share; the same delivery twice is one row.
    QByteArray body;
};

struct StoredWebhook {
    CompanyId company;
    QUuid event;
    NumberId number;
    QString provider;
    QByteArray body;
    int attempts = 0;
};

/// A row of the change feed with the object that goes out for it.
struct FeedRow {
    quint64 xid = 0;
    qint64 seq = 0;
    CompanyId company;
    QString kind; ///< "conversation", "message", "lead", "read_mark", "session", "number", "vault"
    QUuid id;
    qint64 rev = 0;
    QStringList topics; ///< Who may see it now. Empty: nobody but the relay ("number", "vault").
    QStringList wasTopics; ///< Who could see it before, when that changed: those not in topics get goneJson.
    QByteArray json; ///< {"kind":…,"id":…,"rev":…,"row":{…}}, as feed::changeFromJson reads it.
    QByteArray goneJson; ///< {"kind":…,"id":…,"rev":…,"gone":true}
};

/// Work for relays, claimed under a lease; whoever finds it over claims the job again.
struct Job {
    CompanyId company;
    QUuid id;
    QString kind; ///< "send", "sync_templates"
    QString key;
    QJsonObject payload;
    int tries = 0; ///< With this one.
};

/// Who sends an attempt from a relay: the secret proves to the store that its lease is ours.
struct RelayAttempt {
    CompanyId company;
    AttemptId attempt;
    QString leaseSecret; ///< Never logged.
};

/// Who a token of the live connection belongs to.
struct LiveSession {
    CompanyId company;
    UserId user;
    QUuid session;
    QStringList topics;
};

/// All that the relay asks of the store, over a connection of role conversure_relay. One per thread.
class RelayStore
{
public:
    explicit RelayStore(Connection &connection)
        : m_db(connection)
    {
    }

    /// One insert for the whole batch, committed. Rows that are there already are left alone. Returns how many were
    /// new.
    Result<int> storeWebhooks(const QList<NewWebhook> &batch);

    /// Oldest pending events, locked for this transaction (SKIP LOCKED). Call inside a Transaction.
    Result<QList<StoredWebhook>> takeWebhooks(int limit);
    /// Applies translated events (format: docs of relay.apply in sql/functions). Call inside the same Transaction.
    /// Answers the companies of which nothing was applied, because somebody holds a lock there.
    Result<QList<CompanyId>> apply(const QJsonArray &events);
    /// Marks events as done. \a notes: what was ignored or could not be read, by event id; kept for the admin.
    Result<void> finishWebhooks(const QList<StoredWebhook> &events, const QHash<QUuid, QString> &notes);
    /// Leaves events for later, a little later each time.
    Result<void> postponeWebhooks(const QList<StoredWebhook> &events);
    /// Gives an event up, with the reason; it stays in the store.
    Result<void> buryWebhook(const StoredWebhook &event, const QString &reason);
    /// Seconds since the oldest pending event was received; 0 when there is none.
    Result<double> backlogAge();

    /// Everything below the returned xid has been committed and is visible. Read it *before* feedTail.
    Result<feed::Cursor> feedHorizon();
    /// Visible rows with xid ≥ \a from that are not in \a seen, at most \a limit, in (xid, seq) order.
    Result<QList<FeedRow>> feedTail(quint64 from, const QList<qint64> &seen, int limit);
    /// One company's rows since \a cursor for a client that resumes; fails with code "feed:resync" when the cursor is
    /// of another epoch, pruned, or more than \a limit rows old.
    Result<QList<FeedRow>> feedSince(CompanyId company, const feed::Cursor &cursor, int limit);

    /// The session of a live token; fails with kind SignedOut. \a tokenHash: SHA-256 of the token.
    Result<LiveSession> openLive(const QByteArray &tokenHash);
    /// The topics of a session that is still open; fails with kind SignedOut when it is not.
    Result<LiveSession> refreshLive(CompanyId company, const QUuid &session);

    /// Makes a relay's public keys known, so that admins can see and sign them.
    Result<void> registerRelay(
        const QUuid &relayId, const QString &name, const QByteArray &boxPublic, const QByteArray &signPublic);
    /// The vault of every company that has a number, as vault::openCompanyVault reads it, with all its numbers (an
    /// inactive one still hears of what it sent):
    /// [{"company_id", "root_key", "statements", "seals", "manifest", "numbers": [{"number_id", "provider",
    /// "provider_number_id", "account_id", "config": {…}, "secrets": […]}]}].
    Result<QJsonArray> directory(const QUuid &relayId);

    /// Housekeeping, each returns how many rows it touched: leases that ran out become unconfirmed; client transactions
    /// open for longer than 30 s are ended; sessions that ran out end; computers that are connected count as used;
    /// settings of conversure_door reset; feed older than 72 h pruned below the horizon.
    Result<int> endLeases();
    Result<int> reapTransactions();
    Result<int> endExpiredSessions();
    Result<int> touchDevices();
    Result<void> resetDoor();
    Result<int> pruneFeed();
    /// Removes what nobody needs any more: old deliveries, tickets, closed login roles.
    Result<int> purge();

    /// Up to \a most jobs that are due, in the order in which they were asked for. \a relay: an id of this process.
    Result<QList<Job>> claimJobs(const QUuid &relay, const QStringList &kinds, int most, int leaseSeconds);
    /// These do nothing to a job that \a relay does not hold any more.
    Result<void> finishJob(const Job &job, const QUuid &relay);
    /// Puts it off, by so long, else longer each time. Answers whether it is dead now: it was tried too often.
    Result<bool> retryJob(
        const Job &job, const QUuid &relay, const QString &reason, std::optional<int> delaySeconds = std::nullopt);
    /// Gives it up; it stays in the store. A message that it was to send, and that was not posted, has failed.
    Result<void> buryJob(const Job &job, const QUuid &relay, const QString &reason);

    /// What a client's api.reserve_send left to a relay; answers as that, with the identity. Another state than
    /// "sending": there is nothing to do. Code CV019 while another relay has it or may have.
    Result<QJsonObject> beginSend(const RelayAttempt &attempt);
    Result<QJsonObject> renewSend(const RelayAttempt &attempt);
    /// Before the first byte goes to the provider: from here on nobody knows, until somebody does.
    Result<void> markPosting(const RelayAttempt &attempt);
    /// What was posted has certainly not been accepted.
    Result<void> unmarkPosting(const RelayAttempt &attempt);
    Result<void> confirmSend(const RelayAttempt &attempt, const QString &providerMessageId);
    Result<void> failSend(const RelayAttempt &attempt, const QString &code, const QJsonObject &figures);
    /// Gives back what was begun and not posted, for the next try of its job.
    Result<void> releaseSend(const RelayAttempt &attempt);

    /// The complete list of an account: [{"provider_template_id","name","language","category","status","components",
    /// "parameter_format","quality","rejected_reason"}]. What is not in it is no more.
    Result<void> putTemplates(
        CompanyId company, const QString &provider, const QString &accountId, const QJsonArray &templates);

    /// SELECT 1 with the schema's number: is the store there, and is it the one this relay knows?
    Result<int> schemaVersion();

private:
    Connection &m_db;
};

} // namespace conversure::store
