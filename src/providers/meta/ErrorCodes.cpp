// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/meta/ErrorCodes.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>

namespace conversure::providers::meta {

namespace {

constexpr int minute = 60;
constexpr int hour = 60 * minute;
constexpr int day = 24 * hour;

struct Rule {
    qint64 first;
    qint64 last;
    ErrorFacts facts;
};

/// Waits of hours are Meta's own rules, which no header of a single answer shortens.
constexpr Rule rule(qint64 code, SendErrorClass errorClass, int waitSeconds = 0)
{
    return {code, code, {errorClass, waitSeconds, waitSeconds >= hour ? waitSeconds : 0, false}};
}

/// Too fast, and definitely not accepted.
constexpr Rule pace(qint64 code, int waitSeconds, int leastSeconds = 0)
{
    return {code, code, {SendErrorClass::PaceLimited, waitSeconds, leastSeconds, true}};
}

constexpr std::array rules{
    rule(0, SendErrorClass::AuthProblem), // token invalid
    rule(1, SendErrorClass::ProviderDown, minute), // temporary fault at Meta
    rule(2, SendErrorClass::ProviderDown, minute), // the same
    rule(3, SendErrorClass::AuthProblem), // permission missing
    pace(4, 5 * minute), // call budget of the app
    rule(10, SendErrorClass::AuthProblem), // permission missing
    rule(100, SendErrorClass::InvalidContent), // invalid parameter
    rule(190, SendErrorClass::AuthProblem), // token expired
    Rule{200, 299, {SendErrorClass::AuthProblem, 0, 0, false}}, // permission missing
    rule(368, SendErrorClass::AccountProblem), // account blocked for policy
    pace(80007, 5 * minute), // call budget of the account
    pace(130429, minute), // throughput of the number
    rule(130472, SendErrorClass::MarketingCap), // the person is in an experiment
    rule(130497, SendErrorClass::NotReachable), // country not allowed
    rule(131000, SendErrorClass::ProviderDown, minute), // temporary fault at Meta
    rule(131005, SendErrorClass::AuthProblem), // permission missing
    rule(131008, SendErrorClass::InvalidContent), // parameter missing
    rule(131009, SendErrorClass::InvalidContent), // parameter value
    rule(131016, SendErrorClass::ProviderDown, minute), // temporary fault at Meta
    rule(131021, SendErrorClass::NotReachable), // sender equals recipient
    rule(131026, SendErrorClass::NotReachable), // undeliverable
    rule(131030, SendErrorClass::NotReachable), // not in the test number's allow list
    rule(131031, SendErrorClass::AccountProblem), // account locked
    rule(131037, SendErrorClass::AccountProblem), // display name not approved
    rule(131042, SendErrorClass::AccountProblem), // payment
    rule(131045, SendErrorClass::AccountProblem), // number not registered
    rule(131047, SendErrorClass::WindowClosed), // window closed
    rule(131048, SendErrorClass::ProviderLimit, 6 * hour), // spam limit
    rule(131049, SendErrorClass::MarketingCap, day), // ecosystem health
    rule(131050, SendErrorClass::OptedOut), // opted out of marketing
    rule(131051, SendErrorClass::InvalidContent), // message type not supported
    rule(131052, SendErrorClass::InvalidContent), // media download
    rule(131053, SendErrorClass::InvalidContent), // media upload
    pace(131056, 6, 6), // pair limit: one message in six seconds
    rule(131057, SendErrorClass::ProviderDown, 10 * minute), // maintenance
    rule(131061, SendErrorClass::TemplateProblem), // wrong endpoint for a price cap
    rule(131062, SendErrorClass::NotReachable), // needs the phone number
    rule(131063, SendErrorClass::AccountProblem), // marketing switched off
    rule(131064, SendErrorClass::ProviderLimit, 6 * hour), // limit for misclassified templates
    rule(132000, SendErrorClass::TemplateProblem), // number of parameters
    rule(132001, SendErrorClass::TemplateProblem), // missing or other language
    rule(132005, SendErrorClass::TemplateProblem), // too long
    rule(132007, SendErrorClass::TemplateProblem), // policy
    rule(132008, SendErrorClass::TemplateProblem), // parameter format
    rule(132012, SendErrorClass::TemplateProblem), // the same
    rule(132015, SendErrorClass::TemplateProblem), // paused
    rule(132016, SendErrorClass::TemplateProblem), // disabled
    rule(132018, SendErrorClass::TemplateProblem), // parameter format
    rule(132068, SendErrorClass::TemplateProblem), // flow blocked
    rule(132069, SendErrorClass::TemplateProblem, hour), // flow throttled
    rule(133004, SendErrorClass::ProviderDown, minute), // server unavailable
    rule(133010, SendErrorClass::AccountProblem), // number not registered
    rule(133016, SendErrorClass::ProviderLimit, 6 * hour), // too many registrations
    rule(135000, SendErrorClass::Unknown), // generic
    rule(137000, SendErrorClass::NotReachable), // identity hash
};

static_assert(
    std::is_sorted(rules.begin(), rules.end(), [](const Rule &a, const Rule &b) { return a.last < b.first; }));

} // namespace

std::optional<ErrorFacts> knownError(qint64 code)
{
    const auto it = std::lower_bound(
        rules.begin(), rules.end(), code, [](const Rule &rule, qint64 wanted) { return rule.last < wanted; });
    return it != rules.end() && it->first <= code ? std::optional(it->facts) : std::nullopt;
}

ErrorFacts errorFacts(qint64 code)
{
    return knownError(code).value_or(ErrorFacts{});
}

QString errorCodeText(qint64 code)
{
    return QStringLiteral("meta:%1").arg(code);
}

QString safeErrorText(const QString &text)
{
    static const QRegularExpression telling(QStringLiteral("[0-9A-Za-z_.|%=+/-]{24,}|[0-9][0-9 ()-]{5,}[0-9]"));
    return text.left(1000).replace(telling, QStringLiteral("…")).left(300);
}

} // namespace conversure::providers::meta
