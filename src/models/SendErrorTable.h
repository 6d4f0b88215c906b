// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/SendErrors.h"

#include <QJsonObject>
#include <QString>

namespace conversure::models {

/// Whether the same message may be tried again.
enum class Retry {
    No,
    Yes, ///< At once, or from the time among the figures.
    Later, ///< From the time among the figures only.
};

/// What is said about a code or a class of codes.
struct SendErrorRule {
    const char *codes; ///< Separated by blanks; one that ends with ":" or "-" stands for all that begin so.
    NextStep step;
    Retry retry;
    const char *sentence; ///< English source text; translated with context "SendError".
};

/// The rule for a code, else for the class among \a detail, else the general one, whose sentence has a place for the
/// code. Never fails.
const SendErrorRule &sendErrorRule(const QString &code, const QJsonObject &detail);

/// Whether it is the general one.
bool isUnknownSendError(const SendErrorRule &rule);

} // namespace conversure::models
