// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/account/LinkPanel.h"

#include "ui/widgets/Fonts.h"
#include "ui/widgets/Ink.h"
#include "ui/widgets/Theme.h"

#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace conversure::ui {

LinkPanel::LinkPanel(QWidget *parent)
    : Panel(parent)
    , m_title(new InkLabel(Ink::Text, this))
    , m_link(new QLineEdit(this))
    , m_copy(new QPushButton(this))
    , m_advice(new InkLabel(Ink::Muted, this))
{
    m_title->setFont(ui::font(TextRole::BodyStrong));
    m_title->setWordWrap(true);
    m_link->setReadOnly(true);
    m_link->setLayoutDirection(Qt::LeftToRight);
    m_advice->setWordWrap(true);
    m_advice->setFont(ui::font(TextRole::Preview));
    m_copy->setAutoDefault(false);
    auto *line = new QHBoxLayout;
    line->setSpacing(measure::unit);
    line->addWidget(m_link, 1);
    line->addWidget(m_copy);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(16, 12, 16, 16);
    rows->setSpacing(measure::unit);
    rows->addWidget(m_title);
    rows->addLayout(line);
    rows->addWidget(m_advice);
    connect(m_copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_link->text());
        m_copied = true;
        retranslate();
    });
    retranslate();
}

void LinkPanel::showLink(const QString &title, const QString &link, const QString &advice)
{
    m_title->setText(title);
    m_link->setText(link);
    m_link->setCursorPosition(0);
    m_advice->setText(advice);
    m_copied = false;
    retranslate();
    show();
    m_copy->setFocus();
}

QString LinkPanel::link() const
{
    return m_link->text();
}

void LinkPanel::wipe()
{
    m_link->setText({});
    hide();
}

void LinkPanel::changeEvent(QEvent *event)
{
    Panel::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

void LinkPanel::retranslate()
{
    m_link->setAccessibleName(tr("Link"));
    m_copy->setText(m_copied ? tr("Copied") : tr("Copy"));
}

} // namespace conversure::ui
