// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ChoicePainting.h"

#include "ui/widgets/Icon.h"
#include "ui/widgets/ProxyStyle.h"
#include "ui/widgets/Theme.h"

#include <QPainter>
#include <QStyleOption>

namespace conversure::ui {

namespace {

constexpr int boxRadius = 4;
constexpr int arrowSize = 16;

struct BoxColors {
    QColor fill, border, mark;
};

BoxColors colorsOf(const QStyleOption &option)
{
    const Theme &theme = Theme::of(option.palette);
    const bool chosen = option.state & (QStyle::State_On | QStyle::State_NoChange);
    if (!(option.state & QStyle::State_Enabled))
        return {theme.window, theme.line, theme.faint};
    if (chosen)
        return {theme.accent, theme.accent, theme.onAccent};
    // Fainter borders of controls vanish on the dark ground, and a box has no words of its own to be found by.
    return {option.state & QStyle::State_MouseOver ? theme.hover : theme.base, theme.faint, theme.onAccent};
}

void drawMark(QPainter &painter, const QRect &rect, IconName name, const QColor &color)
{
    const qreal ratio = painter.device()->devicePixelRatioF();
    painter.drawPixmap(rect.topLeft(), iconPixmap(name, color, std::min(rect.width(), rect.height()), ratio));
}

} // namespace

void paintCheckBox(QPainter &painter, const QStyleOption &option)
{
    const BoxColors colors = colorsOf(option);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colors.border, 1));
    painter.setBrush(colors.fill);
    painter.drawRoundedRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5), boxRadius, boxRadius);
    if (option.state & QStyle::State_On)
        drawMark(painter, option.rect.adjusted(1, 1, -1, -1), IconName::Check, colors.mark);
    painter.restore();
}

void paintRadioButton(QPainter &painter, const QStyleOption &option)
{
    const BoxColors colors = colorsOf(option);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colors.border, 1));
    painter.setBrush(colors.fill);
    painter.drawEllipse(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5));
    if (option.state & QStyle::State_On) {
        const qreal inset = option.rect.width() * 0.3;
        painter.setPen(Qt::NoPen);
        painter.setBrush(colors.mark);
        painter.drawEllipse(QRectF(option.rect).adjusted(inset, inset, -inset, -inset));
    }
    painter.restore();
}

void paintComboBox(QPainter &painter, const QStyleOptionComboBox &option)
{
    const Theme &theme = Theme::of(option.palette);
    const bool enabled = option.state & QStyle::State_Enabled;
    const bool lively = enabled && !option.editable && option.state & QStyle::State_MouseOver;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.line, 1));
    painter.setBrush(!enabled ? theme.window : lively ? theme.hover : theme.base);
    painter.drawRoundedRect(
        QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5), measure::controlRadius, measure::controlRadius);
    const QRect place(option.rect.right() - comboArrowWidth + 1 + (comboArrowWidth - arrowSize) / 2,
        option.rect.center().y() - arrowSize / 2 + 1, arrowSize, arrowSize);
    drawMark(painter, QStyle::visualRect(option.direction, option.rect, place), IconName::ChevronDown,
        enabled ? theme.muted : theme.faint);
    painter.restore();
    if (option.state & QStyle::State_HasFocus)
        paintFocusRing(painter, option.rect, measure::controlRadius - 1, option.palette);
}

} // namespace conversure::ui
