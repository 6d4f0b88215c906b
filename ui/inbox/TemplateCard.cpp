// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/TemplateCard.h"

#include "ui/widgets/Fonts.h"
#include "ui/widgets/ProxyStyle.h"
#include "ui/widgets/TextDrawing.h"
#include "ui/widgets/Theme.h"

#include <QFontMetrics>
#include <QKeyEvent>
#include <QPainter>
#include <QStyle>

namespace conversure::ui {

namespace {

constexpr int padding = 12;
constexpr int lineGap = 2;
constexpr int narrowest = 120;
constexpr int comfortable = 200;

} // namespace

TemplateCard::TemplateCard(QWidget *parent)
    : QAbstractButton(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void TemplateCard::setTemplate(const QString &name, const QString &preview)
{
    m_preview = preview;
    setText(name);
    setAccessibleName(tr("Template %1").arg(name));
    setAccessibleDescription(preview);
    setToolTip(preview);
    update();
}

QSize TemplateCard::sizeHint() const
{
    const int lines =
        QFontMetrics(ui::font(TextRole::Body)).height() + lineGap + QFontMetrics(ui::font(TextRole::Preview)).height();
    return {comfortable, lines + 14};
}

QSize TemplateCard::minimumSizeHint() const
{
    return {narrowest, sizeHint().height()};
}

void TemplateCard::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.line, 1));
    painter.setBrush(isDown() || underMouse() ? theme.hover : theme.raised);
    painter.drawRoundedRect(
        QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), measure::controlRadius, measure::controlRadius);
    const int first = QFontMetrics(ui::font(TextRole::Body)).height();
    const int second = QFontMetrics(ui::font(TextRole::Preview)).height();
    const int top = (height() - first - lineGap - second) / 2;
    const Qt::Alignment leading = QStyle::visualAlignment(layoutDirection(), Qt::AlignLeft);
    const QRect line(padding, top, width() - 2 * padding, first);
    drawLine(painter, line, leading, ui::font(TextRole::Body), theme.text, text());
    drawLine(painter, QRect(padding, top + first + lineGap, line.width(), second), leading, ui::font(TextRole::Preview),
        theme.muted, m_preview);
    if (hasFocus())
        paintFocusRing(painter, rect(), measure::controlRadius - 1, palette());
}

/// Outside dialogs Qt leaves pressing to the space bar.
void TemplateCard::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        click();
    else
        QAbstractButton::keyPressEvent(event);
}

} // namespace conversure::ui
