// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/BubblePainter.h"

#include "ui/inbox/BubbleLayout.h"
#include "ui/widgets/Fonts.h"
#include "ui/widgets/Icon.h"
#include "ui/widgets/ProxyStyle.h"
#include "ui/widgets/TextDrawing.h"
#include "ui/widgets/Theme.h"

#include <QPainter>
#include <QPainterPath>
#include <QPalette>
#include <QStyle>

namespace conversure::ui {

namespace {

struct Corners {
    qreal topLeft, topRight, bottomRight, bottomLeft;
};

QPainterPath rounded(const QRectF &r, const Corners &c)
{
    QPainterPath path;
    path.moveTo(r.left() + c.topLeft, r.top());
    path.lineTo(r.right() - c.topRight, r.top());
    path.arcTo(QRectF(r.right() - 2 * c.topRight, r.top(), 2 * c.topRight, 2 * c.topRight), 90, -90);
    path.lineTo(r.right(), r.bottom() - c.bottomRight);
    path.arcTo(
        QRectF(r.right() - 2 * c.bottomRight, r.bottom() - 2 * c.bottomRight, 2 * c.bottomRight, 2 * c.bottomRight), 0,
        -90);
    path.lineTo(r.left() + c.bottomLeft, r.bottom());
    path.arcTo(QRectF(r.left(), r.bottom() - 2 * c.bottomLeft, 2 * c.bottomLeft, 2 * c.bottomLeft), 270, -90);
    path.lineTo(r.left(), r.top() + c.topLeft);
    path.arcTo(QRectF(r.left(), r.top(), 2 * c.topLeft, 2 * c.topLeft), 180, -90);
    path.closeSubpath();
    return path;
}

QPainterPath bubblePath(const BubbleLayout &layout)
{
    constexpr qreal round = measure::bubbleRadius;
    constexpr qreal tight = measure::senderCorner;
    const qreal sender = layout.content().endsGroup ? tight : round;
    const Corners corners =
        layout.senderIsRight() ? Corners{round, round, sender, round} : Corners{round, round, round, sender};
    return rounded(QRectF(layout.bubble()).adjusted(0.5, 0.5, -0.5, -0.5), corners);
}

bool isFailed(MessageStatus status)
{
    return status == MessageStatus::Failed;
}

void paintShape(QPainter &painter, const BubbleLayout &layout, const BubbleState &state, const Theme &theme)
{
    const bool outbound = layout.content().outbound;
    const QColor fill = outbound ? theme.bubbleOut : theme.bubbleIn;
    const QColor border = isFailed(state.status) ? theme.danger : outbound || theme.dark ? fill : theme.line;
    painter.setPen(QPen(border, 1));
    painter.setBrush(fill);
    painter.drawPath(bubblePath(layout));
}

void paintDay(QPainter &painter, const BubbleLayout &layout, const Theme &theme)
{
    if (layout.dayRect().isEmpty())
        return;
    const QRect rect = layout.dayRect();
    drawLine(painter, rect, Qt::AlignHCenter, font(TextRole::Chip), theme.muted, layout.content().day);
}

void paintLabel(QPainter &painter, const BubbleLayout &layout, const Theme &theme)
{
    if (!layout.labelRect().isEmpty())
        drawLine(
            painter, layout.labelRect(), Qt::AlignHCenter, font(TextRole::Chip), theme.muted, layout.content().label);
}

void paintText(QPainter &painter, const BubbleLayout &layout, const BubbleState &state, const Theme &theme)
{
    QList<QTextLayout::FormatRange> ranges;
    if (state.selectionEnd > state.selectionStart) {
        QTextCharFormat format;
        format.setBackground(theme.accent);
        format.setForeground(theme.onAccent);
        ranges.append({state.selectionStart, state.selectionEnd - state.selectionStart, format});
    }
    painter.setPen(theme.text);
    layout.text().draw(&painter, layout.textOrigin(), ranges);
}

void paintFocusedLink(QPainter &painter, const BubbleLayout &layout, const BubbleState &state, const QPalette &palette)
{
    if (state.focusedLink < 0 || state.focusedLink >= static_cast<int>(layout.links().size()))
        return;
    const BubbleLayout::Link &link = layout.links()[static_cast<size_t>(state.focusedLink)];
    for (int i = 0; i < layout.text().lineCount(); ++i) {
        const QTextLine line = layout.text().lineAt(i);
        const int from = std::max(link.start, line.textStart());
        const int to = std::min(link.start + link.length, line.textStart() + line.textLength());
        if (from >= to)
            continue;
        const qreal a = line.cursorToX(from);
        const qreal b = line.cursorToX(to);
        const QRectF box(std::min(a, b), line.y(), std::abs(b - a), line.height());
        paintFocusRing(painter, box.translated(layout.textOrigin()).adjusted(-3, -1, 3, 1), 4, palette);
    }
}

void paintFooter(QPainter &painter, const BubbleLayout &layout, const BubbleState &state, const QPalette &palette)
{
    const Theme &theme = Theme::of(palette);
    drawLine(painter, layout.timeRect().adjusted(-2, 0, 2, 0), Qt::AlignHCenter, font(TextRole::Chip), theme.muted,
        layout.content().time);
    if (!layout.tickRect().isEmpty())
        paintTicks(painter, layout.tickRect(), state.status, theme.muted, palette);
}

void paintNotice(QPainter &painter, const BubbleLayout &layout, const BubbleState &state, const QPalette &palette)
{
    const Theme &theme = Theme::of(palette);
    if (layout.notice()) {
        painter.setPen(isFailed(state.status) ? theme.danger : theme.warn);
        layout.notice()->draw(&painter, layout.noticeOrigin());
    }
}

void paintActions(QPainter &painter, const BubbleLayout &layout, const BubbleState &state, const QPalette &palette)
{
    const Theme &theme = Theme::of(palette);
    for (int i = 0; i < static_cast<int>(layout.actionRects().size()); ++i) {
        const QRect rect = layout.actionRects()[static_cast<size_t>(i)];
        const QRectF frame = QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5);
        painter.setPen(QPen(theme.line, 1));
        painter.setBrush(state.hoveredAction == i ? theme.hover : theme.raised);
        painter.drawRoundedRect(frame, measure::controlRadius, measure::controlRadius);
        drawLine(painter, rect, Qt::AlignHCenter, font(TextRole::Preview), theme.text, layout.content().actions.at(i));
        if (state.focusedAction == i)
            paintFocusRing(painter, rect, measure::controlRadius - 1, palette);
    }
}

} // namespace

