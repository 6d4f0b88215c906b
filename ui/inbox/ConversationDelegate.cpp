// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/ConversationDelegate.h"

#include "domain/Ids.h"
#include "models/ConversationListModel.h"
#include "ui/inbox/ConversationRowPainter.h"
#include "ui/widgets/Theme.h"

#include <QAbstractItemView>
#include <QDateTime>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

namespace conversure::ui {

namespace {

using Model = models::ConversationListModel;

constexpr int cacheKilobytes = 24 * 1024;

} // namespace

size_t qHash(const RowLook &look, size_t seed)
{
    const int flags =
        look.selected | look.hovered << 1 | look.focused << 2 | look.numberBar << 3 | look.rightToLeft << 4;
    return qHashMulti(seed, look.conversation, look.revision, look.time, look.window, look.width, flags, look.ratio);
}

QString windowChipText(qint64 closesAtMicroseconds, qint64 nowMicroseconds)
{
    constexpr qint64 minute = qint64(60) * 1'000'000;
    const qint64 left = (closesAtMicroseconds - nowMicroseconds) / minute;
    if (closesAtMicroseconds == 0 || left < 0 || left >= 240)
        return {};
    if (left >= 60)
        return ConversationDelegate::tr("%1 h").arg(left / 60);
    return ConversationDelegate::tr("%1 min").arg(std::max<qint64>(1, left));
}

ConversationDelegate::ConversationDelegate(QObject *parent)
    : QStyledItemDelegate(parent)
    , m_pictures(cacheKilobytes)
{
}

RowLook ConversationDelegate::lookOf(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    RowLook look;
    look.conversation = index.data(Model::IdRole).value<ConversationId>().value;
    look.revision = index.data(Model::RevisionRole).toLongLong();
    look.time = index.data(Model::TimeTextRole).toString();
    look.window =
        windowChipText(index.data(Model::WindowClosesAtRole).toLongLong(), QDateTime::currentMSecsSinceEpoch() * 1000);
    look.width = option.rect.width();
    look.selected = option.state.testFlag(QStyle::State_Selected);
    look.hovered = option.state.testFlag(QStyle::State_MouseOver);
    look.focused = m_focusShown && option.state.testFlag(QStyle::State_HasFocus);
    look.numberBar = m_numberBar;
    look.rightToLeft = option.direction == Qt::RightToLeft;
    look.ratio = option.widget ? option.widget->devicePixelRatioF() : 1;
    return look;
}

void ConversationDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const RowLook look = lookOf(option, index);
    QPixmap *picture = m_pictures.object(look);
    if (!picture) {
        picture = new QPixmap(option.rect.size() * look.ratio);
        picture->setDevicePixelRatio(look.ratio);
        QPainter rowPainter(picture);
        paintConversationRow(rowPainter, option.rect.size(), look, index, option.palette);
        rowPainter.end();
        const int kilobytes = picture->width() * picture->height() * 4 / 1024;
        const QPixmap copy = *picture; // shared; the cache may refuse and delete what it is given
        m_pictures.insert(look, picture, kilobytes);
        painter->drawPixmap(option.rect.topLeft(), copy);
        return;
    }
    painter->drawPixmap(option.rect.topLeft(), *picture);
}

QString ConversationDelegate::toolTipText(const QModelIndex &index)
{
    QStringList lines{index.data(Model::LeadNameRole).toString(), index.data(Model::NumberLabelRole).toString()};
    lines.removeAll(QString());
    for (QString &line : lines)
        line = line.toHtmlEscaped(); // a name that looks like markup stays what it is
    return lines.isEmpty() ? QString() : QStringLiteral("<qt>%1</qt>").arg(lines.join(QStringLiteral("<br>")));
}

bool ConversationDelegate::helpEvent(
    QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option, const QModelIndex &index)
{
    if (event->type() != QEvent::ToolTip)
        return QStyledItemDelegate::helpEvent(event, view, option, index);
    QToolTip::showText(event->globalPos(), toolTipText(index), view->viewport(), option.rect);
    return true;
}

QSize ConversationDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const
{
    return {measure::unit, measure::rowHeight};
}

} // namespace conversure::ui
