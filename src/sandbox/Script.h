// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "sandbox/MetaWebhooks.h"
#include "sandbox/Templates.h"

#include <QByteArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QMap>
#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

/// What the simulated world holds and what is to happen in it, read from one JSON file.
///
/// {
///   "seed": 7,                        random but repeatable; default 1
///   "numbers": [{"phone_number_id", "waba_id", "display_phone_number", "verified_name", "access_token",
///                "app_secret", "verify_token"}],
///   "leads": [{"wa_id" and/or "user_id", "name", "username", "language", "number",
///              "opening": [text], "at_ms", "gap_ms": [min, max],       writes these by itself
///              "answers": [text], "answer_after_ms": [min, max],       one for each reply of an agent
///              "phrases": [text],                                      for the loop
///              "opted_out": false,                                     wants no marketing templates: 131050
///              "statuses", "status_delays_ms", "failed"}],             as below, for this lead only
///   "templates": [{"name", "language", "components": as Meta lists them, "category": "UTILITY",
///                  "status": "APPROVED", "parameter_format": "POSITIONAL", "quality": "GREEN", "rejected_reason",
///                  "waba_id": that of the first number, "id": made from the others}],
///                                     what the accounts have; a template that is not among them is refused
///   "steps": [{"at_ms" | "after": "reply"|"read", "delay_ms", "lead", "number", "text" | "type" + content}],
///   "statuses": ["sent", "delivered", "read"],                         what happens to an accepted message
///   "status_delays_ms": {"sent": 200, "delivered": 600, "read": 1500}, counted from the acceptance
///   "failed": {"code", "title", "details"},
///   "plans": [{"match_text", "statuses", "status_delays_ms", "failed"}],   wins over the lead's own
///   "faults": [{"fault": see FaultKind, "match_text", "lead", "times", "retry_after", "delay_ms", "code", "title"}],
///   "status_before_answer": false,    every answer waits until the first status was delivered
///   "enforce_window": false,          free text to who has not written for 24 hours fails with 131047
///   "loop": true | {"every_ms": [min, max]}
/// }
///
/// Leads are named by wa_id or user_id. A lead without "user_id" gets one made from its phone number, as Meta sends one
/// in every webhook; "user_id": "" leaves it out. "match_text" is a part of the text; empty matches every message.
namespace conversure::sandbox {

struct Span {
    qint64 minMs = 0;
    qint64 maxMs = 0;
};

/// What happens to an accepted message. A status may be named twice (it is repeated) and in any order.
struct StatusPlan {
    QStringList statuses{QStringLiteral("sent"), QStringLiteral("delivered"), QStringLiteral("read")};
    QMap<QString, qint64> delaysMs{{QStringLiteral("sent"), 200}, {QStringLiteral("delivered"), 600},
        {QStringLiteral("read"), 1500}, {QStringLiteral("played"), 2500}, {QStringLiteral("failed"), 400}};
    std::optional<FailureReason> failure;
};

struct Lead {
    Person person;
    QString language;
    QString number; ///< phone_number_id it writes to.
    QStringList opening;
    qint64 startMs = 0;
    Span gap{2000, 9000};
    QStringList answers;
    Span answerAfter{2000, 6000};
    QStringList phrases;
    bool optedOut = false;
    StatusPlan plan;

    /// How the simulation and the record name the person.
    QString key() const { return person.waId.isEmpty() ? person.userId : person.waId; }
};

enum class StepTrigger { Time, Reply, Read };

struct Step {
    StepTrigger trigger = StepTrigger::Time;
    qint64 delayMs = 0; ///< Since the start, the reply or its being read.
    QString lead;
    QString number;
    QString type;
    QJsonObject content;
};

struct MatchingPlan {
    QString matchText;
    StatusPlan plan;
};

enum class FaultKind {
    TimeoutBeforeAccept, ///< "timeout_before_accept": never answered, never sent.
    TimeoutAfterAccept, ///< "timeout_after_accept": never answered, but sent, statuses follow.
    TooMany, ///< "429"
    ServerError, ///< "500"
    Slow, ///< "slow": answered after delay_ms.
    Refusal, ///< "error": refused with code and title.
    WindowClosed, ///< "window_closed": accepted, then the status failed with 131047.
    DuplicateStatuses, ///< "duplicate_statuses": each is delivered twice.
    ReorderedStatuses, ///< "reordered_statuses": the last first.
    StatusBeforeAnswer, ///< "status_before_answer"
    TemplatePaused, ///< "template_paused": of a template; Meta pauses it at this moment, which refuses it (132015).
    ServerErrorAfterAccept, ///< "500_after_accept": sent, statuses follow, but the answer is a fault.
    Unavailable, ///< "503": the page of something before Meta, never sent.
    HalfAnswer, ///< "half_answer": sent, and the connection breaks in the middle of the answer.
    ClosedBeforeAccept, ///< "closed_before_accept": the connection is closed without an answer, never sent.
    ClosedAfterAccept, ///< "closed_after_accept": the same, but sent.
};

struct Fault {
    FaultKind kind = FaultKind::Slow;
    QString matchText;
    QString lead; ///< Empty: anybody.
    int times = 1; ///< −1: for ever.
    int retryAfter = 0; ///< Seconds; 0: no such header.
    qint64 delayMs = 3000;
    int code = 0;
    QString title;
};

struct Script {
    quint32 seed = 1;
    std::vector<Number> numbers;
    std::vector<Lead> leads;
    std::vector<MessageTemplate> templates;
    std::vector<Step> steps;
    StatusPlan plan;
    std::vector<MatchingPlan> plans;
    std::vector<Fault> faults;
    bool statusBeforeAnswer = false;
    bool enforceWindow = false;
    std::optional<Span> loop; ///< How long after one lead the next one writes.
};

/// Reads a script. Fails with kind Invalid, code "script:invalid" and a message that names the path:
/// `leads[3].answers[1]: expected text`.
Result<Script> readScript(const QByteArray &bytes);

/// Reads one fault, as in "faults".
Result<Fault> readFault(const QJsonValue &value);

/// Reads one template, as in "templates". \a wabaId stands for one that it does not name.
Result<MessageTemplate> readTemplate(const QJsonValue &value, const QString &wabaId);

/// The business-scoped user id that the simulation gives to a phone number: always the same one.
QString userIdFor(const QString &waId);

/// One number, nobody writes: what serves when there is no script.
Script defaultScript();

} // namespace conversure::sandbox
