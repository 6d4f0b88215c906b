// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sending/Pace.h"

#include "domain/SendErrors.h"
#include "sending/Backoff.h"

#include <algorithm>

namespace conversure::sending {

namespace {

bool isPairLimit(const Error &error)
{
    return error.code.endsWith(QStringLiteral("131056"));
}

} // namespace

bool Pace::isLimit(const Error &error)
{
    const QString word = error.detail[QStringLiteral("class")].toString();
    return sendErrorClassFromText(word) == SendErrorClass::PaceLimited;
}

std::optional<qint64> Pace::retryAfterMs(const Error &error)
{
    const double seconds = error.detail[QStringLiteral("retry_after")].toDouble();
    constexpr double day = 86'400;
    return seconds > 0 ? std::optional(static_cast<qint64>(std::min(seconds, day) * 1000)) : std::nullopt;
}

void Pace::slow(const Way &way, const Error &error)
{
    close(isPairLimit(error) ? m_people[way.conversation] : m_numbers[way.number], error);
}

void Pace::close(Gate &gate, const Error &error) const
{
    const qint64 now = m_clock.elapsedMs();
    if (gate.opensAt <= now) // else it is one more answer of the same kind to what was on its way already
        ++gate.times;
    gate.why = error;
    const qint64 own = std::min(paceMs(m_timing, gate.times), m_timing.pauseAtMostMs);
    const qint64 told = std::min(retryAfterMs(error).value_or(0), m_timing.heedAtMostMs);
    gate.opensAt = std::max(gate.opensAt, now + std::max(told, own));
}

void Pace::ease(const Way &way)
{
    const qint64 now = m_clock.elapsedMs();
    if (const auto number = m_numbers.constFind(way.number); number != m_numbers.constEnd() && number->opensAt <= now)
        m_numbers.erase(number);
    if (const auto person = m_people.constFind(way.conversation);
        person != m_people.constEnd() && person->opensAt <= now)
        m_people.erase(person);
}

const Pace::Gate *Pace::closed(const Way &way) const
{
    const qint64 now = m_clock.elapsedMs();
    const auto number = m_numbers.constFind(way.number);
    const auto person = m_people.constFind(way.conversation);
    const Gate *longest = nullptr;
    if (number != m_numbers.constEnd() && number->opensAt > now)
        longest = &*number;
    if (person != m_people.constEnd() && person->opensAt > now && (!longest || person->opensAt > longest->opensAt))
        longest = &*person;
    return longest;
}

qint64 Pace::waitMs(const Way &way) const
{
    const Gate *gate = closed(way);
    return gate ? gate->opensAt - m_clock.elapsedMs() : 0;
}

std::optional<Error> Pace::reason(const Way &way) const
{
    const Gate *gate = closed(way);
    if (!gate)
        return std::nullopt;
    Error why = gate->why;
    const qint64 left = gate->opensAt - m_clock.elapsedMs();
    why.detail.insert(QStringLiteral("retry_after"), (left + 999) / 1000);
    return why;
}

} // namespace conversure::sending
