// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Simulation.h"

#include <QJsonArray>

#include <algorithm>

namespace conversure::sandbox {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 WindowMs = 24LL * 60 * 60 * 1000;
constexpr int WindowClosedCode = 131047;

QJsonObject textContent(const QString &text)
{
    return {{u"text"_s, QJsonObject{{u"body"_s, text}}}};
}

FailureReason windowFailure()
{
    return {WindowClosedCode, u"Re-engagement message"_s,
        u"Message failed to send because more than 24 hours have passed since the customer last replied to this "
        "number."_s};
}

bool isFor(const QString &matchText, const AcceptedSend &send)
{
    return matchText.isEmpty() || send.text.contains(matchText);
}

Answer tooManyAnswer(const Fault &fault)
{
    const int code = fault.code == 0 ? 130429 : fault.code;
    return errorAnswer(
        429, code, u"(#%1) Rate limit hit"_s.arg(code), u"Cloud API message throughput has been reached."_s);
}

Answer brokenAnswer(const Fault &fault)
{
    const int code = fault.code == 0 ? 131000 : fault.code;
    return errorAnswer(500, code, u"(#%1) Something went wrong"_s.arg(code));
}

Answer refusedAnswer(const Fault &fault)
{
    const int code = fault.code == 0 ? 131026 : fault.code;
    const QString title = fault.title.isEmpty() ? u"Message undeliverable"_s : fault.title;
    return errorAnswer(400, code, u"(#%1) %2"_s.arg(QString::number(code), title), title);
}

/// Of a message that was taken over: what goes wrong with the answer.
void spoil(Verdict &verdict, const Fault &fault)
{
    verdict.silent = fault.kind == FaultKind::TimeoutAfterAccept;
    verdict.delayMs = fault.kind == FaultKind::Slow ? fault.delayMs : 0;
    verdict.afterFirstStatus = verdict.afterFirstStatus || fault.kind == FaultKind::StatusBeforeAnswer;
    if (fault.kind == FaultKind::ServerErrorAfterAccept)
        verdict.answer = brokenAnswer(fault);
    if (fault.kind == FaultKind::HalfAnswer)
        verdict.cut = Cut::Half;
    if (fault.kind == FaultKind::ClosedAfterAccept)
        verdict.cut = Cut::Everything;
}

} // namespace

Simulation::Simulation(Script script, const Clock &clock)
    : m_script(std::move(script))
    , m_clock(clock)
    , m_random(m_script.seed)
{
    for (const Lead &lead : m_script.leads) {
        planOpening(lead);
        if (lead.optedOut)
            m_optedOut.insert(lead.key());
    }
    planSteps();
    planLoop();
}

void Simulation::at(qint64 delayMs, Event event)
{
    m_agenda.emplace(m_clock.elapsedMs() + delayMs, std::move(event));
}

qint64 Simulation::pick(Span span)
{
    return span.minMs + static_cast<qint64>(m_random.bounded(static_cast<quint64>(span.maxMs - span.minMs + 1)));
}

void Simulation::planOpening(const Lead &lead)
{
    m_talks[lead.key()].openingDone = lead.opening.isEmpty();
    qint64 when = lead.startMs;
    for (qsizetype i = 0; i < lead.opening.size(); ++i) {
        const bool last = i + 1 == lead.opening.size();
        at(when, [this, &lead, i, last] {
            leadWrites(lead, lead.opening.at(i));
            m_talks[lead.key()].openingDone = last;
        });
        when += pick(lead.gap);
    }
}

void Simulation::planSteps()
{
    for (const Step &step : m_script.steps) {
        if (step.trigger == StepTrigger::Time) {
            const Lead *lead = findLead(step.lead);
            at(step.delayMs, [this, &step, lead] {
                emitMessage(
                    {step.number.isEmpty() ? lead->number : step.number, lead->person, {}, 0, step.type, step.content});
            });
        }
    }
}

