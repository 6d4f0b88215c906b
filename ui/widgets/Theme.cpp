// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Theme.h"

#include "ui/widgets/Fonts.h"
#include "ui/widgets/ProxyStyle.h"

#include <QApplication>
#include <QWidget>

namespace conversure::ui {

namespace {

Theme makeLight()
{
    Theme t;
    t.dark = false;
    t.window = QColor(0xF4F5F6);
    t.base = QColor(0xFFFFFF);
    t.raised = QColor(0xFFFFFF);
    t.hover = QColor(0xEEF1F2);
    t.selected = QColor(0xDDF1EE);
    t.line = QColor(0xDDE1E4);
    t.text = QColor(0x16202A);
    t.muted = QColor(0x51606C);
    t.faint = QColor(0x5D6A76);
    t.accent = QColor(0x0A7266);
    t.onAccent = QColor(0xFFFFFF);
    t.bubbleIn = QColor(0xFFFFFF);
    t.bubbleOut = QColor(0xD8F0EA);
    t.noteGround = QColor(0xFFF3D6);
    t.noteBar = QColor(0xB7791F);
    t.link = QColor(0x0B64A0);
    t.readTick = QColor(0x0B69B8);
    t.danger = QColor(0xB42318);
    t.dangerGround = QColor(0xFDECEA);
    t.warn = QColor(0x8A5A00);
    t.warnGround = QColor(0xFFF3D6);
    t.ok = QColor(0x186F42);
    t.info = QColor(0x1D5FA8);
    t.avatars = {QColor(0x4F6D8F), QColor(0x7A5C8E), QColor(0x8C5A6B), QColor(0x8F5F49), QColor(0x7B6A3A),
        QColor(0x5B7350), QColor(0x3F7568), QColor(0x3E7085), QColor(0x5A64A0), QColor(0x6E6172), QColor(0x60686F),
        QColor(0x86584F)};
    t.onAvatar = QColor(0xFFFFFF);
    return t;
}

Theme makeDark()
{
    Theme t;
    t.dark = true;
    t.window = QColor(0x15181B);
    t.base = QColor(0x1B1F23);
    t.raised = QColor(0x22272C);
    t.hover = QColor(0x262C31);
    t.selected = QColor(0x173F3B);
    t.line = QColor(0x30373D);
    t.text = QColor(0xE8ECEF);
    t.muted = QColor(0xA3AFB8);
    t.faint = QColor(0x8A97A1);
    t.accent = QColor(0x3CC2B0);
    t.onAccent = QColor(0x06231F);
    t.bubbleIn = QColor(0x252B30);
    t.bubbleOut = QColor(0x17443E);
    t.noteGround = QColor(0x3A3013);
    t.noteBar = QColor(0xD9A441);
    t.link = QColor(0x6CC3F0);
    t.readTick = QColor(0x6BB8FF);
    t.danger = QColor(0xFF8A7E);
    t.dangerGround = QColor(0x3B1D1A);
    t.warn = QColor(0xF2C063);
    t.warnGround = QColor(0x3A3013);
    t.ok = QColor(0x5ED39A);
    t.info = QColor(0x7FB8F5);
    t.avatars = {QColor(0x3F5772), QColor(0x624A72), QColor(0x704856), QColor(0x724C3B), QColor(0x63552F),
        QColor(0x495C40), QColor(0x325E53), QColor(0x325A6B), QColor(0x485080), QColor(0x584E5B), QColor(0x4D5359),
        QColor(0x6B463F)};
    t.onAvatar = QColor(0xF2F4F5);
    return t;
}

bool desktopIsDark()
{
    QApplication::setPalette(QPalette()); // gives back the desktop's own
    return QApplication::palette().color(QPalette::Window).lightness() < 128;
}

} // namespace

const Theme &Theme::day()
{
    static const Theme theme = makeLight();
    return theme;
}

const Theme &Theme::night()
{
    static const Theme theme = makeDark();
    return theme;
}

const Theme &Theme::of(const QPalette &palette)
{
    return palette.color(QPalette::Window).lightness() < 128 ? night() : day();
}

QPalette Theme::palette() const
{
    QPalette p;
    const auto all = [&p](QPalette::ColorRole role, const QColor &color) { p.setColor(role, color); };
    all(QPalette::Window, window);
    all(QPalette::WindowText, text);
    all(QPalette::Base, base);
    all(QPalette::AlternateBase, window);
    all(QPalette::Text, text);
    all(QPalette::Button, raised);
    all(QPalette::ButtonText, text);
    all(QPalette::BrightText, danger);
    all(QPalette::Highlight, accent);
    all(QPalette::HighlightedText, onAccent);
    all(QPalette::ToolTipBase, raised);
    all(QPalette::ToolTipText, text);
    all(QPalette::PlaceholderText, faint);
    all(QPalette::Link, link);
    all(QPalette::LinkVisited, link);
    all(QPalette::Light, raised);
    all(QPalette::Midlight, line);
    all(QPalette::Mid, line);
    all(QPalette::Dark, line);
    all(QPalette::Shadow, line);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, faint);
    p.setColor(QPalette::Disabled, QPalette::Base, window);
    return p;
}

void applyTheme(ThemeMode mode)
{
    if (!qobject_cast<ProxyStyle *>(QApplication::style()))
        QApplication::setStyle(new ProxyStyle);
    const bool dark = mode == ThemeMode::Dark || (mode == ThemeMode::Auto && desktopIsDark());
    QApplication::setPalette((dark ? Theme::night() : Theme::day()).palette());
    applyFonts();
    // Before the event loop runs Qt does not pass a new palette on to windows that exist already.
    const QWidgetList windows = QApplication::topLevelWidgets();
    for (QWidget *window : windows) {
        if (!window->testAttribute(Qt::WA_SetPalette))
            window->setPalette(QPalette());
    }
}

} // namespace conversure::ui
