// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Rows.h"

#include <QString>

namespace conversure::models {

/// Texts that several models show, translated and in the locale of the person.

/// "10:42".
QString timeText(Microseconds at);
/// As the conversation list shows it: "10:42" today, a weekday within a week, then the date.
QString listTimeText(Microseconds at, qint64 nowMs);

/// For a sentence, "until …" or "closed …": "10:42" today, else with its day: "Thursday, 10:42".
QString momentText(Microseconds at, Microseconds now);
/// How long something lasts, in at most two units and rounded down: "45 s", "41 min", "3 h 12 min", "2 days".
QString durationText(qint64 milliseconds);

/// A language in its own words where the code is known: who reads it will know it by that name. Two variants of one
/// ("en_US") are told apart by the country.
QString languageName(const QString &code);

/// What stands for a message without text: "Photo".
QString contentWord(ContentType type);
/// One line for the list.
QString previewText(const ConversationRow &row);
/// What a bubble says: never empty.
QString messageText(const MessageRow &row);

} // namespace conversure::models
