// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What control calls make happen in the simulated world, and what the accounts' templates have to do with it.
#include "sandbox/Simulation.h"

namespace conversure::sandbox {

using namespace Qt::StringLiterals;

namespace {

constexpr int OptedOutCode = 131050;

/// The status that follows from an event; an empty one changes nothing.
QString statusAfter(const QString &event)
{
    if (event == "REINSTATED"_L1 || event == "UNARCHIVED"_L1)
        return u"APPROVED"_s;
    return event == "FLAGGED"_L1 ? QString() : event;
}

} // namespace

Result<const Number *> Simulation::complete(const QString &number, Person &person)
{
    const Number *found = number.isEmpty() ? &m_script.numbers.front() : findNumber(m_script.numbers, number);
    if (!found)
        return failure(ErrorKind::NotFound, u"sandbox:number"_s, u"there is no number \"%1\""_s.arg(number));
    if (person.waId.isEmpty() && person.userId.isEmpty())
        return failure(ErrorKind::Invalid, u"sandbox:lead"_s, u"wa_id or user_id is missing"_s);
    if (person.userId.isNull()) // an empty one means: without
        person.userId = userIdFor(person.waId);
    if (const Lead *lead = findLead(person.waId.isEmpty() ? person.userId : person.waId); lead && person.name.isNull())
        person.name = lead->person.name;
    for (const QString &name : {person.waId, person.userId})
        m_seen.insert(name, person);
    return found;
}

Result<QString> Simulation::inbound(const InboundOrder &order)
{
    InboundOrder whole = order;
    const auto number = complete(order.number, whole.from);
    if (!number)
        return tl::unexpected(number.error());
    whole.number = (*number)->phoneNumberId;
    return emitMessage(whole);
}

Result<void> Simulation::status(const StatusOrder &order)
{
    const bool known = m_sent.contains(order.messageId);
    if (!known && order.lead.isEmpty())
        return failure(ErrorKind::NotFound, u"sandbox:message"_s, u"unknown message_id; name its lead"_s);
    AcceptedSend send = m_sent.value(order.messageId).send;
    if (!known) {
        (order.lead.contains(u'.') ? send.userId : send.waId) = order.lead;
        send.phoneNumberId = order.number.isEmpty() ? m_script.numbers.front().phoneNumberId : order.number;
    }
    const Number *number = findNumber(m_script.numbers, send.phoneNumberId);
    if (!number)
        return failure(ErrorKind::NotFound, u"sandbox:number"_s, u"there is no number \"%1\""_s.arg(order.number));
    const StatusUpdate update{personOf(send), order.messageId, order.status,
        order.timestamp == 0 ? m_clock.nowMs() / 1000 : order.timestamp,
        order.callbackData.isEmpty() ? send.callbackData : order.callbackData, u"service"_s, order.failure};
    const QByteArray body = statusWebhook(*number, update);
    m_due.push_back(
        {laneOf(number->phoneNumberId, keyOf(send)), body, signatureOf(*number, body), order.messageId, order.status});
    return {};
}

void Simulation::addFault(const Fault &fault)
{
    m_script.faults.push_back(fault);
}

Result<int> Simulation::changeTemplates(const TemplateOrder &order)
{
    int changed = 0;
    for (MessageTemplate &item : m_script.templates) {
        const bool isMeant = item.name == order.name && (order.language.isEmpty() || item.language == order.language)
            && (order.wabaId.isEmpty() || item.wabaId == order.wabaId);
        if (!isMeant)
            continue;
        changeTemplate(item, order);
        ++changed;
    }
    if (changed == 0)
        return failure(ErrorKind::NotFound, u"sandbox:template"_s, u"there is no template \"%1\""_s.arg(order.name));
    std::erase_if(m_script.templates, [](const MessageTemplate &item) { return item.status == "DELETED"_L1; });
    return changed;
}

void Simulation::changeTemplate(MessageTemplate &item, const TemplateOrder &order)
{
    const MessageTemplate before = item;
    if (const QString status = statusAfter(order.event); !status.isEmpty())
        item.status = status;
    item.rejectedReason = order.event == "REJECTED"_L1 ? order.reason : item.rejectedReason;
    item.quality = order.quality.isEmpty() ? item.quality : order.quality;
    item.category = order.category.isEmpty() ? item.category : order.category;
    if (order.silent)
        return;
    const TemplateUpdate update{item.wabaId, item.id, item.name, item.language, item.category, m_clock.nowMs() / 1000};
    if (!order.event.isEmpty())
        emitTemplate(item, templateStatusWebhook(update, order.event, order.reason));
    if (!order.quality.isEmpty())
        emitTemplate(item, templateQualityWebhook(update, before.quality, item.quality));
    if (!order.category.isEmpty())
        emitTemplate(item, templateCategoryWebhook(update, before.category, item.category));
}

/// Signed under the secret of the account's first number: one app serves them all.
void Simulation::emitTemplate(const MessageTemplate &item, const QByteArray &body)
{
    for (const Number &number : m_script.numbers) {
        if (number.wabaId == item.wabaId) {
            m_due.push_back({item.wabaId, body, signatureOf(number, body), item.id, u"template"_s});
            return;
        }
    }
}

void Simulation::putTemplate(const MessageTemplate &item)
{
    std::erase_if(m_script.templates, [&item](const MessageTemplate &old) {
        return old.wabaId == item.wabaId && old.name == item.name && old.language == item.language;
    });
    m_script.templates.push_back(item);
}

Result<void> Simulation::preference(const PreferenceOrder &order)
{
    if (order.value != "stop"_L1 && order.value != "resume"_L1)
        return failure(ErrorKind::Invalid, u"sandbox:value"_s, u"value: expected stop or resume"_s);
    Person person = order.from;
    const auto number = complete(order.number, person);
    if (!number)
        return tl::unexpected(number.error());
    if (order.value == "stop"_L1)
        m_optedOut.insert(keyOf(person));
    else
        m_optedOut.remove(keyOf(person));
    if (order.silent)
        return {};
    const qint64 timestamp = order.timestamp == 0 ? m_clock.nowMs() / 1000 : order.timestamp;
    const QByteArray body = preferenceWebhook(**number, {person, order.value, timestamp});
    m_due.push_back(
        {laneOf((*number)->phoneNumberId, keyOf(person)), body, signatureOf(**number, body), {}, u"preference"_s});
    return {};
}

Result<QString> Simulation::call(const CallOrder &order)
{
    Person person = order.from;
    const auto number = complete(order.number, person);
    if (!number)
        return tl::unexpected(number.error());
    const QString lane = laneOf((*number)->phoneNumberId, keyOf(person));
    const QString id = u"wacid."_s + nextMessageId(keyOf(person), true).mid(6);
    const qint64 timestamp = order.timestamp == 0 ? m_clock.nowMs() / 1000 : order.timestamp;
    const QByteArray body = callWebhook(**number, {person, id, timestamp});
    m_due.push_back({lane, body, signatureOf(**number, body), id, u"call"_s});
    m_lastInboundMs.insert(lane, qMax(m_lastInboundMs.value(lane), timestamp * 1000)); // it opens the window
    return id;
}

const MessageTemplate *Simulation::templateOf(const AcceptedSend &send) const
{
    const Number *number = findNumber(m_script.numbers, send.phoneNumberId);
    const QString language = send.content["language"_L1]["code"_L1].toString();
    for (const MessageTemplate &item : m_script.templates) {
        if (item.wabaId == number->wabaId && item.name == send.text && item.language == language)
            return &item;
    }
    return nullptr;
}

std::optional<Answer> Simulation::objectionTo(const AcceptedSend &send) const
{
    if (send.type != "template"_L1)
        return std::nullopt;
    const MessageTemplate *item = templateOf(send);
    if (auto answer = objectionToTemplate(send.content, item))
        return answer;
    if (item->category != "MARKETING"_L1 || !m_optedOut.contains(keyOf(send)))
        return std::nullopt;
    return errorAnswer(400, OptedOutCode, u"(#131050) User has opted out of marketing messages"_s,
        u"Unable to deliver the message. This recipient has chosen to stop receiving marketing messages on WhatsApp "
        "from your business."_s);
}

QString Simulation::pricingOf(const AcceptedSend &send) const
{
    const MessageTemplate *item = send.type == "template"_L1 ? templateOf(send) : nullptr;
    return item ? item->category.toLower() : u"service"_s;
}

} // namespace conversure::sandbox
