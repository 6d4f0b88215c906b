// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Script.h"

#include "sandbox/ScriptReader.h"

#include <QCryptographicHash>
#include <QRegularExpression>

#include <algorithm>

namespace conversure::sandbox {

using namespace Qt::StringLiterals;
using wire::JsonReader;

namespace {

/// The same number for the same bytes, below 2^48.
qulonglong numberFrom(const QByteArray &seed)
{
    const QByteArray digest = QCryptographicHash::hash(seed, QCryptographicHash::Sha256);
    qulonglong digits = 0;
    for (int i = 0; i < 6; ++i)
        digits = digits << 8 | static_cast<unsigned char>(digest.at(i));
    return digits;
}

Number readNumber(ScriptReader &reader, const JsonReader &object)
{
    reader.onlyKnown(object,
        {u"phone_number_id"_s, u"waba_id"_s, u"display_phone_number"_s, u"verified_name"_s, u"access_token"_s,
            u"app_secret"_s, u"verify_token"_s});
    Number number;
    number.phoneNumberId = reader.requiredText(object, u"phone_number_id"_s);
    number.wabaId = reader.requiredText(object, u"waba_id"_s);
    number.displayPhoneNumber = reader.requiredText(object, u"display_phone_number"_s);
    number.verifiedName = reader.text(object, u"verified_name"_s, u"Conversure Sandbox"_s);
    number.accessToken = reader.requiredText(object, u"access_token"_s);
    number.appSecret = reader.requiredText(object, u"app_secret"_s);
    number.verifyToken = reader.text(object, u"verify_token"_s);
    return number;
}

FailureReason readFailure(ScriptReader &reader, const JsonReader &object)
{
    reader.onlyKnown(object, {u"code"_s, u"title"_s, u"details"_s});
    const auto code = object[u"code"_s].integer();
    if (!code)
        reader.complain(object[u"code"_s].path(), u"expected a whole number"_s);
    return {
        static_cast<int>(code.value_or(0)), reader.requiredText(object, u"title"_s), reader.text(object, u"details"_s)};
}

void readDelays(ScriptReader &reader, const JsonReader &delays, StatusPlan &plan)
{
    if (!delays.exists())
        return;
    reader.onlyKnown(delays, plan.delaysMs.keys());
    for (const QString &status : plan.delaysMs.keys())
        plan.delaysMs[status] = reader.integer(delays, status, plan.delaysMs.value(status));
}

StatusPlan readPlan(ScriptReader &reader, const JsonReader &object, const StatusPlan &base)
{
    static const QStringList known{u"sent"_s, u"delivered"_s, u"read"_s, u"played"_s, u"failed"_s};
    StatusPlan plan = base;
    plan.statuses = reader.texts(object, u"statuses"_s, base.statuses);
    readDelays(reader, object[u"status_delays_ms"_s], plan);
    for (qsizetype i = 0; i < plan.statuses.size(); ++i) {
        if (!known.contains(plan.statuses.at(i)))
            reader.complain(object[u"statuses"_s].at(i).path(), u"expected one of "_s + known.join(u", "_s));
    }
    if (object[u"failed"_s].exists()) {
        plan.failure = readFailure(reader, object[u"failed"_s]);
        if (!object[u"statuses"_s].exists())
            plan.statuses = QStringList{u"failed"_s};
    }
    if (plan.statuses.contains(u"failed"_s) && !plan.failure)
        plan.failure = FailureReason{131026, u"Message undeliverable"_s, {}};
    return plan;
}

QString readNumberName(ScriptReader &reader, const JsonReader &object, const Script &script)
{
    const QString fallback = script.numbers.empty() ? QString() : script.numbers.front().phoneNumberId;
    const QString name = reader.text(object, u"number"_s, fallback);
    if (!findNumber(script.numbers, name))
        reader.complain(object[u"number"_s].path(), u"there is no number \"%1\""_s.arg(name));
    return name;
}

Person readPerson(ScriptReader &reader, const JsonReader &object)
{
    Person person;
    person.waId = reader.text(object, u"wa_id"_s);
    person.userId = reader.text(object, u"user_id"_s);
    person.name = reader.text(object, u"name"_s);
    person.username = reader.text(object, u"username"_s);
    if (person.waId.isEmpty() && person.userId.isEmpty())
        reader.complain(object[u"wa_id"_s].path(), u"expected a wa_id or a user_id"_s);
    if (!object[u"user_id"_s].exists())
        person.userId = userIdFor(person.waId);
    return person;
}

Lead readLead(ScriptReader &reader, const JsonReader &object, const Script &script)
{
    reader.onlyKnown(object,
        {u"wa_id"_s, u"user_id"_s, u"name"_s, u"username"_s, u"language"_s, u"number"_s, u"opening"_s, u"at_ms"_s,
            u"gap_ms"_s, u"answers"_s, u"answer_after_ms"_s, u"phrases"_s, u"opted_out"_s, u"statuses"_s,
            u"status_delays_ms"_s, u"failed"_s});
    Lead lead;
    lead.person = readPerson(reader, object);
    lead.language = reader.text(object, u"language"_s);
    lead.number = readNumberName(reader, object, script);
    lead.opening = reader.texts(object, u"opening"_s);
    lead.startMs = reader.integer(object, u"at_ms"_s, static_cast<qint64>(script.leads.size()) * 700);
    lead.gap = reader.span(object, u"gap_ms"_s, lead.gap);
    lead.answers = reader.texts(object, u"answers"_s);
    lead.answerAfter = reader.span(object, u"answer_after_ms"_s, lead.answerAfter);
    lead.phrases = reader.texts(object, u"phrases"_s);
    lead.optedOut = reader.flag(object, u"opted_out"_s);
    lead.plan = readPlan(reader, object, script.plan);
    return lead;
}

/// Fifteen digits, as Meta's ids have, that are the same in every run.
QString templateIdFor(const MessageTemplate &item)
{
    const QByteArray seed = (item.wabaId + u'/' + item.name + u'/' + item.language).toUtf8();
    return u"140%1"_s.arg(numberFrom(seed) % 1'000'000'000'000ULL, 12, 10, QChar(u'0'));
}

MessageTemplate readTemplate(ScriptReader &reader, const JsonReader &object, const QString &wabaId)
{
    static const QRegularExpression name(u"^[a-z0-9_]{1,512}$"_s);
    static const QRegularExpression digits(u"^[1-9][0-9]{0,17}$"_s);
    reader.onlyKnown(object,
        {u"waba_id"_s, u"id"_s, u"name"_s, u"language"_s, u"category"_s, u"status"_s, u"parameter_format"_s,
            u"quality"_s, u"rejected_reason"_s, u"components"_s});
    MessageTemplate item;
    item.wabaId = reader.text(object, u"waba_id"_s, wabaId);
    item.name = reader.requiredText(object, u"name"_s);
    if (!name.match(item.name).hasMatch())
        reader.complain(object[u"name"_s].path(), u"expected small letters, digits and underscores"_s);
    item.language = reader.requiredText(object, u"language"_s);
    item.category = reader.text(object, u"category"_s, item.category);
    item.status = reader.text(object, u"status"_s, item.status);
    item.parameterFormat = reader.text(object, u"parameter_format"_s, item.parameterFormat);
    item.quality = reader.text(object, u"quality"_s, item.quality);
    item.rejectedReason = reader.text(object, u"rejected_reason"_s);
    for (const JsonReader &component : reader.objects(object, u"components"_s))
        item.components << component.value();
    if (item.components.isEmpty())
        reader.complain(object[u"components"_s].path(), u"expected at least a body"_s);
    item.id = reader.text(object, u"id"_s, templateIdFor(item));
    if (!digits.match(item.id).hasMatch())
        reader.complain(object[u"id"_s].path(), u"expected digits"_s);
    return item;
}

void readTrigger(ScriptReader &reader, const JsonReader &object, Step &step)
{
    const JsonReader after = object[u"after"_s];
    if (after.exists() == object[u"at_ms"_s].exists())
        reader.complain(object.path(), u"expected either at_ms or after"_s);
    step.delayMs = reader.integer(object, after.exists() ? u"delay_ms"_s : u"at_ms"_s, 0);
    if (!after.exists())
        return;
    if (after.textOr() != "reply"_L1 && after.textOr() != "read"_L1)
        reader.complain(after.path(), u"expected reply or read"_s);
    step.trigger = after.textOr() == "read"_L1 ? StepTrigger::Read : StepTrigger::Reply;
}

Step readStep(ScriptReader &reader, const JsonReader &object, const Script &script)
{
    Step step;
    readTrigger(reader, object, step);
    step.lead = reader.requiredText(object, u"lead"_s);
    const auto named = std::find_if(script.leads.begin(), script.leads.end(),
        [&](const Lead &lead) { return lead.key() == step.lead || lead.person.userId == step.lead; });
    if (named == script.leads.end())
        reader.complain(object[u"lead"_s].path(), u"there is no lead \"%1\""_s.arg(step.lead));
    else
        step.lead = named->key();
    step.number = object[u"number"_s].exists() ? readNumberName(reader, object, script) : QString();
    step.type = reader.text(object, u"type"_s, u"text"_s);
    reader.onlyKnown(object,
        {u"at_ms"_s, u"after"_s, u"delay_ms"_s, u"lead"_s, u"number"_s, u"type"_s, u"text"_s, u"context"_s, step.type});
    step.content = object.value().toObject();
    for (const auto &key : {u"at_ms"_s, u"after"_s, u"delay_ms"_s, u"lead"_s, u"number"_s, u"type"_s})
        step.content.remove(key);
    if (step.type == "text"_L1)
        step.content.insert(u"text"_s, QJsonObject{{u"body"_s, reader.requiredText(object, u"text"_s)}});
    return step;
}

Fault readFault(ScriptReader &reader, const JsonReader &object)
{
    static const QMap<QString, FaultKind> kinds{{u"timeout_before_accept"_s, FaultKind::TimeoutBeforeAccept},
        {u"timeout_after_accept"_s, FaultKind::TimeoutAfterAccept}, {u"429"_s, FaultKind::TooMany},
        {u"500"_s, FaultKind::ServerError}, {u"slow"_s, FaultKind::Slow}, {u"error"_s, FaultKind::Refusal},
        {u"window_closed"_s, FaultKind::WindowClosed}, {u"duplicate_statuses"_s, FaultKind::DuplicateStatuses},
        {u"reordered_statuses"_s, FaultKind::ReorderedStatuses},
        {u"status_before_answer"_s, FaultKind::StatusBeforeAnswer}, {u"template_paused"_s, FaultKind::TemplatePaused},
        {u"500_after_accept"_s, FaultKind::ServerErrorAfterAccept}, {u"503"_s, FaultKind::Unavailable},
        {u"half_answer"_s, FaultKind::HalfAnswer}, {u"closed_before_accept"_s, FaultKind::ClosedBeforeAccept},
        {u"closed_after_accept"_s, FaultKind::ClosedAfterAccept}};
    reader.onlyKnown(object,
        {u"fault"_s, u"match_text"_s, u"lead"_s, u"times"_s, u"retry_after"_s, u"delay_ms"_s, u"code"_s, u"title"_s});
    const QString name = reader.requiredText(object, u"fault"_s);
    if (!kinds.contains(name))
        reader.complain(object[u"fault"_s].path(), u"expected one of "_s + QStringList(kinds.keys()).join(u", "_s));
    Fault fault;
    fault.kind = kinds.value(name);
    fault.matchText = reader.text(object, u"match_text"_s);
    fault.lead = reader.text(object, u"lead"_s);
    fault.times = static_cast<int>(reader.integer(object, u"times"_s, 1));
    fault.retryAfter = static_cast<int>(reader.integer(object, u"retry_after"_s, 0));
    fault.delayMs = reader.integer(object, u"delay_ms"_s, fault.delayMs);
    fault.code = static_cast<int>(reader.integer(object, u"code"_s, 0));
    fault.title = reader.text(object, u"title"_s);
    return fault;
}

MatchingPlan readMatchingPlan(ScriptReader &reader, const JsonReader &object, const Script &script)
{
    reader.onlyKnown(object, {u"match_text"_s, u"statuses"_s, u"status_delays_ms"_s, u"failed"_s});
    return {reader.requiredText(object, u"match_text"_s), readPlan(reader, object, script.plan)};
}

std::optional<Span> readLoop(ScriptReader &reader, const JsonReader &root)
{
    const JsonReader loop = root[u"loop"_s];
    const Span usual{4000, 15000};
    if (loop.value().isBool())
        return loop.value().toBool() ? std::optional(usual) : std::nullopt;
    if (!loop.exists())
        return std::nullopt;
    if (!loop.isObject())
        reader.complain(loop.path(), u"expected true, false or an object"_s);
    reader.onlyKnown(loop, {u"every_ms"_s});
    return reader.span(loop, u"every_ms"_s, usual);
}

void checkUnique(ScriptReader &reader, const Script &script)
{
    QStringList seen;
    for (const Number &number : script.numbers) {
        if (seen.contains(number.phoneNumberId))
            reader.complain(u"numbers"_s, u"\"%1\" is there twice"_s.arg(number.phoneNumberId));
        seen << number.phoneNumberId;
    }
    seen.clear();
    for (const MessageTemplate &item : script.templates) {
        const QString key = item.wabaId + u'/' + item.name + u'/' + item.language;
        if (seen.contains(key))
            reader.complain(u"templates"_s, u"\"%1\" is there twice in %2"_s.arg(item.name, item.language));
        seen << key;
    }
    seen.clear();
    for (const Lead &lead : script.leads) {
        if (seen.contains(lead.key()))
            reader.complain(u"leads"_s, u"\"%1\" is there twice"_s.arg(lead.key()));
        seen << lead.key();
    }
}

/// In this order because leads name numbers, steps name leads, and everybody's plan starts from the script's.
Script readRoot(ScriptReader &reader, const JsonReader &root)
{
    reader.onlyKnown(root,
        {u"seed"_s, u"numbers"_s, u"leads"_s, u"steps"_s, u"statuses"_s, u"status_delays_ms"_s, u"failed"_s, u"plans"_s,
            u"templates"_s, u"faults"_s, u"status_before_answer"_s, u"enforce_window"_s, u"loop"_s});
    Script script;
    script.seed = static_cast<quint32>(reader.integer(root, u"seed"_s, 1));
    script.plan = readPlan(reader, root, {});
    script.statusBeforeAnswer = reader.flag(root, u"status_before_answer"_s);
    script.enforceWindow = reader.flag(root, u"enforce_window"_s);
    script.loop = readLoop(reader, root);
    for (const JsonReader &object : reader.objects(root, u"numbers"_s))
        script.numbers.push_back(readNumber(reader, object));
    if (script.numbers.empty())
        reader.complain(u"numbers"_s, u"expected at least one number"_s);
    for (const JsonReader &object : reader.objects(root, u"leads"_s))
        script.leads.push_back(readLead(reader, object, script));
    const QString wabaId = script.numbers.empty() ? QString() : script.numbers.front().wabaId;
    for (const JsonReader &object : reader.objects(root, u"templates"_s))
        script.templates.push_back(readTemplate(reader, object, wabaId));
    for (const JsonReader &object : reader.objects(root, u"steps"_s))
        script.steps.push_back(readStep(reader, object, script));
    for (const JsonReader &object : reader.objects(root, u"plans"_s))
        script.plans.push_back(readMatchingPlan(reader, object, script));
    for (const JsonReader &object : reader.objects(root, u"faults"_s))
        script.faults.push_back(readFault(reader, object));
    checkUnique(reader, script);
    return script;
}

} // namespace

Result<Script> readScript(const QByteArray &bytes)
{
    const auto root = JsonReader::parse(bytes);
    if (!root)
        return failure(ErrorKind::Invalid, u"script:invalid"_s, root.error().message);
    ScriptReader reader;
    if (!root->isObject())
        reader.complain({}, u"expected an object"_s);
    Script script = readRoot(reader, *root);
    if (reader.error())
        return tl::unexpected(*reader.error());
    return script;
}

Result<Fault> readFault(const QJsonValue &value)
{
    ScriptReader reader;
    const JsonReader object(value);
    if (!object.isObject())
        reader.complain(u"fault"_s, u"expected an object"_s);
    const Fault fault = readFault(reader, object);
    if (reader.error())
        return tl::unexpected(*reader.error());
    return fault;
}

Result<MessageTemplate> readTemplate(const QJsonValue &value, const QString &wabaId)
{
    ScriptReader reader;
    const JsonReader object(value);
    if (!object.isObject())
        reader.complain(u"template"_s, u"expected an object"_s);
    const MessageTemplate item = readTemplate(reader, object, wabaId);
    if (reader.error())
        return tl::unexpected(*reader.error());
    return item;
}

QString userIdFor(const QString &waId)
{
    return u"AE.1%1"_s.arg(numberFrom(waId.toUtf8()), 16, 10, QChar(u'0'));
}

Script defaultScript()
{
    Script script;
    script.numbers.push_back({u"100000000000001"_s, u"200000000000001"_s, u"971500000001"_s, u"Conversure Sandbox"_s,
        u"sandbox-token"_s, u"sandbox-secret"_s, u"sandbox-verify"_s});
    return script;
}

} // namespace conversure::sandbox
