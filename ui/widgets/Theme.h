// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QPalette>

#include <array>

class QApplication;

namespace conversure::ui {

enum class ThemeMode { Auto, Light, Dark };

/// Every colour of the client, for one lightness. Widgets ask Theme::of(palette()) when they paint, so a change of the
/// palette is a change of the theme.
struct Theme {
    bool dark = false;
    QColor window, base, raised; ///< Page, panes, menus and cards.
    QColor hover, selected; ///< Rows.
    QColor line;
    QColor text, muted, faint; ///< faint is not for the grounds `selected`, `bubbleOut` and `noteGround`.
    QColor accent, onAccent;
    QColor bubbleIn, bubbleOut, noteGround, noteBar;
    QColor link, readTick;
    QColor danger, dangerGround, warn, warnGround, ok, info;
    std::array<QColor, 12> avatars; ///< Grounds; the initials are `onAvatar`.
    QColor onAvatar;

    static const Theme &day();
    static const Theme &night();
    /// The theme that made the palette (or is nearest to it).
    static const Theme &of(const QPalette &palette);

    QPalette palette() const;
};

/// The measures of the house, in logical pixels.
namespace measure {
inline constexpr int unit = 8;
inline constexpr int controlRadius = 6;
inline constexpr int bubbleRadius = 12;
inline constexpr int senderCorner = 4;
inline constexpr int rowHeight = 68;
inline constexpr int headerHeight = 48;
inline constexpr int statusBarHeight = 24;
inline constexpr int controlHeight = 32;
inline constexpr int focusRing = 2;
inline constexpr int iconSize = 20;
inline constexpr int bubbleMaxWidth = 640;
inline constexpr int columnMaxWidth = 880;
inline constexpr int scrollBar = 8;
} // namespace measure

/// Sets style, palette and fonts of the whole application. Auto follows the desktop's own palette.
void applyTheme(ThemeMode mode);

} // namespace conversure::ui