void paintTicks(
    QPainter &painter, const QRect &rect, MessageStatus status, const QColor &quiet, const QPalette &palette)
{
    const Theme &theme = Theme::of(palette);
    IconName name = IconName::Clock;
    QColor color = quiet;
    switch (status) {
    case MessageStatus::Queued:
    case MessageStatus::Sending:
        break;
    case MessageStatus::Unconfirmed:
        name = IconName::CircleQuestion;
        color = theme.warn;
        break;
    case MessageStatus::Sent:
        name = IconName::Check;
        break;
    case MessageStatus::Delivered:
        name = IconName::CheckCheck;
        break;
    case MessageStatus::Read:
        name = IconName::CheckCheck;
        color = theme.readTick;
        break;
    case MessageStatus::Failed:
        name = IconName::CircleAlert;
        color = theme.danger;
        break;
    case MessageStatus::Received:
        return;
    }
    painter.drawPixmap(rect.topLeft(), iconPixmap(name, color, rect.width(), painter.device()->devicePixelRatioF()));
}

void paintBubble(QPainter &painter, const BubbleLayout &layout, const QPoint &origin, const BubbleState &state,
    const QPalette &palette)
{
    const Theme &theme = Theme::of(palette);
    painter.save();
    painter.translate(origin);
    painter.setRenderHint(QPainter::Antialiasing);
    paintDay(painter, layout, theme);
    paintShape(painter, layout, state, theme);
    paintLabel(painter, layout, theme);
    paintText(painter, layout, state, theme);
    paintFooter(painter, layout, state, palette);
    paintNotice(painter, layout, state, palette);
    paintActions(painter, layout, state, palette);
    paintFocusedLink(painter, layout, state, palette);
    if (state.focused)
        paintFocusRing(painter, QRectF(layout.bubble()).adjusted(-3, -3, 3, 3), measure::bubbleRadius + 2, palette);
    painter.restore();
}

void paintSkeleton(QPainter &painter, const QSize &pane, Qt::LayoutDirection direction, const QPalette &palette)
{
    struct Bar {
        int width, height;
        bool outbound;
    };
    static constexpr Bar bars[] = {
        {220, 34, false}, {320, 52, false}, {180, 34, true}, {280, 52, true}, {240, 34, false}};
    const int column = std::min(pane.width() - 32, measure::columnMaxWidth);
    const int left = (pane.width() - column) / 2;
    int bottom = pane.height() - 16;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(Theme::of(palette).hover);
    for (const Bar &bar : bars) {
        const int x = bar.outbound ? left + column - bar.width : left;
        const QRect rect = QStyle::visualRect(
            direction, QRect(QPoint(0, 0), pane), QRect(x, bottom - bar.height, bar.width, bar.height));
        painter.drawRoundedRect(rect, measure::bubbleRadius, measure::bubbleRadius);
        bottom -= bar.height + 12;
    }
    painter.restore();
}

} // namespace conversure::ui
