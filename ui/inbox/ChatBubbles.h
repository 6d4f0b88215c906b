// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/inbox/BubbleLayout.h"

#include <QCache>
#include <QCoreApplication>
#include <QDate>
#include <QLocale>
#include <QUuid>

namespace conversure::models {
class MessageListModel;
}

namespace conversure::ui {

/// The laid out bubbles of a message model, only those near the screen; an entry lives as long as its message's
/// revision and its neighbourhood stay what they were.
class ChatBubbles
{
    Q_DECLARE_TR_FUNCTIONS(conversure::ui::ChatBubbles)

public:
    explicit ChatBubbles(const models::MessageListModel &model);

    /// Forgets everything that was laid out for another width, direction, palette or language.
    void setGround(int paneWidth, Qt::LayoutDirection direction, const BubbleInks &inks, const QLocale &locale);

    /// Valid until the next call.
    const BubbleLayout &at(int row);
    int estimate(int row) const;

    /// "Today", "Yesterday", a weekday within a week, else the date.
    static QString dayText(const QDate &day, const QDate &today, const QLocale &locale);

private:
    struct Entry {
        qint64 revision;
        bool startsGroup;
        bool endsGroup;
        QString day;
        BubbleLayout layout;
    };

    bool startsGroup(int row) const;
    QString dayAbove(int row) const;
    BubbleContent contentOf(int row) const;

    const models::MessageListModel &m_model;
    QCache<QUuid, Entry> m_cache;
    QLocale m_locale;
    BubbleInks m_inks;
    int m_paneWidth = 600;
    Qt::LayoutDirection m_direction = Qt::LeftToRight;
};

} // namespace conversure::ui
