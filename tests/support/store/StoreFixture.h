// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "store/Connection.h"
#include "store/PrivateCluster.h"
#include "store/RelayStore.h"
#include "store/SqlLibrary.h"

#include <QTemporaryDir>

#include <memory>

namespace conversure::test {

/// The value of \a result; aborts the program with \a where and the error if it failed. For set-up only: a test checks
/// the failures it is about.
template <class T>
T must(Result<T> result, const char *where)
{
    if (!result)
        qFatal("%s: %s %s", where, qPrintable(result.error().code), qPrintable(result.error().message));
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

#define MUST(expression) conversure::test::must((expression), #expression)

/// Before the first cluster(): one that waits for the disk, as people have it. Tests do without and are much faster.
void useDurableCluster();
/// A real PostgreSQL for this program, started by the first test that asks, stopped with the program.
store::PrivateCluster &cluster();
const store::SqlLibrary &sql();

/// A database of its own with the newest schema, made from a migrated template.
class Database
{
public:
    Database();

    QString adminUrl() const;
    QString doorUrl() const;
    QString relayUrl() const;
    /// A new connection as the administrator, who sees and may do everything.
    store::Connection admin() const;
    store::Connection door() const;
    store::Connection relay() const;
    /// Lets tests move the database's clock with moveClock().
    void moveClock(const QString &interval) const;

private:
    QString m_name;
};

/// A company with one number and people, made through the relay's functions with invented keys.
class Company
{
public:
    struct Person {
        UserId id;
        QString email;
        QString proof;
    };
    struct Device {
        QString url;
        QString token;
        QString role;
    };

    explicit Company(const Database &database, const QString &name = QStringLiteral("Marina Homes"));

    CompanyId id;
    NumberId number;
    QString providerNumberId;

    Person addPerson(const QString &role = QStringLiteral("AGENT"));
    NumberId addNumber(const QString &providerNumberId, int dailyLimit = -1);
    Device signIn(const Person &person) const;
    store::Connection connect(const Device &device) const;
    void setDailyLimit(int limit) const;

    /// An inbound text through relay.apply; answers nothing, as the relay's call does.
    void receive(
        const QString &phone, const QString &providerMessageId, const QString &text, const QString &name = {}) const;
    void status(const QString &providerMessageId, const QString &attempt, const QString &status) const;
    ConversationId conversationOf(const QString &phone) const;

private:
    const Database &m_database;
    mutable std::shared_ptr<store::Connection> m_relay;
};

QUuid newId();

} // namespace conversure::test
