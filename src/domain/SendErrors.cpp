// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "domain/SendErrors.h"

#include <array>

namespace conversure {

namespace {

constexpr std::array classNames{
    QLatin1StringView("invalid_content"),
    QLatin1StringView("not_reachable"),
    QLatin1StringView("window_closed"),
    QLatin1StringView("opted_out"),
    QLatin1StringView("marketing_cap"),
    QLatin1StringView("template_problem"),
    QLatin1StringView("pace_limited"),
    QLatin1StringView("provider_limit"),
    QLatin1StringView("auth_problem"),
    QLatin1StringView("account_problem"),
    QLatin1StringView("provider_down"),
    QLatin1StringView("unknown"),
};
static_assert(classNames.size() == static_cast<size_t>(SendErrorClass::Unknown) + 1);

} // namespace

QString toText(SendErrorClass errorClass)
{
    return classNames.at(static_cast<size_t>(errorClass));
}

std::optional<SendErrorClass> sendErrorClassFromText(QStringView text)
{
    for (size_t i = 0; i < classNames.size(); ++i) {
        if (text == classNames[i])
            return static_cast<SendErrorClass>(i);
    }
    return std::nullopt;
}

} // namespace conversure
