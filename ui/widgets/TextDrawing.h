// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QRect>
#include <QString>

class QPainter;

namespace conversure::ui {

/// Draws one line in \a rect, shortened with dots at the end of the *text*: on the left for Arabic, whatever the
/// window's direction. \a visual is Qt::AlignLeft or Qt::AlignRight on the screen. The line is centred vertically.
void drawLine(QPainter &painter, const QRect &rect, Qt::Alignment visual, const QFont &font, const QColor &color,
    const QString &text);

/// Wraps a phone number or a reference so that it reads left to right inside any text.
QString isolated(const QString &reference);

} // namespace conversure::ui
