// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "relay/Health.h"

#include <algorithm>

namespace conversure::relay {

namespace {

/// Interpreting takes milliseconds: a minute's backlog means that somebody should look.
constexpr double backlogLimitSeconds = 60;

} // namespace

QStringList Health::notReady() const
{
    QStringList reasons;
    if (!std::all_of(m_connected.begin(), m_connected.end(), [](const auto &connected) { return connected.load(); }))
        reasons << QStringLiteral("store");
    if (!m_directoryLoaded)
        reasons << QStringLiteral("directory");
    if (m_backlogSeconds > backlogLimitSeconds)
        reasons << QStringLiteral("backlog");
    return reasons;
}

} // namespace conversure::relay
