// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "StoreFixture.h"

#include <QDeadlineTimer>
#include <QStringList>
#include <QThread>

namespace conversure::test {

/// The first column of each row; empty when the statement was refused, so compare with what is expected, not with
/// nothing.
inline QStringList column(store::Connection &connection, const QByteArray &statement, const store::Params &params = {})
{
    const store::Rows rows = MUST(connection.run(statement, params));
    QStringList out;
    for (int row = 0; row < rows.count(); ++row)
        out << rows.text(row, 0);
    return out;
}

inline QString text(store::Connection &connection, const QByteArray &statement, const store::Params &params = {})
{
    return column(connection, statement, params).value(0);
}

inline qint64 number(store::Connection &connection, const QByteArray &statement, const store::Params &params = {})
{
    return text(connection, statement, params).toLongLong();
}

/// The code of a refusal, or "accepted".
template <class T>
QString verdict(const Result<T> &result)
{
    return result ? QStringLiteral("accepted") : result.error().code;
}

inline QString verdict(store::Connection &connection, const QByteArray &statement, const store::Params &params = {})
{
    return verdict(connection.run(statement, params));
}

/// Looks again until \a condition holds or the deadline is over.
template <class Condition>
bool eventually(Condition condition, int deadlineMs = 10'000)
{
    const QDeadlineTimer deadline(deadlineMs);
    while (!condition()) {
        if (deadline.hasExpired())
            return false;
        QThread::msleep(10);
    }
    return true;
}

} // namespace conversure::test
