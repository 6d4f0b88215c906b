// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Rows.h"

#include <optional>

namespace conversure {

/// How many messages a day allows, of a number or of a user.
struct SendQuota {
    qint64 limit = 0;
    qint64 used = 0;
    Microseconds freesAt = 0; ///< When the day is over and all of it is there again.

    qint64 left() const { return limit > used ? limit - used : 0; }
    friend bool operator==(const SendQuota &a, const SendQuota &b) = default;
};

/// What the store says of today, to whoever writes in a conversation.
struct SendLimits {
    Microseconds now = 0; ///< By the store's clock, which is that of every rule.
    std::optional<SendQuota> number; ///< None: no limit.
    std::optional<SendQuota> agent; ///< The caller's own.
};

} // namespace conversure
