// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/account/AccountDialog.h"

#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/Theme.h"

#include <QKeyEvent>
#include <QPushButton>
#include <QVBoxLayout>

namespace conversure::ui {

AccountDialog::AccountDialog(QWidget *parent)
    : QDialog(parent)
    , m_column(new QVBoxLayout(this))
    , m_problem(new NoticeBar(NoticeBar::Tone::Danger, this))
    , m_success(new NoticeBar(NoticeBar::Tone::Success, this))
    , m_close(new QPushButton(this))
{
    setWindowModality(Qt::WindowModal);
    setAttribute(Qt::WA_DeleteOnClose);
    m_column->setContentsMargins(24, 24, 24, 24);
    m_column->setSpacing(measure::unit);
    // The layout's own idea of the lowest height supposes that all words wrap at a narrower width than they do.
    m_column->setSizeConstraint(QLayout::SetNoConstraint);
    m_close->setAutoDefault(false);
    for (NoticeBar *bar : {m_problem, m_success})
        bar->setRounded(true);
    m_success->setDismissible(false);
    connect(m_close, &QPushButton::clicked, this, &QDialog::reject);
}

QHBoxLayout *AccountDialog::addFoot()
{
    m_column->addWidget(m_problem);
    m_column->addWidget(m_success);
    m_column->addStretch();
    m_column->addSpacing(measure::unit);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(measure::unit);
    buttons->addStretch();
    buttons->addWidget(m_close);
    m_column->addLayout(buttons);
    return buttons;
}

void AccountDialog::showProblem(const QString &sentence)
{
    m_success->setSentence({});
    m_problem->setDismissible(true);
    m_problem->setSentence(sentence);
}

void AccountDialog::showCountdown(const QString &sentence)
{
    if (m_problem->isHidden())
        showProblem(sentence);
    else
        m_problem->setFigure(sentence);
    m_problem->setDismissible(false);
}

void AccountDialog::showSuccess(const QString &sentence)
{
    m_problem->setSentence({});
    m_success->setSentence(sentence);
}

int AccountDialog::heightFor(int wide) const
{
    return layout()->hasHeightForWidth() ? layout()->totalHeightForWidth(wide) : layout()->totalSizeHint().height();
}

/// Makes room for what has appeared; what goes leaves its room, so that nothing moves under the pointer.
bool AccountDialog::event(QEvent *event)
{
    const bool done = QDialog::event(event);
    if (event->type() == QEvent::LayoutRequest || event->type() == QEvent::Resize)
        setMinimumHeight(heightFor(width()));
    return done;
}

void AccountDialog::fit()
{
    setMinimumWidth(std::max(minimumWidth(), layout()->totalMinimumSize().width()));
    const int wide = std::max(minimumWidth(), sizeHint().width());
    setMinimumHeight(heightFor(wide));
    resize(wide, minimumHeight());
}

void AccountDialog::showEvent(QShowEvent *event)
{
    QDialog::showEvent(event);
    if (!event->spontaneous())
        fit();
}

/// Enter presses the button that has the focus, and in a line it does what the dialog says; it never reaches past what
/// one is at to press the default button.
void AccountDialog::keyPressEvent(QKeyEvent *event)
{
    if (event->key() != Qt::Key_Return && event->key() != Qt::Key_Enter)
        QDialog::keyPressEvent(event);
    else if (auto *button = qobject_cast<QPushButton *>(focusWidget()))
        button->click();
}

QString AccountDialog::sentence() const
{
    return m_problem->isHidden() ? m_success->sentence() : m_problem->sentence();
}

void AccountDialog::changeEvent(QEvent *event)
{
    QDialog::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

} // namespace conversure::ui
