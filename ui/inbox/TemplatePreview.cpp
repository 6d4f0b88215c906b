// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/TemplatePreview.h"

#include "ui/inbox/PreviewBubble.h"
#include "ui/widgets/ProxyStyle.h"
#include "ui/widgets/Theme.h"

#include <QEvent>
#include <QPainter>
#include <QVBoxLayout>

namespace conversure::ui {

TemplatePreview::TemplatePreview(QWidget *parent)
    : QScrollArea(parent)
    , m_bubble(new PreviewBubble(this))
{
    setFrameShape(NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::TabFocus); // so that a long one can be scrolled by keys
    setMinimumSize(160, 96);
    auto *ground = new QWidget(this);
    auto *column = new QVBoxLayout(ground);
    column->setContentsMargins(16, 16, 16, 16);
    column->addWidget(m_bubble);
    column->addStretch();
    setWidget(ground);
    ground->setAutoFillBackground(false);
    viewport()->setAutoFillBackground(true);
    viewport()->setBackgroundRole(QPalette::Window);
    retranslate();
}

void TemplatePreview::setTemplate(const TemplateRow &row, const TemplateValues &values)
{
    m_bubble->setTemplate(row, values);
    describe();
}

void TemplatePreview::clear()
{
    m_bubble->clear();
    describe();
}

void TemplatePreview::setCurrent(const TemplateField &field)
{
    m_bubble->setCurrent(field);
}

void TemplatePreview::describe()
{
    setAccessibleDescription(m_bubble->text());
}

void TemplatePreview::paintEvent(QPaintEvent *event)
{
    QScrollArea::paintEvent(event);
    if (!hasFocus())
        return;
    QPainter painter(viewport());
    paintFocusRing(painter, viewport()->rect(), measure::controlRadius - 1, palette());
}

void TemplatePreview::focusInEvent(QFocusEvent *event)
{
    QScrollArea::focusInEvent(event);
    viewport()->update();
}

void TemplatePreview::focusOutEvent(QFocusEvent *event)
{
    QScrollArea::focusOutEvent(event);
    viewport()->update();
}

void TemplatePreview::changeEvent(QEvent *event)
{
    QScrollArea::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

void TemplatePreview::retranslate()
{
    setAccessibleName(tr("Template preview"));
}

} // namespace conversure::ui
