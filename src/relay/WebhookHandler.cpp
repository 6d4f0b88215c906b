// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "relay/WebhookHandler.h"

#include "wire/Signature.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>

namespace conversure::relay {

namespace {

constexpr char webhookPath[] = "/api/webhooks/whatsapp";

Answer plain(int status, const QByteArray &body = {})
{
    return {status, body.isEmpty() ? QByteArray() : QByteArrayLiteral("text/plain; charset=utf-8"), body, {}};
}

Answer json(int status, const QJsonObject &object)
{
    return {status, QByteArrayLiteral("application/json"), QJsonDocument(object).toJson(QJsonDocument::Compact), {}};
}

Answer readiness(const QStringList &notReady)
{
    if (notReady.isEmpty())
        return json(200, {{QStringLiteral("status"), QStringLiteral("ready")}});
    return json(503,
        {{QStringLiteral("status"), QStringLiteral("unavailable")},
            {QStringLiteral("reasons"), QJsonArray::fromStringList(notReady)}});
}

Answer methodNotAllowed(const QByteArray &allowed)
{
    Answer answer = plain(405);
    answer.headers << wire::Header{QByteArrayLiteral("Allow"), allowed};
    return answer;
}

bool isJson(const Request &request)
{
    QByteArray type = wire::headerValue(request.headers, QByteArrayLiteral("content-type"));
    const qsizetype end = type.indexOf(';');
    if (end >= 0)
        type.truncate(end);
    return type.trimmed().compare("application/json", Qt::CaseInsensitive) == 0;
}

QByteArray dedupKey(const providers::Share &share, NumberId number)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(share.body);
    hash.addData(number.value.toRfc4122());
    return hash.result();
}

/// Checks one delivery against the secrets of many numbers. Each failed check costs a pass over the body, and a sender
/// that knows no secret could ask for many of them; so the failed ones have a budget.
class Verifier
{
public:
    Verifier(const providers::Provider &provider, const Request &request)
        : m_provider(provider)
        , m_request(request)
    {
    }

    bool verifies(const DirectoryNumber &number)
    {
        if (!m_anyVerified && m_spent > budget)
            return false;
        const bool ok = m_provider.verifySignature(number.settings, m_request.headers, m_request.body);
        m_anyVerified = m_anyVerified || ok;
        m_spent += ok ? 0 : m_request.body.size() + 1024;
        return ok;
    }

    /// Whether any number's secret of this provider covers the delivery.
    bool verifiesUnderAny(const Directory &directory)
    {
        if (m_anyVerified)
            return true;
        for (const DirectoryNumber &number : directory.numbers()) {
            if (number.provider == m_provider.description().id && verifies(number))
                return true;
            if (m_spent > budget)
                return false;
        }
        return false;
    }

private:
    static constexpr qsizetype budget = 64 * 1024 * 1024;

    const providers::Provider &m_provider;
    const Request &m_request;
    bool m_anyVerified = false;
    qsizetype m_spent = 0;
};

/// Gathers what of one delivery is stored and for whom.
class Sorter
{
public:
    Sorter(const providers::Provider &provider, const Directory &directory, Verifier &verifier, IdSource &ids)
        : m_provider(provider)
        , m_directory(directory)
        , m_verifier(verifier)
        , m_ids(ids)
    {
    }

    void add(const providers::Share &share)
    {
        if (share.providerNumberId.isEmpty())
            addAccountShare(share);
        else
            addNumberShare(share);
    }

    Handled finish(const Directory &directory)
    {
        // It is somebody's message: whoever sends it shall send it again, until an admin has given this relay the key.
        if (m_locked)
            return {unavailable(), m_unknown, m_refused};
        // A number that nobody has registered is no reason to have the delivery sent again for a week.
        const bool onlyRefused = m_refused > 0 && m_unknown == 0;
        const bool accepted = !m_webhooks.isEmpty() || (!onlyRefused && m_verifier.verifiesUnderAny(directory));
        if (!accepted)
            return {plain(401), 0, m_refused};
        if (m_webhooks.isEmpty())
            return {plain(200), m_unknown, m_refused};
        return {Deliveries{std::move(m_webhooks)}, m_unknown, m_refused};
    }

private:
    const QString &provider() const { return m_provider.description().id; }

