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

/// What stands for a message without text: "Photo".
QString contentWord(ContentType type);
/// One line for the list.
QString previewText(const ConversationRow &row);
/// What a bubble says: never empty.
QString messageText(const MessageRow &row);

/// Can sending again help after this error? No for what will fail in the same way again.
bool canRetry(const QString &errorCode);

} // namespace conversure::models
