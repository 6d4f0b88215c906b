// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/ChatBubbles.h"

#include "domain/Ids.h"
#include "domain/MessageStatus.h"
#include "models/MessageListModel.h"
#include "ui/inbox/MessageAction.h"

#include <QDateTime>

namespace conversure::ui {

namespace {

using Model = models::MessageListModel;

constexpr qint64 groupSpan = qint64(5) * 60 * 1'000'000;

QVariant value(const Model &model, int row, int role)
{
    return model.data(model.index(row, 0), role);
}

QDateTime timeOf(const Model &model, int row)
{
    return QDateTime::fromMSecsSinceEpoch(value(model, row, Model::SortAtRole).toLongLong() / 1000);
}

} // namespace

ChatBubbles::ChatBubbles(const models::MessageListModel &model)
    : m_model(model)
    , m_cache(400)
{
}

void ChatBubbles::setGround(int paneWidth, Qt::LayoutDirection direction, const BubbleInks &inks, const QLocale &locale)
{
    m_cache.clear();
    m_paneWidth = paneWidth;
    m_direction = direction;
    m_inks = inks;
    m_locale = locale;
}

const BubbleLayout &ChatBubbles::at(int row)
{
    const QUuid id = value(m_model, row, Model::IdRole).value<MessageId>().value;
    const qint64 revision = value(m_model, row, Model::RevisionRole).toLongLong();
    const bool starts = startsGroup(row);
    const bool ends = row + 1 >= m_model.rowCount() || startsGroup(row + 1);
    const QString day = dayAbove(row);
    Entry *entry = m_cache.object(id);
    if (!entry || entry->revision != revision || entry->startsGroup != starts || entry->endsGroup != ends
        || entry->day != day) {
        BubbleContent content = contentOf(row);
        content.startsGroup = starts;
        content.endsGroup = ends;
        content.day = day;
        entry =
            new Entry{revision, starts, ends, day, BubbleLayout(std::move(content), m_paneWidth, m_direction, m_inks)};
        m_cache.insert(id, entry);
    }
    return entry->layout;
}

int ChatBubbles::estimate(int row) const
{
    return BubbleLayout::estimate(value(m_model, row, Model::TextRole).toString().size(), m_paneWidth);
}

QString ChatBubbles::dayText(const QDate &day, const QDate &today, const QLocale &locale)
{
    const qint64 ago = day.daysTo(today);
    if (ago == 0)
        return tr("Today");
    if (ago == 1)
        return tr("Yesterday");
    if (ago > 1 && ago < 7)
        return locale.dayName(day.dayOfWeek());
    return locale.toString(day, QLocale::LongFormat);
}

bool ChatBubbles::startsGroup(int row) const
{
    if (row == 0 || !dayAbove(row).isEmpty())
        return true;
    const qint64 apart =
        value(m_model, row, Model::SortAtRole).toLongLong() - value(m_model, row - 1, Model::SortAtRole).toLongLong();
    return apart > groupSpan
        || value(m_model, row, Model::DirectionRole) != value(m_model, row - 1, Model::DirectionRole)
        || value(m_model, row, Model::AuthorNameRole) != value(m_model, row - 1, Model::AuthorNameRole);
}

QString ChatBubbles::dayAbove(int row) const
{
    const QDate day = timeOf(m_model, row).date();
    if (row > 0 && timeOf(m_model, row - 1).date() == day)
        return {};
    return dayText(day, QDate::currentDate(), m_locale);
}

BubbleContent ChatBubbles::contentOf(int row) const
{
    BubbleContent content;
    content.text = value(m_model, row, Model::TextRole).toString();
    content.time = m_locale.toString(timeOf(m_model, row).time(), QLocale::ShortFormat);
    content.notice = value(m_model, row, Model::ErrorSentenceRole).toString();
    for (const MessageAction action : actionsOf(m_model.index(row, 0)))
        content.actions << actionText(action);
    const QString name = value(m_model, row, Model::TemplateRole).toString();
    if (!name.isEmpty())
        content.label = tr("Template · %1").arg(name);
    content.headerLength = value(m_model, row, Model::HeaderLengthRole).toInt();
    content.footerLength = value(m_model, row, Model::FooterLengthRole).toInt();
    content.outbound = value(m_model, row, Model::DirectionRole).toInt() == static_cast<int>(Direction::Outbound);
    return content;
}

} // namespace conversure::ui
