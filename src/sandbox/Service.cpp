// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Service.h"

#include "sandbox/JsonText.h"

#include <QJsonDocument>

namespace conversure::sandbox {

using namespace Qt::StringLiterals;

namespace {

Reply replyOf(const Answer &answer)
{
    const bool isPage = answer.body.startsWith('<');
    return {answer.status, {{"Content-Type", isPage ? "text/html" : "application/json"}}, answer.body, 0, false, {}};
}

Reply jsonReply(int status, const QJsonObject &body)
{
    return replyOf({status, json::value(body)});
}

Reply complaint(const Error &error)
{
    return jsonReply(error.kind == ErrorKind::NotFound ? 404 : 400, {{u"error"_s, error.message}});
}

/// Null when the member is missing, which is not the same as an empty text.
QString textOf(const QJsonObject &object, const QString &key)
{
    return object.value(key).isString() ? object.value(key).toString(u""_s) : QString();
}

Person personOf(const QJsonObject &order)
{
    const QString waId = order.contains("wa_id"_L1) ? textOf(order, u"wa_id"_s) : textOf(order, u"lead"_s);
    return {waId, textOf(order, u"user_id"_s), textOf(order, u"name"_s), textOf(order, u"username"_s)};
}

/// The member named as the type, with "text": "Hi" as a short form, and what a message may carry beside it.
QJsonObject contentOf(const QJsonObject &order, const QString &type)
{
    QJsonObject content;
    for (const QString &key : {type, u"context"_s, u"referral"_s, u"errors"_s}) {
        if (order.contains(key))
            content.insert(key, order.value(key));
    }
    if (content.value("text"_L1).isString())
        content.insert(u"text"_s, QJsonObject{{u"body"_s, order.value("text"_L1)}});
    return content;
}

} // namespace

Service::Service(Simulation &simulation, Record &record)
    : m_simulation(simulation)
    , m_record(record)
{
}

Reply Service::handle(const Call &call)
{
    m_lastMessageId.clear();
    const Reply reply = call.path().startsWith("/_sandbox/") ? control(call) : graph(call);
    record(call, reply);
    return reply;
}

Reply Service::graph(const Call &call)
{
    const Outcome outcome = judge(call, m_simulation.numbers());
    if (const auto *send = std::get_if<AcceptedSend>(&outcome))
        return sent(*send);
    if (const auto *mark = std::get_if<MarkedRead>(&outcome)) {
        m_simulation.markRead(*mark);
        return replyOf(successAnswer());
    }
    if (const auto *query = std::get_if<TemplateQuery>(&outcome))
        return replyOf(m_simulation.templates(*query));
    return replyOf(std::get<Answer>(outcome));
}

Reply Service::sent(const AcceptedSend &send)
{
    const Verdict verdict = m_simulation.send(send);
    m_lastMessageId = verdict.messageId;
    Reply reply = replyOf(verdict.answer);
    reply.delayMs = verdict.delayMs;
    reply.silent = verdict.silent;
    reply.cut = verdict.cut;
    if (verdict.retryAfter > 0)
        reply.headers << wire::Header{"Retry-After", QByteArray::number(verdict.retryAfter)};
    if (verdict.afterFirstStatus)
        reply.afterDeliveryOf = verdict.messageId;
    return reply;
}

Reply Service::control(const Call &call)
{
    if (call.method == "GET" && call.path() == "/_sandbox/state")
        return state();
    const QJsonDocument document = QJsonDocument::fromJson(call.body);
    if (call.method == "POST" && !document.isObject())
        return jsonReply(400, {{u"error"_s, u"the body is not a JSON object"_s}});
    static const QHash<QByteArray, Reply (Service::*)(const QJsonObject &)> orders{
        {"/_sandbox/inbound", &Service::inbound}, {"/_sandbox/status", &Service::status},
        {"/_sandbox/fault", &Service::fault}, {"/_sandbox/template", &Service::changeTemplate},
        {"/_sandbox/preference", &Service::preference}, {"/_sandbox/call", &Service::call}};
    const auto order = orders.constFind(call.path());
    if (call.method == "POST" && order != orders.cend())
        return (this->**order)(document.object());
    return jsonReply(404, {{u"error"_s, u"there is no such control endpoint"_s}});
}

Reply Service::inbound(const QJsonObject &order)
{
    const QString type = order.contains("type"_L1) ? textOf(order, u"type"_s) : u"text"_s;
    const QJsonObject content = contentOf(order, type);
    if (type == "text"_L1 && !content.contains("text"_L1))
        return jsonReply(400, {{u"error"_s, u"text is missing"_s}});
    const auto id = m_simulation.inbound({textOf(order, u"number"_s), personOf(order), textOf(order, u"id"_s),
        order.value("timestamp"_L1).toInteger(), type, content});
    if (!id)
        return complaint(id.error());
    m_lastMessageId = *id;
    return jsonReply(200, {{u"message_id"_s, *id}});
}

Reply Service::status(const QJsonObject &order)
{
    StatusOrder wanted{textOf(order, u"number"_s), textOf(order, u"message_id"_s), textOf(order, u"status"_s),
        order.value("timestamp"_L1).toInteger(), textOf(order, u"lead"_s), textOf(order, u"biz_opaque_callback_data"_s),
        {}};
    if (wanted.messageId.isEmpty() || wanted.status.isEmpty())
        return jsonReply(400, {{u"error"_s, u"message_id and status are needed"_s}});
    if (order.contains("code"_L1))
        wanted.failure = FailureReason{order.value("code"_L1).toInt(), textOf(order, u"title"_s), {}};
    m_lastMessageId = wanted.messageId;
    const auto done = m_simulation.status(wanted);
    return done ? jsonReply(200, {{u"message_id"_s, wanted.messageId}}) : complaint(done.error());
}

Reply Service::fault(const QJsonObject &order)
{
    const auto wanted = readFault(order);
    if (!wanted)
        return complaint(wanted.error());
    m_simulation.addFault(*wanted);
    return jsonReply(200, {{u"success"_s, true}});
}

Reply Service::changeTemplate(const QJsonObject &order)
{
    if (order.contains("components"_L1)) {
        const auto item = readTemplate(order, m_simulation.numbers().front().wabaId);
        if (!item)
            return complaint(item.error());
        m_simulation.putTemplate(*item);
        return jsonReply(200, {{u"templates"_s, 1}});
    }
    const auto changed = m_simulation.changeTemplates({textOf(order, u"waba_id"_s), textOf(order, u"name"_s),
        textOf(order, u"language"_s), textOf(order, u"event"_s), textOf(order, u"reason"_s),
        textOf(order, u"quality"_s), textOf(order, u"category"_s), order.value("silent"_L1).toBool()});
    return changed ? jsonReply(200, {{u"templates"_s, *changed}}) : complaint(changed.error());
}

Reply Service::preference(const QJsonObject &order)
{
    const auto done = m_simulation.preference({textOf(order, u"number"_s), personOf(order), textOf(order, u"value"_s),
        order.value("timestamp"_L1).toInteger(), order.value("silent"_L1).toBool()});
    return done ? jsonReply(200, {{u"success"_s, true}}) : complaint(done.error());
}

Reply Service::call(const QJsonObject &order)
{
    const auto id =
        m_simulation.call({textOf(order, u"number"_s), personOf(order), order.value("timestamp"_L1).toInteger()});
    return id ? jsonReply(200, {{u"call_id"_s, *id}}) : complaint(id.error());
}

Reply Service::state() const
{
    QJsonObject all = m_simulation.state();
    all.insert(u"undelivered"_s, m_undelivered);
    return jsonReply(200, all);
}

std::vector<Webhook> Service::takeDue()
{
    std::vector<Webhook> due = m_simulation.takeDue();
    m_undelivered += static_cast<qint64>(due.size());
    return due;
}

void Service::attempted(const Webhook &webhook, int status, int attempt)
{
    const bool acknowledged = status == 200;
    if (acknowledged)
        --m_undelivered;
    m_record.add(acknowledged ? u"delivered"_s : u"delivery"_s,
        {{u"method"_s, u"POST"_s}, {u"status"_s, status}, {u"attempt"_s, attempt}, {u"what"_s, webhook.what},
            {u"message_id"_s, webhook.messageId}, {u"body"_s, recordableBody(webhook.body)}});
}

void Service::record(const Call &call, const Reply &reply)
{
    QJsonObject line{{u"method"_s, QString::fromUtf8(call.method)}, {u"path"_s, QString::fromUtf8(call.path())},
        {u"status"_s, reply.silent || reply.cut == Cut::Everything ? 0 : reply.status},
        {u"body"_s, recordableBody(call.body)}, {u"authorization"_s, authorizationState(call, m_simulation.numbers())}};
    if (call.target.contains('?'))
        line.insert(u"query"_s, recordableQuery(call));
    if (!m_lastMessageId.isEmpty())
        line.insert(u"message_id"_s, m_lastMessageId);
    m_record.add(u"request"_s, line);
}

} // namespace conversure::sandbox
