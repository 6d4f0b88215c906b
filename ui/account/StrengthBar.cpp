// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/account/StrengthBar.h"

#include "ui/widgets/Theme.h"

#include <QPainter>

namespace conversure::ui {

namespace {

using Level = models::PasswordStrength::Level;

constexpr int barHeight = 4;
constexpr int barGap = 4;
constexpr int bars = 3;

int filledBars(Level level)
{
    return std::max(0, static_cast<int>(level) - static_cast<int>(Level::TooShort));
}

QColor barColor(Level level, const Theme &theme)
{
    return level == Level::Strong ? theme.ok : level == Level::Fair ? theme.info : theme.warn;
}

} // namespace

StrengthBar::StrengthBar(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void StrengthBar::setStrength(const models::PasswordStrength &strength)
{
    m_level = strength.level;
    update();
}

QSize StrengthBar::sizeHint() const
{
    return {96, barHeight + 4};
}

void StrengthBar::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    const qreal length = (width() - (bars - 1) * barGap) / qreal(bars);
    for (int i = 0; i < bars; ++i) {
        const int place = isRightToLeft() ? bars - 1 - i : i;
        painter.setBrush(i < filledBars(m_level) ? barColor(m_level, theme) : theme.line);
        const QRectF bar(place * (length + barGap), (height() - barHeight) / 2.0, length, barHeight);
        painter.drawRoundedRect(bar, barHeight / 2.0, barHeight / 2.0);
    }
}

} // namespace conversure::ui
