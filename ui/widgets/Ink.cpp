// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Ink.h"

#include "ui/widgets/Theme.h"

#include <QEvent>
#include <QStyle>

namespace conversure::ui {

namespace {

/// Sets one colour of a widget's own palette; a widget that is told the same again would never come to rest.
void setRole(QWidget &widget, QPalette::ColorRole role, const QColor &color)
{
    if (widget.palette().color(QPalette::Active, role) == color)
        return;
    QPalette palette = widget.palette();
    palette.setColor(QPalette::Active, role, color);
    palette.setColor(QPalette::Inactive, role, color);
    widget.setPalette(palette);
}

} // namespace

QColor inkColor(const Theme &theme, Ink ink)
{
    switch (ink) {
    case Ink::Text:
        break;
    case Ink::Muted:
        return theme.muted;
    case Ink::Accent:
        return theme.accent;
    case Ink::Ok:
        return theme.ok;
    case Ink::Warn:
        return theme.warn;
    case Ink::Danger:
        return theme.danger;
    }
    return theme.text;
}

InkLabel::InkLabel(Ink ink, QWidget *parent)
    : QLabel(parent)
    , m_ink(ink)
{
    setTextFormat(Qt::PlainText);
    setForegroundRole(QPalette::WindowText); // over a Base ground it would be Text
    recolour();
    align();
}

void InkLabel::setInk(Ink ink)
{
    m_ink = ink;
    recolour();
}

void InkLabel::changeEvent(QEvent *event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        recolour();
    if (event->type() == QEvent::LayoutDirectionChange)
        align();
}

void InkLabel::align()
{
    if (alignment().testFlag(Qt::AlignHCenter))
        return;
    const Qt::Alignment vertical = alignment() & Qt::AlignVertical_Mask;
    setAlignment(QStyle::visualAlignment(layoutDirection(), Qt::AlignLeft) | Qt::AlignAbsolute | vertical);
}

void InkLabel::recolour()
{
    setRole(*this, QPalette::WindowText, inkColor(Theme::of(palette()), m_ink));
}

InkButton::InkButton(Ink ink, QWidget *parent)
    : QPushButton(parent)
    , m_ink(ink)
{
    setFlat(ink == Ink::Accent);
    setAutoDefault(false);
    recolour();
}

void InkButton::changeEvent(QEvent *event)
{
    QPushButton::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        recolour();
}

void InkButton::recolour()
{
    setRole(*this, QPalette::ButtonText, inkColor(Theme::of(palette()), m_ink));
}

} // namespace conversure::ui