/// One step for each reply (or reading of one), in the script's order.
void Simulation::fireSteps(StepTrigger trigger, const QString &leadKey)
{
    for (qsizetype i = 0; i < static_cast<qsizetype>(m_script.steps.size()); ++i) {
        const Step &step = m_script.steps.at(static_cast<size_t>(i));
        if (step.trigger != trigger || step.lead != leadKey || m_stepsDone.contains(i))
            continue;
        m_stepsDone.insert(i);
        const Lead *lead = findLead(leadKey);
        at(step.delayMs, [this, &step, lead] {
            emitMessage(
                {step.number.isEmpty() ? lead->number : step.number, lead->person, {}, 0, step.type, step.content});
        });
        return;
    }
}

void Simulation::planLoop()
{
    if (m_script.loop)
        at(pick(*m_script.loop), [this] { loopOnce(); });
}

void Simulation::loopOnce()
{
    std::vector<const Lead *> talkers;
    for (const Lead &lead : m_script.leads) {
        if (!lead.phrases.isEmpty() && m_talks.value(lead.key()).openingDone)
            talkers.push_back(&lead);
    }
    if (!talkers.empty()) {
        const Lead &lead = *talkers.at(m_random.bounded(static_cast<quint32>(talkers.size())));
        Talk &talk = m_talks[lead.key()];
        leadWrites(lead, lead.phrases.at(talk.nextPhrase++ % lead.phrases.size()));
    }
    planLoop();
}

Verdict Simulation::send(const AcceptedSend &send)
{
    const auto fault = takeFault(send);
    if (auto refused = refusal(fault, send))
        return *refused;
    Verdict verdict;
    if (const auto answer = objectionTo(send)) {
        verdict.answer = *answer;
        return verdict;
    }
    verdict.messageId = nextMessageId(send.person(), false);
    verdict.answer = acceptedAnswer(send, verdict.messageId);
    verdict.afterFirstStatus = m_script.statusBeforeAnswer;
    if (fault)
        spoil(verdict, *fault);

    StatusPlan plan = planFor(send);
    if (windowClosed(send) || (fault && fault->kind == FaultKind::WindowClosed)) {
        plan.statuses = QStringList{u"failed"_s};
        plan.failure = windowFailure();
    }
    m_sent.insert(verdict.messageId, {send, {}, pricingOf(send), plan.failure});
    m_sentOrder << verdict.messageId;
    planStatuses(verdict.messageId, plan, fault ? &*fault : nullptr);
    fireSteps(StepTrigger::Reply, keyOf(send));
    return verdict;
}

std::optional<Verdict> Simulation::refusal(const std::optional<Fault> &fault, const AcceptedSend &send)
{
    if (!fault)
        return std::nullopt;
    if (fault->kind == FaultKind::TemplatePaused) { // what comes next finds it paused
        TemplateOrder pause{findNumber(m_script.numbers, send.phoneNumberId)->wabaId, send.text,
            send.content["language"_L1]["code"_L1].toString(), u"PAUSED"_s, u"QUALITY"_s, {}, {}, false};
        (void)changeTemplates(pause); // of one that is not there, the objection will say so
        return std::nullopt;
    }
    Verdict verdict;
    verdict.retryAfter = fault->retryAfter;
    switch (fault->kind) {
    case FaultKind::TimeoutBeforeAccept:
        verdict.silent = true;
        return verdict;
    case FaultKind::ClosedBeforeAccept:
        verdict.cut = Cut::Everything;
        return verdict;
    case FaultKind::TooMany:
        verdict.answer = tooManyAnswer(*fault);
        return verdict;
    case FaultKind::ServerError:
        verdict.answer = brokenAnswer(*fault);
        return verdict;
    case FaultKind::Unavailable:
        verdict.answer = {503, "<html><body>503 Service Unavailable</body></html>"};
        return verdict;
    case FaultKind::Refusal:
        verdict.answer = refusedAnswer(*fault);
        return verdict;
    default:
        return std::nullopt;
    }
}

std::optional<Fault> Simulation::takeFault(const AcceptedSend &send)
{
    for (Fault &fault : m_script.faults) {
        const bool anybody = fault.lead.isEmpty() || fault.lead == keyOf(send);
        const bool fits = fault.kind != FaultKind::TemplatePaused || send.type == "template"_L1;
        if (fault.times == 0 || !anybody || !fits || !isFor(fault.matchText, send))
            continue;
        if (fault.times > 0)
            --fault.times;
        return fault;
    }
    return std::nullopt;
}

