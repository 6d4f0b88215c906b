// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/ChatHeader.h"

#include "ui/widgets/ElidedLabel.h"
#include "ui/widgets/Icon.h"
#include "ui/widgets/Theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

namespace conversure::ui {

namespace {

QToolButton *makeButton(IconName name, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setIcon(ui::icon(name));
    button->setIconSize({measure::iconSize, measure::iconSize});
    button->setFixedSize(measure::controlHeight, measure::controlHeight);
    button->setAutoRaise(true);
    return button;
}

} // namespace

ChatHeader::ChatHeader(QWidget *parent)
    : QWidget(parent)
    , m_name(new ElidedLabel(TextRole::Title, ElidedLabel::Tone::Text, this))
    , m_about(new ElidedLabel(TextRole::Chip, ElidedLabel::Tone::Muted, this))
    , m_back(makeButton(IconName::Back, this))
    , m_panel(makeButton(IconName::PanelRight, this))
{
    setFixedHeight(measure::headerHeight);
    m_panel->setCheckable(true);
    auto *texts = new QVBoxLayout;
    texts->setSpacing(0);
    texts->addStretch();
    texts->addWidget(m_name);
    texts->addWidget(m_about);
    texts->addStretch();
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(8, 0, 8, 0); // equal, since margins are not mirrored
    layout->setSpacing(0);
    layout->addSpacing(measure::unit);
    layout->addWidget(m_back);
    layout->addLayout(texts, 1);
    layout->addWidget(m_panel);
    m_back->hide();
    connect(m_back, &QToolButton::clicked, this, &ChatHeader::backRequested);
    connect(m_panel, &QToolButton::clicked, this, &ChatHeader::panelToggled);
    retranslate();
}

void ChatHeader::setConversation(const QString &leadName, const QString &numberLabel)
{
    m_name->setText(leadName);
    m_about->setText(numberLabel);
    m_about->setVisible(!numberLabel.isEmpty());
}

void ChatHeader::setBackShown(bool shown)
{
    m_back->setVisible(shown);
}

void ChatHeader::setPanelShown(bool shown)
{
    m_panel->setChecked(shown);
}

void ChatHeader::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::of(palette());
    QPainter painter(this);
    painter.fillRect(rect(), theme.base);
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme.line);
}

void ChatHeader::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

void ChatHeader::retranslate()
{
    m_back->setAccessibleName(tr("Back to conversations"));
    m_back->setToolTip(tr("Back to conversations"));
    m_panel->setAccessibleName(tr("Lead panel"));
    m_panel->setToolTip(tr("Show or hide the lead (F4)"));
}

} // namespace conversure::ui
