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

QString momentText(Microseconds at, Microseconds now)
{
    const QDate day = localTime(at).date();
    const qint64 away = localTime(now).date().daysTo(day);
    if (away == 0)
        return timeText(at);
    const QString date = away > -7 && away < 7 ? QLocale().standaloneDayName(day.dayOfWeek())
                                               : QLocale().toString(day, QLocale::ShortFormat);
    return QCoreApplication::translate("Moment", "%1, %2").arg(date, timeText(at));
}

QString durationText(qint64 milliseconds)
{
    const qint64 seconds = milliseconds / 1000;
    const qint64 minutes = seconds / 60;
    const qint64 hours = minutes / 60;
    if (minutes < 1)
        return QCoreApplication::translate("Duration", "%1 s").arg(QLocale().toString(seconds));
    if (hours < 1)
        return QCoreApplication::translate("Duration", "%1 min").arg(QLocale().toString(minutes));
    if (hours >= 48)
        return QCoreApplication::translate("Duration", "%n days", nullptr, static_cast<int>(hours / 24));
    if (minutes % 60 == 0)
        return QCoreApplication::translate("Duration", "%1 h").arg(QLocale().toString(hours));
    return QCoreApplication::translate("Duration", "%1 h %2 min")
        .arg(QLocale().toString(hours), QLocale().toString(minutes % 60));
}

QString languageName(const QString &code)
{
    const QLocale locale(code);
    if (locale.language() == QLocale::C)
        return code;
    // "American English" is what the locale of "en" calls itself; the shortest of them is the language alone.
    QString name = locale.nativeLanguageName();
    const QList<QLocale> variants = QLocale::matchingLocales(locale.language(), locale.script(), QLocale::AnyTerritory);
    for (const QLocale &variant : variants) {
        const QString other = variant.nativeLanguageName();
        if (!other.isEmpty() && other.size() < name.size())
            name = other;
    }
    if (name.isEmpty())
        return code;
    return code.contains(u'_') ? QStringLiteral("%1 (%2)").arg(name, code.section(u'_', -1)) : name;
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