StatusPlan Simulation::planFor(const AcceptedSend &send) const
{
    for (const MatchingPlan &matching : m_script.plans) {
        if (isFor(matching.matchText, send))
            return matching.plan;
    }
    const Lead *lead = findLead(send.person());
    return lead ? lead->plan : m_script.plan;
}

bool Simulation::windowClosed(const AcceptedSend &send) const
{
    if (!m_script.enforceWindow || send.type == "template"_L1)
        return false;
    const auto last = m_lastInboundMs.constFind(laneOf(send.phoneNumberId, keyOf(send)));
    return last == m_lastInboundMs.cend() || m_clock.nowMs() - *last >= WindowMs;
}

void Simulation::planStatuses(const QString &messageId, const StatusPlan &plan, const Fault *fault)
{
    QStringList statuses = plan.statuses;
    QList<qint64> delays;
    for (const QString &status : statuses)
        delays << plan.delaysMs.value(status);
    if (fault && fault->kind == FaultKind::ReorderedStatuses) {
        std::reverse(statuses.begin(), statuses.end());
        std::sort(delays.begin(), delays.end());
    }
    const int copies = fault && fault->kind == FaultKind::DuplicateStatuses ? 2 : 1;
    for (qsizetype i = 0; i < statuses.size(); ++i) {
        for (int copy = 0; copy < copies; ++copy)
            at(delays.at(i), [this, messageId, status = statuses.at(i)] { emitStatus(messageId, status); });
    }
    const Lead *lead = findLead(m_sent.value(messageId).send.person());
    if (lead && !plan.failure && !delays.isEmpty())
        planAnswer(*lead, *std::max_element(delays.begin(), delays.end()));
}

/// A lead who is already about to answer takes further messages in, instead of answering each.
void Simulation::planAnswer(const Lead &lead, qint64 afterMs)
{
    Talk &talk = m_talks[lead.key()];
    const bool runsOut = !m_script.loop && talk.nextAnswer >= lead.answers.size();
    if (lead.answers.isEmpty() || talk.answerPending || runsOut)
        return;
    talk.answerPending = true;
    at(afterMs + pick(lead.answerAfter), [this, &lead] {
        Talk &mine = m_talks[lead.key()];
        mine.answerPending = false;
        leadWrites(lead, lead.answers.at(mine.nextAnswer++ % lead.answers.size()));
    });
}

void Simulation::emitStatus(const QString &messageId, const QString &status)
{
    Sent &sent = m_sent[messageId];
    const Number *number = findNumber(m_script.numbers, sent.send.phoneNumberId);
    sent.statuses << status;
    StatusUpdate update{
        personOf(sent.send), messageId, status, m_clock.nowMs() / 1000, sent.send.callbackData, sent.pricing, {}};
    if (status == "failed"_L1)
        update.failure = sent.failure;
    const QByteArray body = statusWebhook(*number, update);
    m_due.push_back(
        {laneOf(number->phoneNumberId, keyOf(sent.send)), body, signatureOf(*number, body), messageId, status});
    if (status == "read"_L1)
        fireSteps(StepTrigger::Read, keyOf(sent.send));
}

QString Simulation::emitMessage(const InboundOrder &order)
{
    const Number *number = findNumber(m_script.numbers, order.number);
    const QString person = order.from.waId.isEmpty() ? order.from.userId : order.from.waId;
    const QString id = order.id.isEmpty() ? nextMessageId(person, true) : order.id;
    const qint64 timestamp = order.timestamp == 0 ? m_clock.nowMs() / 1000 : order.timestamp;
    const QByteArray body = messageWebhook(*number, {order.from, id, timestamp, order.type, order.content});
    const QString lane = laneOf(order.number, person);
    m_due.push_back({lane, body, signatureOf(*number, body), id, u"message"_s});
    m_lastInboundMs.insert(lane, qMax(m_lastInboundMs.value(lane), timestamp * 1000));
    ++m_inboundCount;
    return id;
}

void Simulation::leadWrites(const Lead &lead, const QString &text)
{
    emitMessage({lead.number, lead.person, {}, 0, u"text"_s, textContent(text)});
}

