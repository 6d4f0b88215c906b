// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/MessageStatus.h"

#include <QPoint>

class QPainter;
class QPalette;

namespace conversure::ui {

class BubbleLayout;

/// What of a bubble changes without changing its geometry.
struct BubbleState {
    MessageStatus status = MessageStatus::Received;
    int selectionStart = 0;
    int selectionEnd = 0; ///< Equal to the start: nothing is selected.
    int focusedLink = -1;
    bool focused = false; ///< The whole bubble has keyboard focus.
    int focusedAction = -1;
    int hoveredAction = -1;
};

/// Paints a laid out message with its row's top left corner at \a origin.
void paintBubble(QPainter &painter, const BubbleLayout &layout, const QPoint &origin, const BubbleState &state,
    const QPalette &palette);

/// The quiet stand-in for messages that are on their way.
void paintSkeleton(QPainter &painter, const QSize &pane, Qt::LayoutDirection direction, const QPalette &palette);

/// A status as its icon: clock, one tick, two ticks, two coloured ticks, alert.
void paintTicks(
    QPainter &painter, const QRect &rect, MessageStatus status, const QColor &quiet, const QPalette &palette);

} // namespace conversure::ui
