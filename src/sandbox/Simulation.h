// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Clock.h"
#include "sandbox/MetaRules.h"
#include "sandbox/Script.h"

#include <QHash>
#include <QRandomGenerator>
#include <QSet>

#include <map>
#include <set>

namespace conversure::sandbox {

/// A webhook that is due: signed bytes on their way to the receiver.
struct Webhook {
    QString lane; ///< Webhooks of one lane keep their order; lanes do not wait for each other.
    QByteArray body;
    QByteArray signature;
    QString messageId;
    QString what; ///< "message", "template", "preference", "call" or the name of the status.
};

/// How much of an answer reaches the caller before the connection is closed.
enum class Cut { None, Half, Everything };

/// What the business gets as the answer to an accepted call.
struct Verdict {
    Answer answer;
    QString messageId; ///< Empty when the message was not taken over.
    int retryAfter = 0; ///< Seconds; 0: no such header.
    qint64 delayMs = 0;
    bool silent = false; ///< Never answered.
    Cut cut = Cut::None;
    bool afterFirstStatus = false; ///< Answered only when the receiver has the first status.
};

/// What a control call wants a lead to write, or a status to say. Empty members are filled in.
struct InboundOrder {
    QString number;
    Person from;
    QString id;
    qint64 timestamp = 0;
    QString type;
    QJsonObject content;
};

struct StatusOrder {
    QString number;
    QString messageId;
    QString status;
    qint64 timestamp = 0;
    QString lead; ///< Needed for a message the simulation has not seen.
    QString callbackData;
    std::optional<FailureReason> failure;
};

/// What a control call wants changed about a template. Empty members change nothing.
struct TemplateOrder {
    QString wabaId; ///< Empty: any account.
    QString name;
    QString language; ///< Empty: each of them.
    QString event; ///< As Meta names it: "PAUSED", "REINSTATED", …
    QString reason;
    QString quality;
    QString category;
    bool silent = false; ///< Without a webhook.
};

/// What a control call wants a person to do. Empty members are filled in.
struct PreferenceOrder {
    QString number;
    Person from;
    QString value;
    qint64 timestamp = 0;
    bool silent = false;
};

struct CallOrder {
    QString number;
    Person from;
    qint64 timestamp = 0;
};

/// The simulated people: decides what happens next and when. No I/O; time and chance come in through the constructor,
/// so that the same script, seed and calls give the same webhooks. Not thread-safe.
class Simulation
{
public:
    /// \a clock must outlive the simulation.
    Simulation(Script script, const Clock &clock);
    Q_DISABLE_COPY_MOVE(Simulation) // what is planned refers to it

    /// The business sends: decides on a fault, then on the statuses and on the lead's answer.
    Verdict send(const AcceptedSend &send);
    void markRead(const MarkedRead &mark);

    /// Makes a lead write now. The answer is the message's id.
    Result<QString> inbound(const InboundOrder &order);
    Result<void> status(const StatusOrder &order);
    void addFault(const Fault &fault);

    /// Changes templates as if Meta had decided so. The answer is how many there are of that name.
    Result<int> changeTemplates(const TemplateOrder &order);
    /// Adds a template, or replaces the one of the same name and language.
    void putTemplate(const MessageTemplate &item);
    Answer templates(const TemplateQuery &query) const { return templatePage(query, m_script.templates); }

    /// A person stops marketing messages, or wants them again.
    Result<void> preference(const PreferenceOrder &order);
    /// A person calls. The answer is the call's id.
    Result<QString> call(const CallOrder &order);

    /// Everything that is due by now, in order; it is handed out once.
    std::vector<Webhook> takeDue();

    /// Milliseconds until takeDue() has something; nothing when all is quiet.
    std::optional<qint64> msUntilNext() const;

    const std::vector<Number> &numbers() const { return m_script.numbers; }
    QJsonObject state() const;

private:
    struct Sent {
        AcceptedSend send;
        QStringList statuses; ///< Handed out so far.
        QString pricing; ///< "service", or the category of the template.
        std::optional<FailureReason> failure;
    };
    struct Talk { ///< What one lead has done so far.
        qsizetype nextAnswer = 0;
        qsizetype nextPhrase = 0;
        bool answerPending = false;
        bool openingDone = true;
    };
    using Event = std::function<void()>;

    void at(qint64 delayMs, Event event);
    void planOpening(const Lead &lead);
    void planSteps();
    void planLoop();
    void loopOnce();
    void planStatuses(const QString &messageId, const StatusPlan &plan, const Fault *fault);
    void planAnswer(const Lead &lead, qint64 afterMs);
    void fireSteps(StepTrigger trigger, const QString &lead);
    void emitStatus(const QString &messageId, const QString &status);
    QString emitMessage(const InboundOrder &order);
    void leadWrites(const Lead &lead, const QString &text);

    std::optional<Fault> takeFault(const AcceptedSend &send);
    std::optional<Verdict> refusal(const std::optional<Fault> &fault, const AcceptedSend &send);
    /// What Meta says to a template that it would not send; nothing for everything else.
    std::optional<Answer> objectionTo(const AcceptedSend &send) const;
    QString pricingOf(const AcceptedSend &send) const;
    StatusPlan planFor(const AcceptedSend &send) const;
    bool windowClosed(const AcceptedSend &send) const;
    const MessageTemplate *templateOf(const AcceptedSend &send) const;
    void changeTemplate(MessageTemplate &item, const TemplateOrder &order);
    void emitTemplate(const MessageTemplate &item, const QByteArray &body);
    /// The number and the person of an order, completed; the person is remembered.
    Result<const Number *> complete(const QString &number, Person &person);
    const Lead *findLead(const QString &key) const;
    std::optional<Person> knownPerson(const QString &key) const;
    /// The one name of a person, who may be addressed by phone number or by user id.
    QString keyOf(const AcceptedSend &send) const;
    QString keyOf(const Person &person) const;
    static QString laneOf(const QString &number, const QString &person) { return number + u'/' + person; }
    Person personOf(const AcceptedSend &send) const;
    QString nextMessageId(const QString &person, bool inbound);
    qint64 pick(Span span);

    Script m_script;
    const Clock &m_clock;
    QRandomGenerator m_random;
    std::multimap<qint64, Event> m_agenda; ///< By elapsed time; equal times keep the order of planning.
    std::vector<Webhook> m_due;
    QHash<QString, Sent> m_sent;
    QStringList m_sentOrder;
    QHash<QString, Person> m_seen; ///< Who wrote by a control call, under each of their names.
    QHash<QString, Talk> m_talks;
    QSet<QString> m_optedOut; ///< Their keys.
    QHash<QString, qint64> m_lastInboundMs; ///< By lane.
    std::set<qsizetype> m_stepsDone;
    QStringList m_readMarks;
    quint64 m_messageCount = 0;
    qint64 m_inboundCount = 0;
};

} // namespace conversure::sandbox