    void addNumberShare(const providers::Share &share)
    {
        const DirectoryNumber *number = m_directory.find(provider(), share.providerNumberId);
        if (!number)
            ++m_unknown;
        else if (!number->isOpen)
            m_locked = true;
        else if (!m_verifier.verifies(*number))
            ++m_refused;
        else
            store(share, *number, number->number);
    }

    /// News of an account concern every company that has a number in it; each proves itself by its own secret, since
    /// anybody can claim to be of an account.
    void addAccountShare(const providers::Share &share)
    {
        const QList<const DirectoryNumber *> numbers = m_directory.ofAccount(provider(), share.accountId);
        if (numbers.isEmpty())
            ++m_unknown;
        QSet<CompanyId> stored;
        bool refused = false;
        for (const DirectoryNumber *number : numbers) {
            if (stored.contains(number->company))
                continue;
            if (!m_verifier.verifies(*number)) {
                refused = true;
                continue;
            }
            stored.insert(number->company);
            store(share, *number, NumberId());
        }
        if (refused && stored.isEmpty())
            ++m_refused;
    }

    void store(const providers::Share &share, const DirectoryNumber &number, NumberId under)
    {
        m_webhooks << store::NewWebhook{
            number.company, m_ids.next(), under, provider(), dedupKey(share, under), share.body};
    }

    const providers::Provider &m_provider;
    const Directory &m_directory;
    Verifier &m_verifier;
    IdSource &m_ids;
    QList<store::NewWebhook> m_webhooks;
    int m_unknown = 0;
    int m_refused = 0;
    bool m_locked = false;
};

} // namespace

Answer unavailable()
{
    Answer answer = plain(503);
    answer.headers << wire::Header{QByteArrayLiteral("Retry-After"), QByteArrayLiteral("5")};
    return answer;
}

WebhookHandler::WebhookHandler(const providers::Registry &registry, QString extraVerifyToken)
    : m_registry(registry)
    , m_extraVerifyToken(std::move(extraVerifyToken))
{
}

Handled WebhookHandler::handle(
    const Request &request, const Directory *directory, const QStringList &notReady, IdSource &ids) const
{
    const bool get = request.method == "GET";
    if (request.path == "/healthz" || request.path == "/readyz") {
        if (!get)
            return {methodNotAllowed(QByteArrayLiteral("GET"))};
        if (request.path == "/readyz")
            return {readiness(notReady)};
        return {json(200, {{QStringLiteral("status"), QStringLiteral("ok")}})};
    }
    if (request.path != webhookPath)
        return {plain(404)};
    if (!get && request.method != "POST")
        return {methodNotAllowed(QByteArrayLiteral("GET, POST"))};
    if (!directory)
        return {unavailable()};
    if (get)
        return {handshake(request, *directory)};
    return delivery(request, *directory, ids);
}

Answer WebhookHandler::handshake(const Request &request, const Directory &directory) const
{
    const auto isKnown = [&](const QString &token) {
        const QByteArray given = token.toUtf8();
        const auto equals = [&](const QString &expected) {
            return !expected.isEmpty() && wire::equalInConstantTime(given, expected.toUtf8());
        };
        bool known = equals(m_extraVerifyToken);
        for (const DirectoryNumber &number : directory.numbers())
            known = equals(number.settings.value(QStringLiteral("verify_token"))) || known;
        return known;
    };
    for (const auto &provider : m_registry.all()) {
        const auto challenge = provider->answerHandshake(request.query, isKnown);
        if (!challenge)
            continue;
        return *challenge ? plain(200, **challenge) : plain(403);
    }
    return plain(400);
}

Handled WebhookHandler::delivery(const Request &request, const Directory &directory, IdSource &ids) const
{
    if (!isJson(request))
        return {plain(415)};
    for (const auto &provider : m_registry.all()) {
        const Result<QList<providers::Share>> shares = provider->splitDelivery(request.body);
        if (!shares)
            continue;
        Verifier verifier(*provider, request);
        Sorter sorter(*provider, directory, verifier, ids);
        for (const providers::Share &share : *shares)
            sorter.add(share);
        return sorter.finish(directory);
    }
    return {plain(400)};
}

} // namespace conversure::relay
