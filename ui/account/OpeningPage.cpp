// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/account/OpeningPage.h"

#include "ui/widgets/Fonts.h"
#include "ui/widgets/Ink.h"
#include "ui/widgets/Theme.h"

#include <QAccessible>
#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace conversure::ui {

namespace {

constexpr int cardWidth = 400;
constexpr int silenceMs = 250; // nobody reads a sentence that is gone again by then

} // namespace

OpeningPage::OpeningPage(QWidget *parent)
    : QWidget(parent)
    , m_title(new QLabel(this))
    , m_hint(new QLabel(this))
    , m_retry(new QPushButton(this))
    , m_password(new InkButton(Ink::Accent, this))
{
    m_title->setFont(ui::font(TextRole::Title));
    m_retry->setDefault(true);
    buildLayout();
    m_moment.setSingleShot(true);
    m_moment.setInterval(silenceMs);
    connect(&m_moment, &QTimer::timeout, this, &OpeningPage::speak);
    connect(m_retry, &QPushButton::clicked, this, &OpeningPage::retryRequested);
    connect(m_password, &QPushButton::clicked, this, &OpeningPage::passwordPreferred);
    recolour();
    showState(State::Opening);
}

void OpeningPage::buildLayout()
{
    auto *card = new QWidget(this);
    card->setFixedWidth(cardWidth);
    auto *column = new QVBoxLayout(card);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(measure::unit);
    for (QLabel *label : {m_title, m_hint}) {
        label->setAlignment(Qt::AlignCenter);
        label->setWordWrap(true);
        column->addWidget(label);
    }
    column->addSpacing(measure::unit);
    column->addWidget(m_retry);
    column->addWidget(m_password);
    auto *row = new QHBoxLayout;
    row->addStretch();
    row->addWidget(card);
    row->addStretch();
    auto *layout = new QVBoxLayout(this);
    layout->addStretch(2);
    layout->addLayout(row);
    layout->addStretch(3);
}

void OpeningPage::showState(State state)
{
    m_state = state;
    if (state == State::Opening) {
        for (QWidget *part : {static_cast<QWidget *>(m_title), static_cast<QWidget *>(m_hint),
                 static_cast<QWidget *>(m_retry), static_cast<QWidget *>(m_password)})
            part->hide();
        m_moment.start();
    } else {
        m_moment.stop();
        speak();
    }
}

void OpeningPage::speak()
{
    switch (m_state) {
    case State::Opening:
        m_title->setText(tr("Opening your inbox…"));
        m_hint->clear();
        break;
    case State::KeyringWaits:
        m_title->setText(tr("Your keyring is waiting for you"));
        m_hint->setText(tr("Conversure keeps your sign-in in this desktop's keyring. Unlock it in the window that asks "
                           "for its password, or sign in with your Conversure password."));
        break;
    case State::KeyringLocked:
        m_title->setText(tr("Your keyring is locked"));
        m_hint->setText(tr("Conversure keeps your sign-in in this desktop's keyring. Unlock it to go straight to your "
                           "inbox, or sign in with your Conversure password."));
        break;
    case State::KeyringDenied:
        m_title->setText(tr("Your keyring did not hand out your sign-in"));
        m_hint->setText(tr("Conversure was refused when it asked this desktop's keyring. Try again and allow it to go "
                           "straight to your inbox, or sign in with your Conversure password."));
        break;
    case State::StoreAway:
        m_title->setText(tr("The store cannot be reached"));
        m_hint->setText(tr("Conversure keeps trying and opens your inbox as soon as it answers. Check your network "
                           "connection if this takes long."));
        break;
    }
    m_retry->setText(m_state == State::KeyringLocked ? tr("Unlock") : tr("Try again"));
    m_password->setText(tr("Sign in with a password"));
    m_title->show();
    m_hint->setVisible(!m_hint->text().isEmpty());
    m_retry->setVisible(m_state != State::Opening && m_state != State::KeyringWaits);
    m_password->setVisible(m_state != State::Opening);
    if (isVisible() && m_retry->isVisible())
        m_retry->setFocus();
    QAccessibleEvent event(m_title, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

void OpeningPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (m_retry->isVisible())
        m_retry->setFocus();
}

void OpeningPage::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange && !m_moment.isActive())
        speak();
    if (event->type() == QEvent::PaletteChange)
        recolour();
}

void OpeningPage::recolour()
{
    const QColor muted = Theme::of(palette()).muted;
    if (m_hint->palette().color(QPalette::WindowText) == muted)
        return;
    QPalette quiet = m_hint->palette();
    quiet.setColor(QPalette::WindowText, muted);
    m_hint->setPalette(quiet);
}

} // namespace conversure::ui
