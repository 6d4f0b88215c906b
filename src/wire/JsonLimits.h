// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QtGlobal>

namespace conversure::wire {

/// What untrusted JSON may cost before anybody has verified who sent it. Generous: the largest delivery a provider
/// documents is 3 MB with a thousand messages of some forty values each.
struct JsonLimits {
    static constexpr qsizetype bytes = 16 * 1024 * 1024;
    static constexpr qsizetype depth = 64;
    static constexpr qsizetype values = 500'000;
};

/// Why \a bytes are refused before they are parsed, in words for a log; null when nothing speaks against them. Judges
/// the limits and repeated keys only (QJsonDocument keeps the last of two, other readers the first: whoever relies on
/// either has been tricked); whether it is JSON at all is the parser's to say. Never reads past the end.
const char *objectionToJson(QByteArrayView bytes);

} // namespace conversure::wire
