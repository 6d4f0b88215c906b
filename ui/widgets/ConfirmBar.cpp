// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ConfirmBar.h"

#include "ui/widgets/Ink.h"
#include "ui/widgets/Theme.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>

namespace conversure::ui {

ConfirmBar::ConfirmBar(QWidget *parent)
    : QWidget(parent)
    , m_question(new InkLabel(Ink::Danger, this))
    , m_no(new QPushButton(this))
    , m_yes(new InkButton(Ink::Danger, this))
{
    m_question->setWordWrap(true);
    m_no->setAutoDefault(false);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(measure::unit);
    buttons->addStretch();
    buttons->addWidget(m_no);
    buttons->addWidget(m_yes);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(12, 8, 12, 12);
    rows->setSpacing(measure::unit);
    rows->addWidget(m_question);
    rows->addLayout(buttons);
    connect(m_yes, &QPushButton::clicked, this, [this] {
        dismiss();
        Q_EMIT confirmed();
    });
    connect(m_no, &QPushButton::clicked, this, [this] {
        dismiss();
        Q_EMIT declined();
    });
    retranslate();
    hide();
}

void ConfirmBar::ask(const QString &question, const QString &action, bool takesFocus)
{
    m_question->setText(question);
    m_yes->setText(action);
    setReady(true);
    show();
    if (takesFocus)
        m_no->setFocus();
    QAccessibleEvent event(m_question, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

void ConfirmBar::dismiss()
{
    hide();
}

void ConfirmBar::setReady(bool ready)
{
    m_yes->setEnabled(ready);
}

void ConfirmBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(Theme::of(palette()).dangerGround);
    painter.drawRoundedRect(rect(), measure::controlRadius, measure::controlRadius);
}

void ConfirmBar::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

void ConfirmBar::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        m_no->click();
    else
        QWidget::keyPressEvent(event);
}

void ConfirmBar::retranslate()
{
    m_no->setText(tr("Cancel"));
}

} // namespace conversure::ui
