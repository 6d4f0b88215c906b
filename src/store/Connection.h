// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"

#include <QByteArray>
#include <QJsonDocument>
#include <QList>
#include <QString>
#include <QUuid>

#include <memory>
#include <optional>

namespace conversure::store {

/// One bind parameter in PostgreSQL's text form; none is NULL. Parameters travel apart from the statement
/// (PQexecParams), so a secret never appears in a statement that the server shows or logs.
using Param = std::optional<QByteArray>;
using Params = QList<Param>;

Param param(const QString &text); ///< Always a text, also when empty or null.
Param param(qint64 number);
Param param(bool value);
Param param(const QUuid &id); ///< NULL when the id is null.
Param bytes(const QByteArray &value); ///< bytea
Param json(const QJsonObject &object);
Param json(const QJsonArray &array);
Param textArray(const QStringList &values);
Param numberArray(const QList<qint64> &values);
Param uuidArray(const QList<QUuid> &values);
Param bytesArray(const QList<QByteArray> &values);

/// The rows of one answer. Cheap to copy; values are read by column number.
class Rows
{
public:
    int count() const;
    bool isEmpty() const { return count() == 0; }
    int affected() const; ///< Rows that an INSERT, UPDATE or DELETE changed.

    bool isNull(int row, int column) const;
    QByteArray raw(int row, int column) const; ///< Text form as sent; empty for NULL.
    QString text(int row, int column) const;
    qint64 number(int row, int column) const;
    bool boolean(int row, int column) const;
    QUuid uuid(int row, int column) const;
    QByteArray bytes(int row, int column) const; ///< A bytea, decoded.
    QJsonObject object(int row, int column) const;
    QStringList texts(int row, int column) const; ///< A text[] without nulls.

private:
    friend class Connection;
    std::shared_ptr<void> m_result;
};

/// One connection to PostgreSQL, owned by one thread, blocking. Movable, not copyable.
///
/// It stands on libpq alone: QSqlDatabase would own the same socket a second time and add neither parameters (its bound
/// values are pasted into the statement) nor microseconds.
class Connection
{
public:
    Connection();
    ~Connection();
    Connection(Connection &&other) noexcept;
    Connection &operator=(Connection &&other) noexcept;

    /// \a url: postgresql://… or a libpq keyword string. \a applicationName shows in the server's statistics.
    /// Fails with kind Unavailable (code "store:unreachable") or Refused (code = SQLSTATE, for example 28P01).
    static Result<Connection> open(const QString &url, const QString &applicationName);

    bool isOpen() const;
    void close();

    /// A statement that has no answer after so long is given up: its connection is closed and the call fails with
    /// "store:lost". A server that hangs would otherwise hold the caller for ever. 0: no limit, as for migrations.
    void setDeadline(int ms);
    /// A file descriptor of the owner: once it is readable, every statement fails at once in the same way.
    void setInterrupt(int fd);

    /// For a login that several clients share, as through a pooler: names the caller to the store, anew in each
    /// transaction and in the same round trip as its first statement. What does not run in a Transaction runs in one of
    /// its own. Empty, as for a device's own login: no token. script() sends none.
    void setToken(const QString &token);

    /// Runs one statement with real parameters. Errors: raised by our functions → kind Refused (or SignedOut for CV001,
    /// NotFound for CV003, Unavailable for CV9xx) with code = SQLSTATE and detail = the JSON of DETAIL; connection lost
    /// → kind Unavailable, code "store:lost" (for a statement that writes, the caller must treat it as unknown); others
    /// → Internal with code = SQLSTATE.
    Result<Rows> run(const QByteArray &statement, const Params &params = {});

    /// Calls a function of the store: select * from \a function($1, …). Errors as run().
    Result<Rows> call(QLatin1StringView function, const Params &params = {});

    /// Runs several statements without parameters in one go (migrations, functions).
    Result<void> script(const QByteArray &statements);

    /// The connection string as it was given, with another user and password; for URLs that are handed on.
    static QString urlWithUser(const QString &url, const QString &user, const QString &password);

    /// Blocks until a notification arrives, \a timeoutMs have passed or wake() is called. True: one or more arrived.
    bool waitForNotification(int timeoutMs);
    /// Any thread: ends a waitForNotification() of the owner early. The wake-up is remembered if nobody waits.
    void wake();

    /// Waits without asking the store anything; false, and at once, when the owner interrupts (setInterrupt).
    bool pause(int ms) const;

    /// A text quoted as an SQL literal or identifier, for the few statements that take no parameters (roles,
    /// databases).
    QByteArray literal(const QString &text) const;
    QByteArray identifier(const QString &name) const;
    /// The SCRAM-SHA-256 verifier of \a password, so that the server never sees it.
    Result<QString> scramVerifier(const QString &role, const QString &password);

private:
    friend class Transaction;
    struct Private;

    Result<Rows> rowsOf(std::shared_ptr<void> answer) const;
    Result<Rows> runWithToken(const QByteArray &statement, const Params &params);
    Result<void> beginTransaction();
    tl::unexpected<Error> lost();

    std::unique_ptr<Private> d;
};

/// A transaction by scope: leaving without commit() rolls back.
class Transaction
{
public:
    static Result<Transaction> begin(Connection &connection);
    ~Transaction();
    Transaction(Transaction &&other) noexcept;
    Transaction &operator=(Transaction &&other) = delete;

    /// After a failure nothing is kept, except that a connection lost during commit leaves it unknown ("store:lost").
    Result<void> commit();

private:
    explicit Transaction(Connection &connection)
        : m_connection(&connection)
    {
    }
    Connection *m_connection;
};

} // namespace conversure::store
