// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"

#include <QString>

#include <optional>

namespace conversure::relay {

/// How a job ended for this relay, and what the store is told of it.
struct JobEnd {
    enum class Kind {
        Done,
        Later, ///< Another try, by whichever relay.
        Dead, ///< No further try would help.
    };
    Kind kind = Kind::Done;
    QString reason = {}; ///< A code; nothing secret.
    std::optional<int> delaySeconds = std::nullopt; ///< For Later; none: longer each time.

    static JobEnd later(const QString &reason, std::optional<int> delaySeconds = std::nullopt)
    {
        return {Kind::Later, reason, delaySeconds};
    }
    static JobEnd dead(const QString &reason) { return {Kind::Dead, reason, std::nullopt}; }
};

} // namespace conversure::relay
