// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "domain/MessageStatus.h"

#include <array>

namespace conversure {

namespace {

template <class Enum, size_t N>
QString nameOf(const std::array<QLatin1StringView, N> &names, Enum value)
{
    return names.at(static_cast<size_t>(value));
}

template <class Enum, size_t N>
std::optional<Enum> valueOf(const std::array<QLatin1StringView, N> &names, QStringView text)
{
    for (size_t i = 0; i < N; ++i) {
        if (text == names[i])
            return static_cast<Enum>(i);
    }
    return std::nullopt;
}

constexpr std::array statusNames{
    QLatin1StringView("queued"),
    QLatin1StringView("sending"),
    QLatin1StringView("unconfirmed"),
    QLatin1StringView("sent"),
    QLatin1StringView("delivered"),
    QLatin1StringView("read"),
    QLatin1StringView("failed"),
    QLatin1StringView("received"),
};

constexpr std::array directionNames{QLatin1StringView("INBOUND"), QLatin1StringView("OUTBOUND")};

constexpr std::array contentNames{
    QLatin1StringView("TEXT"),
    QLatin1StringView("IMAGE"),
    QLatin1StringView("AUDIO"),
    QLatin1StringView("VIDEO"),
    QLatin1StringView("DOCUMENT"),
    QLatin1StringView("STICKER"),
    QLatin1StringView("LOCATION"),
    QLatin1StringView("CONTACTS"),
    QLatin1StringView("INTERACTIVE"),
    QLatin1StringView("TEMPLATE"),
    QLatin1StringView("REACTION"),
    QLatin1StringView("UNSUPPORTED"),
};

} // namespace

QString toText(MessageStatus status)
{
    return nameOf(statusNames, status);
}

std::optional<MessageStatus> messageStatusFromText(QStringView text)
{
    return valueOf<MessageStatus>(statusNames, text);
}

QString toText(Direction direction)
{
    return nameOf(directionNames, direction);
}

std::optional<Direction> directionFromText(QStringView text)
{
    return valueOf<Direction>(directionNames, text);
}

QString toText(ContentType type)
{
    return nameOf(contentNames, type);
}

std::optional<ContentType> contentTypeFromText(QStringView text)
{
    return valueOf<ContentType>(contentNames, text);
}

} // namespace conversure
