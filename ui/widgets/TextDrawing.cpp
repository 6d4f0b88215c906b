// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/TextDrawing.h"

#include <QFontMetrics>
#include <QPainter>

namespace conversure::ui {

void drawLine(QPainter &painter, const QRect &rect, Qt::Alignment visual, const QFont &font, const QColor &color,
    const QString &text)
{
    const Qt::LayoutDirection before = painter.layoutDirection();
    painter.setLayoutDirection(text.isRightToLeft() ? Qt::RightToLeft : Qt::LeftToRight);
    painter.setFont(font);
    painter.setPen(color);
    const QString shown = QFontMetrics(font).elidedText(text, Qt::ElideRight, rect.width());
    const Qt::Alignment alignment = visual | Qt::AlignVCenter | Qt::AlignAbsolute;
    painter.drawText(rect, static_cast<int>(alignment) | Qt::TextSingleLine, shown);
    painter.setLayoutDirection(before);
}

QString isolated(const QString &reference)
{
    constexpr QChar leftToRightIsolate(0x2066);
    constexpr QChar popIsolate(0x2069);
    return reference.isEmpty() ? reference : leftToRightIsolate + reference + popIsolate;
}

} // namespace conversure::ui
