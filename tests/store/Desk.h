// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Ask.h"
#include "StoreFixture.h"

#include <QJsonArray>
#include <QJsonObject>

namespace conversure::test {

/// An agent who writes to one lead, with an admin beside them, and a database of their own whose clock can be set.
struct Desk {
    struct Send {
        QUuid message = newId();
        QUuid attempt = newId();
        QString secret = QStringLiteral("0123456789abcdef0123");
    };

    Database database;
    Company company{database};
    store::Connection root = database.admin();
    store::Connection relay = database.relay();
    Company::Person agent = company.addPerson();
    Company::Person boss = company.addPerson(QStringLiteral("COMPANY_ADMIN"));
    QString phone = QStringLiteral("+971501112233");
    store::Connection client;
    store::Connection admin;
    ConversationId conversation;

    /// \a at: an instant to begin at, as PostgreSQL reads it; empty: now.
    explicit Desk(const QByteArray &at = {})
    {
        if (!at.isEmpty())
            setClock(at);
        client = company.connect(company.signIn(agent));
        admin = company.connect(company.signIn(boss));
        receive(QStringLiteral("Hi"));
        conversation = company.conversationOf(phone);
    }

    void setClock(const QByteArray &at)
    {
        MUST(root.run("update conversure.installation set testing = true, clock_offset = $1::timestamptz - "
                      "clock_timestamp()",
            {store::param(QString::fromLatin1(at))}));
    }
    void moveClock(const QByteArray &interval)
    {
        MUST(root.run("update conversure.installation set testing = true, clock_offset = clock_offset + $1::interval",
            {store::param(QString::fromLatin1(interval))}));
    }
    qint64 nowSeconds() { return number(root, "select floor(extract(epoch from conversure.now()))::bigint"); }

    /// An event of this number and lead through relay.apply.
    void apply(const QString &type, QJsonObject event)
    {
        event.insert(QStringLiteral("type"), type);
        event.insert(QStringLiteral("company_id"), company.id.text());
        if (type != QStringLiteral("template") && !event.contains(QStringLiteral("number_id")))
            event.insert(QStringLiteral("number_id"), company.number.text());
        if (!event.contains(QStringLiteral("identities")))
            event.insert(QStringLiteral("identities"),
                QJsonArray{QJsonObject{{QStringLiteral("kind"), QStringLiteral("phone")},
                    {QStringLiteral("scope"), QString()}, {QStringLiteral("value"), phone}}});
        if (!event.contains(QStringLiteral("timestamp")))
            event.insert(QStringLiteral("timestamp"), nowSeconds());
        MUST(relay.call(QLatin1StringView("relay.apply"), {store::json(QJsonArray{event})}));
    }
    void receive(const QString &text, const QJsonObject &more = {})
    {
        QJsonObject event{{QStringLiteral("provider_message_id"), newId().toString()},
            {QStringLiteral("profile_name"), QStringLiteral("Omar")},
            {QStringLiteral("content_type"), QStringLiteral("TEXT")}, {QStringLiteral("text"), text}};
        for (auto it = more.begin(); it != more.end(); ++it)
            event.insert(it.key(), it.value());
        apply(QStringLiteral("message"), event);
    }
    void status(const Send &send, const QString &word, const QJsonObject &more = {})
    {
        QJsonObject event{{QStringLiteral("provider_message_id"), providerIdOf(send)},
            {QStringLiteral("attempt_id"), send.attempt.toString(QUuid::WithoutBraces)},
            {QStringLiteral("status"), word}};
        for (auto it = more.begin(); it != more.end(); ++it)
            event.insert(it.key(), it.value());
        apply(QStringLiteral("status"), event);
    }
    static QString providerIdOf(const Send &send)
    {
        return QStringLiteral("wamid.") + send.attempt.toString(QUuid::WithoutBraces);
    }

