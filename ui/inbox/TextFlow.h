// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSize>
#include <QString>
#include <QTextLayout>

namespace conversure::ui {

/// Lays out all lines of \a layout at \a width, by the direction of its own text; gives back the widest line's natural
/// width and the height, rounded up. A right-to-left text stands at the right end of \a width: draw it with
/// flowShift() to bring it where its size says.
QSize flowText(QTextLayout &layout, int width);

/// How far to the left a text that fills only \a natural of \a width is to be drawn.
int flowShift(const QTextLayout &layout, int natural, int width);

/// A text with line breaks as QTextLayout takes them.
QString withLineSeparators(QString text);

} // namespace conversure::ui
