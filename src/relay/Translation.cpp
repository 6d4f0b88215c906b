// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "relay/Translation.h"

#include <QJsonObject>
#include <QUuid>

#include <algorithm>

namespace conversure::relay {

namespace {

constexpr qsizetype noteLength = 2000;

/// PostgreSQL's jsonb cannot hold U+0000; a sender who writes one must not lose the message with it.
QString storable(QString text)
{
    return text.replace(QChar(u'\0'), QChar(QChar::ReplacementCharacter));
}

QJsonValue attemptIdOf(const providers::DeliveryStatus &status)
{
    const QUuid id = QUuid::fromString(status.attemptId);
    return id.isNull() ? QJsonValue() : QJsonValue(id.toString(QUuid::WithoutBraces));
}

QJsonArray toJson(const QList<providers::Identity> &identities)
{
    QJsonArray out;
    for (const providers::Identity &identity : identities)
        out << QJsonObject{{QStringLiteral("kind"), identity.kind}, {QStringLiteral("scope"), storable(identity.scope)},
            {QStringLiteral("value"), storable(identity.value)}};
    return out;
}

QJsonObject base(const store::StoredWebhook &webhook, const QString &type)
{
    return {{QStringLiteral("type"), type}, {QStringLiteral("company_id"), webhook.company.text()},
        {QStringLiteral("number_id"), webhook.number.text()}};
}

QJsonObject toJson(const store::StoredWebhook &webhook, const providers::InboundMessage &message)
{
    QJsonObject out = base(webhook, QStringLiteral("message"));
    out.insert(QStringLiteral("provider_message_id"), storable(message.providerMessageId));
    out.insert(QStringLiteral("identities"), toJson(message.identities));
    out.insert(QStringLiteral("profile_name"), storable(message.profileName));
    out.insert(QStringLiteral("content_type"), toText(message.type));
    out.insert(QStringLiteral("text"), storable(message.text));
    out.insert(QStringLiteral("original_type"), storable(message.originalType));
    out.insert(QStringLiteral("timestamp"), message.timestamp);
    return out;
}

QJsonObject toJson(const store::StoredWebhook &webhook, const providers::DeliveryStatus &status)
{
    QJsonObject out = base(webhook, QStringLiteral("status"));
    out.insert(QStringLiteral("provider_message_id"), storable(status.providerMessageId));
    out.insert(QStringLiteral("attempt_id"), attemptIdOf(status));
    out.insert(QStringLiteral("status"), toText(status.status));
    out.insert(QStringLiteral("timestamp"), status.timestamp);
    out.insert(QStringLiteral("error_code"), storable(status.errorCode));
    out.insert(QStringLiteral("error_title"), storable(status.errorTitle));
    if (status.status == MessageStatus::Failed) {
        out.insert(QStringLiteral("error_class"), toText(status.errorClass));
        out.insert(QStringLiteral("wait_seconds"), status.waitSeconds);
    }
    return out;
}

QJsonObject toJson(const store::StoredWebhook &webhook, const providers::PreferenceChange &change)
{
    QJsonObject out = base(webhook, QStringLiteral("preference"));
    out.insert(QStringLiteral("identities"), toJson(change.identities));
    out.insert(QStringLiteral("value"), change.stops ? QStringLiteral("stop") : QStringLiteral("resume"));
    out.insert(QStringLiteral("timestamp"), change.timestamp);
    return out;
}

QJsonObject toJson(const store::StoredWebhook &webhook, const providers::IncomingCall &call)
{
    QJsonObject out = base(webhook, QStringLiteral("call"));
    out.insert(QStringLiteral("identities"), toJson(call.identities));
    out.insert(QStringLiteral("profile_name"), storable(call.profileName));
    out.insert(QStringLiteral("timestamp"), call.timestamp);
    return out;
}

void insertText(QJsonObject &out, const QString &key, const QString &text)
{
    if (!text.isEmpty())
        out.insert(key, storable(text));
}

/// Concerns an account, and so no number.
QJsonObject toJson(const store::StoredWebhook &webhook, const providers::TemplateNews &news)
{
    QJsonObject out{{QStringLiteral("type"), QStringLiteral("template")},
        {QStringLiteral("company_id"), webhook.company.text()}, {QStringLiteral("provider"), webhook.provider},
        {QStringLiteral("account_id"), storable(news.accountId)}, {QStringLiteral("name"), storable(news.name)},
        {QStringLiteral("language"), storable(news.language)},
        {QStringLiteral("provider_template_id"), storable(news.providerTemplateId)},
        {QStringLiteral("time"), news.time}};
    insertText(out, QStringLiteral("event"), news.event);
    insertText(out, QStringLiteral("quality"), news.quality);
    insertText(out, QStringLiteral("category"), news.category);
    insertText(out, QStringLiteral("reason"), news.reason);
    return out;
}

/// A delivery is verified under one number's secret; what it says of an account counts only where the company has a
/// number in that account.
bool ownsAccount(const store::StoredWebhook &webhook, const QString &account, const Directory &directory)
{
    const QList<const DirectoryNumber *> numbers = directory.ofAccount(webhook.provider, account);
    return std::any_of(numbers.begin(), numbers.end(),
        [&webhook](const DirectoryNumber *number) { return number->company == webhook.company; });
}

/// A share holds its own number's parts only; this holds it once more. A number that has been switched off since is not
/// in the directory, and its last messages still count.
bool concernsNumber(const providers::Event &event, const store::StoredWebhook &webhook, const Directory &directory)
{
    if (webhook.number.isNull())
        return false;
    const DirectoryNumber *number = directory.find(webhook.company, webhook.number);
    return !number || event.providerNumberId == number->providerNumberId;
}

/// Sorts the events of one delivery into what is applied and what is only noted.
class Sorter
{
public:
    Sorter(const store::StoredWebhook &webhook, const Directory &directory, Translated &out, QStringList &notes)
        : m_webhook(webhook)
        , m_directory(directory)
        , m_out(out)
        , m_notes(notes)
    {
    }

