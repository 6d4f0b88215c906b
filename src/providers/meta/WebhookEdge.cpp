// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/meta/Webhook.h"

#include "providers/meta/Delivery.h"
#include "wire/Signature.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <vector>

/// What happens to a delivery before anybody knows who sent it.
namespace conversure::providers::meta {

namespace {

using wire::JsonReader;

/// Sorts the changes of a delivery into shares, in the order in which the numbers first occur.
class Splitter
{
public:
    void addEntry(const JsonReader &entry)
    {
        const QString account = accountOfEntry(entry);
        const auto changes = entry[QStringLiteral("changes")].elements();
        if (!changes || changes->empty()) {
            groupOf({}, account).entries.append(entry.value());
            return;
        }
        std::vector<size_t> touched;
        for (const JsonReader &change : *changes) {
            Group &group = groupOf(numberOfChange(change), account);
            if (group.changes.isEmpty())
                touched.push_back(static_cast<size_t>(&group - m_groups.data()));
            group.changes.append(change.value());
        }
        for (const size_t index : touched)
            closeEntry(m_groups[index], entry);
    }

    QList<Share> shares(const QByteArray &rawBody)
    {
        QList<Share> out;
        for (Group &group : m_groups) {
            group.share.body = m_groups.size() == 1 ? rawBody : delivery(group.entries);
            out.append(group.share);
        }
        return out;
    }

private:
    struct Group {
        Share share;
        QJsonArray entries;
        QJsonArray changes; ///< Of the entry at hand.
    };

    /// A number that is served by two accounts still makes one share: it is one number, with one secret.
    Group &groupOf(const QString &number, const QString &account)
    {
        const auto key = number.isEmpty() ? qMakePair(u'a', account) : qMakePair(u'n', number);
        const auto known = m_index.constFind(key);
        if (known != m_index.constEnd())
            return m_groups[*known];
        m_index.insert(key, m_groups.size());
        m_groups.push_back({Share{number, account, {}}, {}, {}});
        return m_groups.back();
    }

    /// Copies id and time only: an entry with a megabyte of other members must not be repeated for each number.
    static void closeEntry(Group &group, const JsonReader &entry)
    {
        QJsonObject copy{{QStringLiteral("changes"), group.changes}};
        if (const QString account = accountOfEntry(entry); !account.isEmpty())
            copy.insert(QStringLiteral("id"), account);
        if (const JsonReader time = entry[QStringLiteral("time")]; time.value().isDouble())
            copy.insert(QStringLiteral("time"), time.value());
        group.entries.append(copy);
        group.changes = {};
    }

    static QByteArray delivery(const QJsonArray &entries)
    {
        const QJsonObject whole{
            {QStringLiteral("object"), QStringLiteral("whatsapp_business_account")},
            {QStringLiteral("entry"), entries},
        };
        return QJsonDocument(whole).toJson(QJsonDocument::Compact);
    }

    std::vector<Group> m_groups;
    QHash<QPair<char16_t, QString>, size_t> m_index;
};

QByteArray decoded(QByteArray part)
{
    return QByteArray::fromPercentEncoding(part.replace('+', ' '));
}

QHash<QByteArray, QByteArray> firstValues(const QByteArray &rawQuery)
{
    QHash<QByteArray, QByteArray> values;
    for (const QByteArray &pair : rawQuery.split('&')) {
        const qsizetype equals = pair.indexOf('=');
        const QByteArray key = decoded(equals < 0 ? pair : pair.left(equals));
        if (!values.contains(key))
            values.insert(key, equals < 0 ? QByteArray() : decoded(pair.mid(equals + 1)));
    }
    return values;
}

} // namespace

Result<QList<Share>> splitDelivery(const QByteArray &rawBody)
{
    const auto entries = deliveryEntries(rawBody);
    if (!entries)
        return tl::unexpected(entries.error());
    Splitter splitter;
    for (const JsonReader &entry : *entries)
        splitter.addEntry(entry);
    return splitter.shares(rawBody);
}

bool verifySignature(const QString &appSecret, const QList<wire::Header> &headers, const QByteArray &rawBody)
{
    if (appSecret.isEmpty())
        return false;
    const QByteArray given = wire::headerValue(headers, "X-Hub-Signature-256");
    const QByteArray expected = "sha256=" + wire::hmacSha256(appSecret.toUtf8(), rawBody).toHex();
    constexpr qsizetype length = 7 + 64; // also what a failed computation, which is shorter, must not pass
    return given.size() == length && wire::equalInConstantTime(given, expected);
}

std::optional<std::optional<QByteArray>> answerHandshake(
    const QByteArray &rawQuery, const std::function<bool(const QString &token)> &tokenIsKnown)
{
    const auto values = firstValues(rawQuery);
    if (values.value("hub.mode") != "subscribe")
        return std::nullopt;
    const QByteArray challenge = values.value("hub.challenge");
    const QString token = QString::fromUtf8(values.value("hub.verify_token"));
    if (challenge.isEmpty() || token.isEmpty() || !tokenIsKnown(token))
        return std::optional<QByteArray>();
    return challenge;
}

} // namespace conversure::providers::meta
