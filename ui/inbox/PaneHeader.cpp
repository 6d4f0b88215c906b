// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/PaneHeader.h"

#include "ui/widgets/ElidedLabel.h"
#include "ui/widgets/Theme.h"

#include <QHBoxLayout>
#include <QPainter>

namespace conversure::ui {

PaneHeader::PaneHeader(QWidget *parent)
    : QWidget(parent)
    , m_title(new ElidedLabel(TextRole::Title, ElidedLabel::Tone::Text, this))
    , m_layout(new QHBoxLayout(this))
{
    setFixedHeight(measure::headerHeight);
    m_layout->setContentsMargins(8, 0, 8, 0); // equal, since margins are not mirrored
    m_layout->addSpacing(8);
    m_layout->addWidget(m_title, 1);
}

void PaneHeader::setTitle(const QString &title)
{
    m_title->setText(title);
}

void PaneHeader::setCornerWidget(QWidget *widget)
{
    m_layout->addWidget(widget);
}

void PaneHeader::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::of(palette());
    QPainter painter(this);
    painter.fillRect(rect(), theme.base);
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme.line);
}

} // namespace conversure::ui
