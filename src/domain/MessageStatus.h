// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringView>

#include <optional>

namespace conversure {

/// Where a message stands, as `messages.status` names it. Queued exists only in the client that typed it.
enum class MessageStatus { Queued, Sending, Unconfirmed, Sent, Delivered, Read, Failed, Received };

QString toText(MessageStatus status);
std::optional<MessageStatus> messageStatusFromText(QStringView text);

enum class Direction { Inbound, Outbound };

QString toText(Direction direction);
std::optional<Direction> directionFromText(QStringView text);

/// What a message carries, as `messages.content_type` names it.
enum class ContentType {
    Text,
    Image,
    Audio,
    Video,
    Document,
    Sticker,
    Location,
    Contacts,
    Interactive,
    Template,
    Reaction,
    Unsupported,
};

QString toText(ContentType type);
std::optional<ContentType> contentTypeFromText(QStringView text);

} // namespace conversure
