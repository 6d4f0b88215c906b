// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/MessageStatus.h"

#include <QSet>
#include <QString>

namespace conversure {

/// What a provider can do, asked before the call: nobody finds out by failing.
struct Capabilities {
    QSet<ContentType> sends;
    int maxTextLength = 0; ///< In UTF-16 code units, as QString counts; the provider's own limit.
    bool serviceWindow = false; ///< Free text only within 24 hours of the lead's last message.
    bool deliveryReceipts = false;
    bool readReceipts = false;
    bool carriesAttemptId = false; ///< Our attempt id comes back in every status of the message.
};

} // namespace conversure
