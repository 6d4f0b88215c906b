// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/account/FormPage.h"

#include "ui/widgets/Ink.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/Theme.h"

#include <QKeyEvent>
#include <QPushButton>
#include <QVBoxLayout>

namespace conversure::ui {

FormPage::FormPage(int width, QWidget *parent)
    : CardPage(width, parent)
    , m_fields(new QVBoxLayout)
    , m_notice(new NoticeBar(NoticeBar::Tone::Danger))
    , m_primary(new QPushButton)
    , m_back(new InkButton(Ink::Accent))
{
    m_fields->setSpacing(12);
    column()->addLayout(m_fields);
    m_notice->setRounded(true);
    m_primary->setDefault(true);
    setLate(m_notice);
    connect(m_back, &QPushButton::clicked, this, &FormPage::backRequested);
}

void FormPage::addField(QWidget *field)
{
    m_fields->addWidget(field);
}

void FormPage::addFoot()
{
    column()->addSpacing(12);
    column()->addWidget(m_notice);
    column()->addSpacing(4);
    column()->addWidget(m_primary);
    column()->addSpacing(4);
    column()->addWidget(m_back);
}

void FormPage::showProblem(const QString &sentence)
{
    m_busy = false;
    m_notice->setSentence(sentence);
    updateControls();
}

QString FormPage::sentence() const
{
    return m_notice->sentence();
}

void FormPage::setBusy(bool busy)
{
    m_busy = busy;
    if (busy)
        m_notice->setSentence({});
    updateControls();
}

void FormPage::changeEvent(QEvent *event)
{
    CardPage::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

void FormPage::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape && !m_busy && m_back->isVisible())
        Q_EMIT backRequested();
    else
        CardPage::keyPressEvent(event);
}

} // namespace conversure::ui
