// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/meta/ErrorCodes.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>

namespace conversure::providers::meta {

namespace {

struct Rule {
    qint64 first;
    qint64 last;
    ErrorClass errorClass;
};

constexpr Rule rule(qint64 code, ErrorClass errorClass)
{
    return {code, code, errorClass};
}

constexpr std::array rules{
    rule(0, ErrorClass::Admin), // token invalid
    rule(1, ErrorClass::Retry), // temporary fault at Meta
    rule(2, ErrorClass::Retry), // the same
    rule(3, ErrorClass::Admin), // permission missing
    rule(4, ErrorClass::Retry), // call budget of the app
    rule(10, ErrorClass::Admin), // permission missing
    rule(100, ErrorClass::Never), // invalid parameter
    rule(190, ErrorClass::Admin), // token expired
    Rule{200, 299, ErrorClass::Admin}, // permission missing
    rule(368, ErrorClass::Admin), // account blocked for policy
    rule(80007, ErrorClass::Retry), // call budget of the account
    rule(130429, ErrorClass::Retry), // throughput of the number
    rule(130472, ErrorClass::Never), // the person is in an experiment
    rule(130497, ErrorClass::Never), // country not allowed
    rule(131000, ErrorClass::Retry), // temporary fault at Meta
    rule(131005, ErrorClass::Admin), // permission missing
    rule(131008, ErrorClass::Never), // parameter missing
    rule(131009, ErrorClass::Never), // parameter value
    rule(131016, ErrorClass::Retry), // temporary fault at Meta
    rule(131021, ErrorClass::Never), // sender equals recipient
    rule(131026, ErrorClass::Never), // undeliverable
    rule(131030, ErrorClass::Never), // not in the test number's allow list
    rule(131031, ErrorClass::Admin), // account locked
    rule(131037, ErrorClass::Admin), // display name not approved
    rule(131042, ErrorClass::Admin), // payment
    rule(131045, ErrorClass::Admin), // number not registered
    rule(131047, ErrorClass::Never), // window closed
    rule(131048, ErrorClass::Later), // spam limit
    rule(131049, ErrorClass::Later), // ecosystem health
    rule(131050, ErrorClass::Never), // opted out of marketing
    rule(131051, ErrorClass::Never), // message type not supported
    rule(131052, ErrorClass::Retry), // media download
    rule(131053, ErrorClass::Retry), // media upload
    rule(131056, ErrorClass::Retry), // pair limit
    rule(131057, ErrorClass::Retry), // maintenance
    rule(131061, ErrorClass::Never), // wrong endpoint for a price cap
    rule(131062, ErrorClass::Never), // needs the phone number
    rule(131063, ErrorClass::Admin), // marketing switched off
    rule(131064, ErrorClass::Later), // limit for misclassified templates
    rule(132000, ErrorClass::Never), // template: number of parameters
    rule(132001, ErrorClass::Never), // template: missing or other language
    rule(132005, ErrorClass::Never), // template: too long
    rule(132007, ErrorClass::Never), // template: policy
    rule(132008, ErrorClass::Never), // template: parameter format
    rule(132012, ErrorClass::Never), // the same
    rule(132015, ErrorClass::Never), // template: paused
    rule(132016, ErrorClass::Never), // template: disabled
    rule(132018, ErrorClass::Never), // template: parameter format
    rule(132068, ErrorClass::Never), // flow blocked
    rule(132069, ErrorClass::Later), // flow throttled
    rule(133004, ErrorClass::Retry), // server unavailable
    rule(133010, ErrorClass::Admin), // number not registered
    rule(133016, ErrorClass::Later), // too many registrations
    rule(135000, ErrorClass::Retry), // generic
    rule(137000, ErrorClass::Never), // identity hash
};

static_assert(
    std::is_sorted(rules.begin(), rules.end(), [](const Rule &a, const Rule &b) { return a.last < b.first; }));

} // namespace

std::optional<ErrorClass> knownErrorClass(qint64 code)
{
    const auto it = std::lower_bound(
        rules.begin(), rules.end(), code, [](const Rule &rule, qint64 wanted) { return rule.last < wanted; });
    return it != rules.end() && it->first <= code ? std::optional(it->errorClass) : std::nullopt;
}

ErrorClass errorClass(qint64 code)
{
    return knownErrorClass(code).value_or(ErrorClass::Never);
}

QString toText(ErrorClass errorClass)
{
    constexpr std::array names{
        QLatin1StringView("retry"), QLatin1StringView("later"), QLatin1StringView("never"), QLatin1StringView("admin")};
    return names.at(static_cast<size_t>(errorClass));
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