    Result<store::Rows> reserve(const Send &send, const QJsonObject &content)
    {
        return client.call(QLatin1StringView("api.reserve_send"),
            {store::param(send.message), store::param(send.attempt), store::param(conversation.value),
                store::param(send.secret), store::json(content)});
    }
    Result<store::Rows> reserve(const Send &send) { return reserve(send, textContent(QStringLiteral("Hello"))); }
    Result<store::Rows> again(const Send &send, bool resend = false)
    {
        return reserve(send, {{QStringLiteral("type"), QStringLiteral("AGAIN")}, {QStringLiteral("resend"), resend}});
    }
    static QJsonObject textContent(const QString &text)
    {
        return {{QStringLiteral("type"), QStringLiteral("TEXT")}, {QStringLiteral("text"), text}};
    }
    Result<store::Rows> confirm(const Send &send)
    {
        return client.call(QLatin1StringView("api.confirm_send"),
            {store::param(send.attempt), store::param(send.secret), store::param(providerIdOf(send))});
    }
    Result<store::Rows> fail(
        const Send &send, const QString &code = QStringLiteral("meta:131026"), const QJsonObject &figures = {})
    {
        return client.call(QLatin1StringView("api.fail_send"),
            {store::param(send.attempt), store::param(send.secret), store::param(code), store::json(figures)});
    }
    Result<store::Rows> release(const Send &send)
    {
        return client.call(
            QLatin1StringView("api.release_send"), {store::param(send.attempt), store::param(send.secret)});
    }

    QString statusOf(const Send &send)
    {
        return text(
            root, "select status from conversure.messages where message_id = $1::uuid", {store::param(send.message)});
    }
    /// What all days and epochs of the number, or of the agent, hold together.
    qint64 charged() { return number(root, "select coalesce(sum(sent), 0) from conversure.quota_log"); }
    qint64 chargedToAgent() { return number(root, "select coalesce(sum(sent), 0) from conversure.agent_quotas"); }
    /// The promise of the quotas: a day's count is its attempts of its epoch that were not given back.
    QString wrongCounts()
    {
        return column(root,
            "select 'number ' || q.day || ': ' || q.sent from conversure.quota_log q where q.sent <> (select count(*) "
            "from conversure.message_delivery_attempts a where a.company_id = q.company_id and a.number_id = "
            "q.number_id "
            "and a.charged_day = q.day and a.charged_epoch = q.epoch and not a.refunded) union all "
            "select 'agent ' || q.day || ': ' || q.sent from conversure.agent_quotas q where q.sent <> (select "
            "count(*) "
            "from conversure.message_delivery_attempts a where a.company_id = q.company_id and a.author_id = q.user_id "
            "and a.charged_day = q.day and a.charged_agent_epoch = q.epoch and not a.refunded)")
            .join(u' ');
    }

    /// Puts the account's whole list of templates.
    void putTemplates(const QJsonArray &templates)
    {
        MUST(relay.call(QLatin1StringView("relay.put_templates"),
            {store::param(company.id.value), store::param(QStringLiteral("meta")), store::param(QStringLiteral("waba")),
                store::json(templates)}));
    }
    static QJsonObject templateOf(const QString &name, const QString &category, const QJsonArray &components,
        const QString &status = QStringLiteral("APPROVED"))
    {
        return {{QStringLiteral("name"), name}, {QStringLiteral("language"), QStringLiteral("en")},
            {QStringLiteral("category"), category}, {QStringLiteral("status"), status},
            {QStringLiteral("components"), components}};
    }
    static QJsonObject part(const QString &type, const QString &text)
    {
        return {{QStringLiteral("type"), type}, {QStringLiteral("text"), text}};
    }
    QJsonObject templateContent(const QString &name, const QJsonObject &values = {})
    {
        return {{QStringLiteral("type"), QStringLiteral("TEMPLATE")},
            {QStringLiteral("template_id"),
                text(root, "select template_id from conversure.templates where name = $1", {store::param(name)})},
            {QStringLiteral("values"), values}};
    }

    /// A template with two variables, and what is sent with it filled in.
    void putGreeting(const QString &category = QStringLiteral("UTILITY"))
    {
        putTemplates({templateOf(QStringLiteral("greeting"), category,
            {part(QStringLiteral("BODY"), QStringLiteral("Hello {{1}}, about {{2}}.")),
                part(QStringLiteral("FOOTER"), QStringLiteral("Marina Homes"))})});
    }
    QJsonObject greeting()
    {
        return templateContent(QStringLiteral("greeting"),
            {{QStringLiteral("body"),
                QJsonObject{{QStringLiteral("1"), QStringLiteral("Omar")},
                    {QStringLiteral("2"), QStringLiteral("the flat")}}}});
    }
};

} // namespace conversure::test
