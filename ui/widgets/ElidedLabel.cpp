// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ElidedLabel.h"

#include "ui/widgets/TextDrawing.h"
#include "ui/widgets/Theme.h"

#include <QAccessibleWidget>
#include <QFontMetrics>
#include <QPainter>
#include <QStyle>

namespace conversure::ui {

namespace {

QAccessibleInterface *makeLabelAccessible(const QString &className, QObject *object)
{
    if (className != QLatin1StringView("conversure::ui::ElidedLabel"))
        return nullptr;
    auto *label = qobject_cast<ElidedLabel *>(object);
    // Without a name of its own, which would stay as it is now: the widget's is read each time.
    return label ? new QAccessibleWidget(label, QAccessible::StaticText) : nullptr;
}

void installLabelAccessibility()
{
    static const bool installed = [] {
        QAccessible::installFactory(makeLabelAccessible);
        return true;
    }();
    Q_UNUSED(installed)
}

} // namespace

ElidedLabel::ElidedLabel(TextRole role, Tone tone, QWidget *parent)
    : QWidget(parent)
    , m_role(role)
    , m_tone(tone)
{
    installLabelAccessibility();
    setFont(ui::font(role));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void ElidedLabel::setText(const QString &text)
{
    if (m_text == text)
        return;
    m_text = text;
    setAccessibleName(text);
    updateToolTip();
    updateGeometry();
    update();
}

QSize ElidedLabel::sizeHint() const
{
    const QFontMetrics metrics(font());
    return {metrics.horizontalAdvance(m_text) + 2, metrics.height()};
}

QSize ElidedLabel::minimumSizeHint() const
{
    const QFontMetrics metrics(font());
    return {std::min(metrics.horizontalAdvance(m_text) + 2, metrics.averageCharWidth() * 6), metrics.height()};
}

void ElidedLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::of(palette());
    const QColor color = m_tone == Tone::Text ? theme.text : theme.muted;
    drawLine(painter, rect(), QStyle::visualAlignment(layoutDirection(), Qt::AlignLeft), font(), color, m_text);
}

void ElidedLabel::resizeEvent(QResizeEvent *)
{
    updateToolTip();
}

void ElidedLabel::updateToolTip()
{
    setToolTip(sizeHint().width() > width() ? m_text : QString());
}

} // namespace conversure::ui
