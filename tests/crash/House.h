// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Agency.h"
#include "Audit.h"
#include "Children.h"
#include "Wire.h"

#include "domain/Ids.h"

#include <memory>
#include <vector>

namespace conversure::crash_test {

/// How many are killed at each step (CONVERSURE_CRASHES, or 3), in portions: those of one live and die side by side.
QList<int> portions();

/// A message as an agent wrote it, which from then on must not be lost.
struct Typed {
    MessageId message;
    ConversationId conversation;
    QString text; ///< That of no other message.
    QString folder = {}; ///< Of the desktop's journal; none where the store has had it from the beginning.
    int resends = 0; ///< How often a person has asked for another try.

    QJsonObject toJson() const;
};

/// A company with a number, an agent and leads: real PostgreSQL, real relay, real sandbox.
class House
{
public:
    enum class SentBy { Client, Relay };

    explicit House(SentBy sentBy);

    /// A text that is no other message's. What becomes of a late one the sandbox says when it is told to: words that
    /// come at once hide in most cases what a crash has left open.
    QString newText(const QString &what, bool late = false) const;
    /// To a lead who has just written.
    Typed newTyped(const QString &text, const QString &folder);
    /// The next text in the same conversation, on the same desktop.
    Typed nextTyped(const Typed &before, const QString &text);
    QString newFolder();
    QJsonObject clientOrders(const QString &folder, const QList<Typed> &texts) const;
    QJsonObject relayOrders() const;
    /// Leaves a message to the relay, as a client does.
    Typed leave(const QString &text);

    /// Leases of messages and jobs run out.
    void passLeases();
    /// A relay has noticed of all.
    void endLeases();
    /// Whether nothing is under way any more: no word of the sandbox, no delivery in the store, no job.
    bool isQuiet();
    /// The sandbox's one word about a message that it has accepted.
    bool tell(const Acceptance &accepted, const QString &status);
    /// The same about all that is late.
    bool tellLate();

    /// The store dies with all that it was doing. Its clients find out.
    void killStore(int signal);
    void startStore();

    /// One more try, because a person wants it.
    void noteResend(const Typed &typed);
    const QList<Typed> &typed() const { return m_typed; }
    store::Connection &admin();
    QString text(const char *query, const store::Params &params = {});
    QString statusOf(const Typed &typed);
    /// From now on.
    void sendBy(SentBy sentBy);
    QString company() const { return agency.company.toString(QUuid::WithoutBraces); }
    UserId user() const { return m_user; }
    QString recordFile() const { return m_state.path() + QStringLiteral("/record.jsonl"); }

private:
    Typed remember(const Typed &typed);
    ConversationId addLead();

    QTemporaryDir m_state;
    test::Database m_database;

public:
    test::RelayProgram relay;
    test::SandboxProgram sandbox;
    Wire wire; ///< The number's messages go through it, whoever sends them.
    test::Agency agency;
    QString device; ///< The agent's URL to the store.

private:
    QList<Typed> m_typed;
    const UserId m_user;
    QNetworkAccessManager m_network;
    store::Connection m_admin;
    int m_leads = 0;
    int m_folders = 0;
    int m_minutes = 0; ///< That the database's clock is ahead.
};

using Children = std::vector<std::unique_ptr<Child>>;

/// Waits until all have ended; whether all have ended like this.
bool areAll(const Children &children, bool (Child::*state)() const);
/// Waits for it, not longer than a test waits.
bool comesTrue(const std::function<bool()> &condition);

} // namespace conversure::crash_test
