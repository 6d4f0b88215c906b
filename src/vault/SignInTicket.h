// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "store/Connection.h"

#include <QByteArray>
#include <QDeadlineTimer>
#include <QJsonObject>
#include <QString>

namespace conversure::vault {

/// Waits for a store that checks as many passwords as it can at a time; 15 s in all.
class Patience
{
public:
    /// Blocks for about as long as \a answer ({"retry_after": seconds, …}) asks for, by chance a little less or more,
    /// so that those who wait do not come back together. Fails with kind Unavailable: "store:busy" when the time is
    /// over, "store:lost" when the owner of \a connection interrupts.
    Result<void> wait(const store::Connection &connection, const QJsonObject &answer);

private:
    QDeadlineTimer m_end{15'000};
};

/// The first of a sign-in's two calls: a ticket that stands for \a proof, right or wrong, for a minute. Waits while the
/// store is busy. \a deviceSecret: see signIn(). Fails with kind Refused, code "CV007", detail {"retry_after": seconds}
/// when too many were wrong before; else as Patience::wait() or Connection::run().
Result<QString> signInTicket(
    store::Connection &connection, const QString &email, const QString &proof, const QByteArray &deviceSecret);

} // namespace conversure::vault
