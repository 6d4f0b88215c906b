// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QIcon>
#include <QPixmap>

namespace conversure::ui {

/// The line icons of the house (Lucide, see resources/icons/LICENSE).
enum class IconName {
    ArrowDown,
    Back, ///< Points: mirrored in a right-to-left window.
    Ban,
    Check,
    CheckCheck,
    ChevronDown,
    CircleAlert,
    CircleQuestion,
    Clock,
    Close,
    Copy,
    ExternalLink,
    Eye,
    EyeOff,
    FileText,
    Image,
    Menu,
    PanelRight, ///< Points.
    Phone,
    Reply, ///< Points.
    Search,
    Template,
    User,
    Video,
};

/// A tinted icon for a painter; cached.
QPixmap iconPixmap(IconName name, const QColor &color, int size, qreal devicePixelRatio, bool mirrored = false);

/// An icon for a button: muted text colour of the palette at the moment of painting, mirrored when it points and the
/// application runs right to left.
QIcon icon(IconName name);

} // namespace conversure::ui
