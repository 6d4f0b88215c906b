// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/account/HandOverBar.h"

#include "ui/widgets/Ink.h"
#include "ui/widgets/Theme.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QPushButton>

namespace conversure::ui {

HandOverBar::HandOverBar(QWidget *parent)
    : Panel(parent)
    , m_what(new InkLabel(Ink::Text, this))
    , m_toLabel(new InkLabel(Ink::Muted, this))
    , m_to(new QComboBox(this))
    , m_give(new QPushButton(this))
{
    m_what->setWordWrap(true);
    m_toLabel->setBuddy(m_to);
    m_to->addItem(QString(), QVariant(QUuid()));
    m_to->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_give->setAutoDefault(false);
    auto *line = new QHBoxLayout;
    line->setSpacing(measure::unit);
    line->addWidget(m_toLabel);
    line->addWidget(m_to, 1);
    line->addWidget(m_give);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(16, 12, 16, 16);
    rows->setSpacing(measure::unit);
    rows->addWidget(m_what);
    rows->addLayout(line);
    connect(m_give, &QPushButton::clicked, this, [this] { Q_EMIT requested(UserId(m_to->currentData().toUuid())); });
    retranslate();
    hide();
}

void HandOverBar::setLeaver(const PersonRow &leaver, const QList<PersonRow> &heirs)
{
    const QVariant before = m_to->currentData();
    m_leaver = leaver;
    while (m_to->count() > 1)
        m_to->removeItem(1);
    for (const PersonRow &heir : heirs)
        m_to->addItem(heir.name, QVariant(heir.id.value));
    m_to->setCurrentIndex(std::max(0, m_to->findData(before)));
    retranslate();
    setVisible(leaver.openConversations > 0);
}

void HandOverBar::setReady(bool ready)
{
    m_to->setEnabled(ready);
    m_give->setEnabled(ready);
}

void HandOverBar::changeEvent(QEvent *event)
{
    Panel::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

void HandOverBar::retranslate()
{
    const int open = m_leaver.openConversations;
    m_what->setText(open == 1
            ? tr("One open conversation is still with %1, who cannot answer it.").arg(m_leaver.name)
            : tr("%n open conversations are still with %1, who cannot answer them.", nullptr, open).arg(m_leaver.name));
    m_toLabel->setText(tr("Give to"));
    m_to->setAccessibleName(tr("Give to"));
    m_to->setItemText(0, tr("Everybody"));
    m_give->setText(tr("Hand over"));
}

} // namespace conversure::ui
