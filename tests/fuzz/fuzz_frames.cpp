// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "feed/Frames.h"

#include <QJsonDocument>

#include <cstdlib>

using namespace conversure;

namespace {

/// What was understood once must be understood again, and say the same.
void demandRoundTrip(const feed::Change &change)
{
    const QJsonObject json = feed::toJson(change);
    const Result<std::optional<feed::Change>> again = feed::changeFromJson(json);
    if (!again || !*again || feed::toJson(**again) != json)
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    if (const Result<feed::Hello> hello = feed::helloFromBytes(bytes);
        hello && !feed::helloFromBytes(feed::encode(*hello)))
        std::abort();
    const Result<feed::ServerFrame> frame = feed::serverFrameFromBytes(bytes);
    if (!frame)
        return 0;
    if (const auto *changes = std::get_if<feed::Changes>(&*frame)) {
        for (const feed::Change &change : changes->changes)
            demandRoundTrip(change);
    }
    return 0;
}
