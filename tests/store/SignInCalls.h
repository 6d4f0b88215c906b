// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Ask.h"
#include "StoreFixture.h"

#include <QCryptographicHash>
#include <QDeadlineTimer>
#include <QJsonObject>
#include <QRandomGenerator>

#include <thread>
#include <vector>

namespace conversure::test {

inline const QString wrongProof = QString(43, u'w');

inline QByteArray sha256(const QByteArray &bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256);
}

/// A secret of a computer, in hexadecimal.
inline QString newSecret()
{
    QByteArray bytes(32, Qt::Uninitialized);
    for (char &byte : bytes)
        byte = static_cast<char>(QRandomGenerator::global()->bounded(256));
    return QString::fromLatin1(bytes.toHex());
}

/// The first call of a sign-in.
inline QJsonObject begin(
    store::Connection &connection, const QString &email, const QString &proof, const QString &secret = {})
{
    return MUST(
        connection.call(QLatin1StringView("api.sign_in_begin"),
            {store::param(email), store::param(proof), secret.isEmpty() ? store::Param() : store::param(secret)}))
        .object(0, 0);
}

/// "ticket", "limit" or "busy".
inline QString outcome(const QJsonObject &begun)
{
    return begun.contains(QStringLiteral("ticket")) ? QStringLiteral("ticket")
                                                    : begun[QStringLiteral("reason")].toString();
}

/// The first call, asked again while the store is too busy, as a client does it.
inline QJsonObject beginWhenThereIsRoom(
    store::Connection &door, const test::Company::Person &person, const QString &secret = {})
{
    const QDeadlineTimer deadline(30'000);
    QJsonObject begun = begin(door, person.email, person.proof, secret);
    while (outcome(begun) == QStringLiteral("busy") && !deadline.hasExpired()) {
        door.pause(QRandomGenerator::global()->bounded(10, 200));
        begun = begin(door, person.email, person.proof, secret);
    }
    return begun;
}

/// The second call.
inline Result<store::Rows> finish(store::Connection &door, const QJsonObject &begun,
    const QString &device = QStringLiteral("test"), const QString &devicePassword = QStringLiteral("a device's secret"))
{
    const QString verifier = MUST(door.scramVerifier(QStringLiteral("any"), devicePassword));
    return door.call(QLatin1StringView("api.sign_in_finish"),
        {store::param(begun[QStringLiteral("ticket")].toString()), store::param(device), store::param(verifier)});
}

/// The key of an e-mail's bucket.
inline QString bucketKey(const QString &email)
{
    return QString::fromLatin1(sha256(email.toUtf8()).toHex());
}

/// The delay in seconds that the last try left behind, from the row itself, so that a slow machine changes nothing.
inline qint64 delayOf(store::Connection &admin, const QString &email)
{
    return number(admin,
        "select extract(epoch from next_at - last_at)::bigint from conversure.sign_in_buckets"
        " where kind = 'account' and key = $1",
        {store::param(bucketKey(email))});
}

/// As after so many wrong tries, the delay of which is over: the next one leaves two to that power of seconds.
inline void raiseTries(store::Connection &admin, const QString &email, int tries)
{
    MUST(admin.run("insert into conversure.sign_in_buckets (kind, key, tries, since, last_at, next_at)"
                   " select 'account', $1, $2::integer, at, at, at from conversure.now() at",
        {store::param(bucketKey(email)), store::param(qint64(tries))}));
}

/// How many buckets and tickets an e-mail has: "1 0".
inline QString rowsAbout(store::Connection &admin, const QString &email)
{
    return text(admin,
        "select (select count(*) from conversure.sign_in_buckets where key = $1) || ' ' ||"
        " (select count(*) from conversure.sign_in_tickets where bucket_key = $1)",
        {store::param(bucketKey(email))});
}

/// Has somebody sign in on a computer, which is known from then on.
inline void makeKnown(store::Connection &door, const Company::Person &person, const QString &secret)
{
    MUST(finish(door, begin(door, person.email, person.proof, secret)));
}

/// Runs \a act(door, i) on connections and threads of their own, all at once.
template <class Act>
std::vector<QString> atOnce(const Database &database, int count, Act act)
{
    std::vector<QString> outcomes(static_cast<size_t>(count));
    std::vector<store::Connection> doors;
    for (int i = 0; i < count; ++i)
        doors.push_back(database.door());
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) {
        const auto place = static_cast<size_t>(i);
        threads.emplace_back([&, place, i] { outcomes[place] = act(doors[place], i); });
    }
    for (std::thread &thread : threads)
        thread.join();
    return outcomes;
}

} // namespace conversure::test
