// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QPainter;
class QStyleOption;
class QStyleOptionComboBox;

namespace conversure::ui {

/// A box to tick or a round one to choose by, with its tick or point. \a rect of the option is the box.
void paintCheckBox(QPainter &painter, const QStyleOption &option);
void paintRadioButton(QPainter &painter, const QStyleOption &option);

/// The frame of a combo box with its arrow at the trailing end; an editable one looks like a line to type in.
void paintComboBox(QPainter &painter, const QStyleOptionComboBox &option);

/// How wide the place of the arrow is.
inline constexpr int comboArrowWidth = 32;

} // namespace conversure::ui