void Simulation::markRead(const MarkedRead &mark)
{
    m_readMarks << mark.messageId;
}

std::vector<Webhook> Simulation::takeDue()
{
    const qint64 now = m_clock.elapsedMs();
    while (!m_agenda.empty() && m_agenda.begin()->first <= now) {
        const Event event = std::move(m_agenda.begin()->second);
        m_agenda.erase(m_agenda.begin()); // before it runs, as it may plan more
        event();
    }
    return std::exchange(m_due, {});
}

std::optional<qint64> Simulation::msUntilNext() const
{
    if (!m_due.empty())
        return 0;
    if (m_agenda.empty())
        return std::nullopt;
    return qMax<qint64>(0, m_agenda.begin()->first - m_clock.elapsedMs());
}

const Lead *Simulation::findLead(const QString &key) const
{
    const auto found = std::find_if(m_script.leads.begin(), m_script.leads.end(),
        [&](const Lead &lead) { return lead.key() == key || (!key.isEmpty() && lead.person.userId == key); });
    return found == m_script.leads.end() ? nullptr : &*found;
}

std::optional<Person> Simulation::knownPerson(const QString &key) const
{
    if (const Lead *lead = findLead(key))
        return lead->person;
    const auto seen = m_seen.constFind(key);
    return seen == m_seen.cend() ? std::nullopt : std::optional(*seen);
}

QString Simulation::keyOf(const AcceptedSend &send) const
{
    return keyOf(Person{send.waId, send.userId, {}, {}});
}

QString Simulation::keyOf(const Person &person) const
{
    const Person known = knownPerson(person.waId.isEmpty() ? person.userId : person.waId).value_or(person);
    return known.waId.isEmpty() ? known.userId : known.waId;
}

Person Simulation::personOf(const AcceptedSend &send) const
{
    const QString userId = send.userId.isEmpty() ? userIdFor(send.waId) : send.userId;
    Person person = knownPerson(send.person()).value_or(Person{send.waId, userId, {}, {}});
    if (send.waId.isEmpty()) // a message to a user id does not reveal the number
        person.waId.clear();
    return person;
}

/// Built as WhatsApp builds them (length-prefixed person, then a token), and different in every run: a restarted
/// sandbox must not repeat the ids that a store has already seen.
QString Simulation::nextMessageId(const QString &person, bool inbound)
{
    const QByteArray who = person.toLatin1();
    QByteArray raw("\x1c\x18", 2);
    raw += static_cast<char>(who.size() & 0x7f);
    raw += who + QByteArray("\x15\x02\x00", 3) + (inbound ? '\x12' : '\x11') + QByteArray("\x18\x14", 2);
    raw += "3A" + QByteArray::number(m_clock.nowMs(), 16).toUpper().rightJustified(12, '0')
        + QByteArray::number(++m_messageCount, 16).toUpper().rightJustified(6, '0') + '\0';
    return u"wamid."_s + QString::fromLatin1(raw.toBase64());
}

QJsonObject Simulation::state() const
{
    QJsonArray messages;
    for (const QString &id : m_sentOrder) {
        const Sent sent = m_sent.value(id);
        messages << QJsonObject{{u"message_id"_s, id}, {u"number"_s, sent.send.phoneNumberId},
            {u"to"_s, sent.send.person()}, {u"type"_s, sent.send.type}, {u"text"_s, sent.send.text},
            {u"biz_opaque_callback_data"_s, sent.send.callbackData},
            {u"statuses"_s, QJsonArray::fromStringList(sent.statuses)}};
    }
    QJsonArray templates;
    for (const MessageTemplate &item : m_script.templates)
        templates << QJsonObject{{u"name"_s, item.name}, {u"language"_s, item.language}, {u"status"_s, item.status}};
    return {{u"accepted"_s, m_sentOrder.size()}, {u"templates"_s, templates}, {u"inbound"_s, m_inboundCount},
        {u"planned"_s, static_cast<qint64>(m_agenda.size())}, {u"messages"_s, messages},
        {u"read_marks"_s, QJsonArray::fromStringList(m_readMarks)}};
}

} // namespace conversure::sandbox