    void add(const providers::Event &event)
    {
        std::visit([&](const auto &content) { take(event, content); }, event.content);
    }

private:
    void take(const providers::Event &, const providers::Ignored &ignored) { m_notes << ignored.what; }

    void take(const providers::Event &, const providers::TemplateNews &news)
    {
        if (ownsAccount(m_webhook, news.accountId, m_directory))
            m_out.events << toJson(m_webhook, news);
        else
            m_notes << QStringLiteral("a template of another account");
    }

    template <class Content>
    void take(const providers::Event &event, const Content &content)
    {
        if (concernsNumber(event, m_webhook, m_directory))
            m_out.events << toJson(m_webhook, content);
        else
            m_notes << QStringLiteral("an event of another number");
    }

    const store::StoredWebhook &m_webhook;
    const Directory &m_directory;
    Translated &m_out;
    QStringList &m_notes;
};

} // namespace

Result<Translated> translate(
    const store::StoredWebhook &webhook, const providers::Registry &registry, const Directory &directory)
{
    const providers::Provider *provider = registry.find(webhook.provider);
    if (!provider)
        return failure(ErrorKind::Invalid, QStringLiteral("relay:provider"), QStringLiteral("unknown provider"));
    const Result<providers::Parsed> parsed = provider->parseDelivery(webhook.body);
    if (!parsed)
        return tl::unexpected(parsed.error());

    Translated out;
    QStringList notes = parsed->problems;
    Sorter sorter(webhook, directory, out, notes);
    for (const providers::Event &event : parsed->events)
        sorter.add(event);
    out.note = storable(notes.join(QStringLiteral("; "))).left(noteLength);
    return out;
}

} // namespace conversure::relay
