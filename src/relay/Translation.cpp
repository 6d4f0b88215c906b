// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "relay/Translation.h"

#include <QJsonObject>
#include <QUuid>

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

QJsonArray identitiesOf(const providers::InboundMessage &message)
{
    QJsonArray out;
    for (const providers::Identity &identity : message.identities)
        out << QJsonObject{{QStringLiteral("kind"), identity.kind}, {QStringLiteral("scope"), storable(identity.scope)},
            {QStringLiteral("value"), storable(identity.value)}};
    return out;
}

QJsonObject base(const store::StoredWebhook &webhook, const QString &type, const QString &providerMessageId)
{
    return {{QStringLiteral("type"), type}, {QStringLiteral("company_id"), webhook.company.text()},
        {QStringLiteral("number_id"), webhook.number.text()},
        {QStringLiteral("provider_message_id"), storable(providerMessageId)}};
}

QJsonObject toJson(const store::StoredWebhook &webhook, const providers::InboundMessage &message)
{
    QJsonObject out = base(webhook, QStringLiteral("message"), message.providerMessageId);
    out.insert(QStringLiteral("identities"), identitiesOf(message));
    out.insert(QStringLiteral("profile_name"), storable(message.profileName));
    out.insert(QStringLiteral("content_type"), toText(message.type));
    out.insert(QStringLiteral("text"), storable(message.text));
    out.insert(QStringLiteral("original_type"), storable(message.originalType));
    out.insert(QStringLiteral("timestamp"), message.timestamp);
    return out;
}

QJsonObject toJson(const store::StoredWebhook &webhook, const providers::DeliveryStatus &status)
{
    QJsonObject out = base(webhook, QStringLiteral("status"), status.providerMessageId);
    out.insert(QStringLiteral("attempt_id"), attemptIdOf(status));
    out.insert(QStringLiteral("status"), toText(status.status));
    out.insert(QStringLiteral("timestamp"), status.timestamp);
    out.insert(QStringLiteral("error_code"), storable(status.errorCode));
    out.insert(QStringLiteral("error_title"), storable(status.errorTitle));
    return out;
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
    for (const providers::Event &event : parsed->events) {
        if (const auto *ignored = std::get_if<providers::Ignored>(&event.content))
            notes << ignored->what;
        else if (!concernsNumber(event, webhook, directory))
            notes << QStringLiteral("an event of another number");
        else if (const auto *message = std::get_if<providers::InboundMessage>(&event.content))
            out.events << toJson(webhook, *message);
        else if (const auto *status = std::get_if<providers::DeliveryStatus>(&event.content))
            out.events << toJson(webhook, *status);
    }
    out.note = storable(notes.join(QStringLiteral("; "))).left(noteLength);
    return out;
}

} // namespace conversure::relay
