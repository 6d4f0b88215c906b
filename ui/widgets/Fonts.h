// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFont>

namespace conversure::ui {

/// What a piece of text is for; decides size and weight.
enum class TextRole {
    Body, ///< 13 px
    BodyStrong,
    Preview, ///< 12 px
    Chip, ///< 11 px: chips and times
    Title, ///< 15 px semi-bold: pane titles
    Display, ///< 22 px semi-bold: the sign-in page
};

/// The desktop's own family first, then families that carry Arabic, Cyrillic and coloured emoji. A desktop font that
/// draws emoji as outlines itself steps behind them, or it would win against the coloured ones.
QFont font(TextRole role);

/// Lays out one short text of all scripts and emoji, so that their fonts are loaded.
void warmFonts();

/// Makes font(TextRole::Body) the font of the whole application.
void applyFonts();

} // namespace conversure::ui
