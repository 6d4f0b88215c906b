// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/Texts.h"

#include "models/MessageListModel.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <array>

namespace conversure::models {

namespace {

constexpr std::array contentWords{
    QT_TRANSLATE_NOOP("ContentWord", "Message"),
    QT_TRANSLATE_NOOP("ContentWord", "Photo"),
    QT_TRANSLATE_NOOP("ContentWord", "Voice message"),
    QT_TRANSLATE_NOOP("ContentWord", "Video"),
    QT_TRANSLATE_NOOP("ContentWord", "Document"),
    QT_TRANSLATE_NOOP("ContentWord", "Sticker"),
    QT_TRANSLATE_NOOP("ContentWord", "Location"),
    QT_TRANSLATE_NOOP("ContentWord", "Contact"),
    QT_TRANSLATE_NOOP("ContentWord", "Choice"),
    QT_TRANSLATE_NOOP("ContentWord", "Template"),
    QT_TRANSLATE_NOOP("ContentWord", "Reaction"),
    QT_TRANSLATE_NOOP("ContentWord", "Unsupported message"),
};

constexpr std::array statusWords{
    QT_TRANSLATE_NOOP("StatusWord", "queued"),
    QT_TRANSLATE_NOOP("StatusWord", "sending"),
    QT_TRANSLATE_NOOP("StatusWord", "unconfirmed"),
    QT_TRANSLATE_NOOP("StatusWord", "sent"),
    QT_TRANSLATE_NOOP("StatusWord", "delivered"),
    QT_TRANSLATE_NOOP("StatusWord", "read"),
    QT_TRANSLATE_NOOP("StatusWord", "failed"),
    QT_TRANSLATE_NOOP("StatusWord", "received"),
};

QDateTime localTime(Microseconds at)
{
    return QDateTime::fromMSecsSinceEpoch(at / 1000);
}

} // namespace

QString timeText(Microseconds at)
{
    return QLocale().toString(localTime(at).time(), QLocale::ShortFormat);
}

QString listTimeText(Microseconds at, qint64 nowMs)
{
    const QDate day = localTime(at).date();
    const qint64 daysAgo = day.daysTo(QDateTime::fromMSecsSinceEpoch(nowMs).date());
    // A message from "tomorrow" comes from a clock that is a little ahead.
    if (daysAgo <= 0)
        return timeText(at);
    if (daysAgo < 7)
        return QLocale().standaloneDayName(day.dayOfWeek(), QLocale::ShortFormat);
    return QLocale().toString(day, QLocale::ShortFormat);
}

QString contentWord(ContentType type)
{
    return QCoreApplication::translate("ContentWord", contentWords.at(static_cast<size_t>(type)));
}

QString statusWord(MessageStatus status)
{
    return QCoreApplication::translate("StatusWord", statusWords.at(static_cast<size_t>(status)));
}

QString previewText(const ConversationRow &row)
{
    const QString text = row.lastPreview.simplified();
    if (!text.isEmpty() || row.lastContentType == ContentType::Text)
        return text;
    return contentWord(row.lastContentType);
}

QString messageText(const MessageRow &row)
{
    if (row.contentType == ContentType::Unsupported) {
        const QString kind = row.originalType.isEmpty() ? contentWord(row.contentType) : row.originalType;
        return QCoreApplication::translate("MessageText",
            "This kind of message cannot be shown here (%1). Ask the lead to send it as text, or open WhatsApp on the "
            "phone.")
            .arg(kind);
    }
    return row.text.isEmpty() ? contentWord(row.contentType) : row.text;
}

} // namespace conversure::models
