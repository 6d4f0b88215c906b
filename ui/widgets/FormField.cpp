// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/FormField.h"

#include "ui/widgets/Fonts.h"
#include "ui/widgets/Ink.h"

#include <QAccessible>
#include <QVBoxLayout>

namespace conversure::ui {

FormField::FormField(QWidget *control, QWidget *parent)
    : QWidget(parent)
    , m_control(control)
    , m_label(new InkLabel(Ink::Text, this))
    , m_line(new InkLabel(Ink::Muted, this))
{
    m_label->setBuddy(m_control);
    m_line->setFont(ui::font(TextRole::Preview));
    m_line->setWordWrap(true);
    m_line->hide();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_label);
    column->addWidget(m_control);
    column->addWidget(m_line);
    setFocusProxy(m_control);
}

void FormField::setLabel(const QString &label)
{
    m_label->setText(label);
    m_control->setAccessibleName(label);
}

void FormField::addBelow(QWidget *part)
{
    auto *column = static_cast<QVBoxLayout *>(layout());
    column->insertWidget(column->count() - 1, part);
}

void FormField::setHint(const QString &hint)
{
    m_hint = hint;
    speak();
}

void FormField::setWanting(bool wanting)
{
    m_wanting = wanting;
    speak();
}

void FormField::setProblem(const QString &problem)
{
    const bool isNew = !problem.isEmpty() && problem != m_problem;
    m_problem = problem;
    speak();
    if (!isNew)
        return;
    QAccessibleEvent event(m_line, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

QString FormField::line() const
{
    return m_problem.isEmpty() ? m_hint : m_problem;
}

void FormField::speak()
{
    m_line->setText(line());
    m_line->setInk(!m_problem.isEmpty() ? Ink::Danger : m_wanting ? Ink::Warn : Ink::Muted);
    m_line->setVisible(!line().isEmpty());
    m_control->setAccessibleDescription(line());
}

} // namespace conversure::ui
