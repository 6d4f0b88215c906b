// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/meta/MessageText.h"

#include <array>

namespace conversure::providers::meta {

namespace {

using wire::JsonReader;

/// Where the words of a type are, as members below message.<type>; "0" is the first element of a list.
struct Place {
    QLatin1StringView type;
    QLatin1StringView path;
};

constexpr Place place(const char *type, const char *path)
{
    return {QLatin1StringView(type), QLatin1StringView(path)};
}

/// Of several places of one type the first that holds words counts.
constexpr std::array places{
    place("text", "body"),
    place("image", "caption"),
    place("video", "caption"),
    place("document", "caption"),
    place("document", "filename"),
    place("location", "name"),
    place("location", "address"),
    place("contacts", "0/name/formatted_name"),
    place("button", "text"),
    place("interactive", "button_reply/title"),
    place("interactive", "list_reply/title"),
    place("interactive", "nfm_reply/body"),
    place("reaction", "emoji"),
    place("order", "text"),
    place("system", "body"),
    place("edit", "message/text/body"),
    place("edit", "message/image/caption"),
    place("edit", "message/video/caption"),
    place("edit", "message/document/caption"),
};

QString textAt(JsonReader reader, QLatin1StringView path)
{
    for (const QString &step : QString(path).split(u'/'))
        reader = step == QStringLiteral("0") ? reader.at(0) : reader[step];
    return reader.textOr();
}

} // namespace

QString textOfMessage(const JsonReader &message, const QString &type)
{
    for (const Place &place : places) {
        if (place.type != type)
            continue;
        const QString text = textAt(message[type], place.path);
        if (!text.isEmpty())
            return text;
    }
    return {};
}

} // namespace conversure::providers::meta
