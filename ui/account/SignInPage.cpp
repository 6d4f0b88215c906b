// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/account/SignInPage.h"

#include "ui/widgets/Fonts.h"
#include "ui/widgets/Icon.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/Theme.h"

#include <QAction>
#include <QEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace conversure::ui {

namespace {

constexpr int cardWidth = 340;

} // namespace

SignInPage::SignInPage(QWidget *parent)
    : QWidget(parent)
    , m_card(new QWidget(this))
    , m_above(new QSpacerItem(0, 0, QSizePolicy::Minimum, QSizePolicy::Maximum))
    , m_title(new QLabel(this))
    , m_subtitle(new QLabel(this))
    , m_emailLabel(new QLabel(this))
    , m_passwordLabel(new QLabel(this))
    , m_email(new QLineEdit(this))
    , m_password(new QLineEdit(this))
    , m_reveal(nullptr)
    , m_error(new NoticeBar(NoticeBar::Tone::Danger, this))
    , m_signIn(new QPushButton(this))
{
    m_title->setFont(ui::font(TextRole::Display));
    m_subtitle->setWordWrap(true);
    m_emailLabel->setBuddy(m_email);
    m_passwordLabel->setBuddy(m_password);
    m_email->setInputMethodHints(Qt::ImhEmailCharactersOnly | Qt::ImhNoAutoUppercase);
    m_email->setLayoutDirection(Qt::LeftToRight); // an address reads left to right in any language
    m_password->setEchoMode(QLineEdit::Password);
    m_password->setLayoutDirection(Qt::LeftToRight);
    m_reveal = m_password->addAction(icon(IconName::Eye), QLineEdit::TrailingPosition);
    m_error->setRounded(true);
    m_signIn->setDefault(true);
    buildLayout();
    connect(m_reveal, &QAction::triggered, this, &SignInPage::togglePassword);
    connect(m_email, &QLineEdit::textChanged, this, &SignInPage::updateControls);
    connect(m_password, &QLineEdit::textChanged, this, &SignInPage::updateControls);
    connect(m_email, &QLineEdit::returnPressed, m_password,
        [this] { m_password->text().isEmpty() ? m_password->setFocus() : submit(); });
    connect(m_password, &QLineEdit::returnPressed, this, &SignInPage::submit);
    connect(m_signIn, &QPushButton::clicked, this, &SignInPage::submit);
    setFocusProxy(m_email);
    retranslate();
    recolour();
    updateControls();
}

void SignInPage::buildLayout()
{
    m_card->setFixedWidth(cardWidth);
    auto *form = new QVBoxLayout(m_card);
    form->setContentsMargins(0, 0, 0, 0);
    form->setSpacing(4);
    form->addWidget(m_title);
    form->addWidget(m_subtitle);
    form->addSpacing(20);
    form->addWidget(m_emailLabel);
    form->addWidget(m_email);
    form->addSpacing(measure::unit);
    form->addWidget(m_passwordLabel);
    form->addWidget(m_password);
    form->addSpacing(12);
    form->addWidget(m_error);
    form->addSpacing(4);
    form->addWidget(m_signIn);
    // Stretches instead of an alignment, which would not ask the card for the height that its width needs.
    auto *row = new QHBoxLayout;
    row->addStretch();
    row->addWidget(m_card);
    row->addStretch();
    auto *layout = new QVBoxLayout(this);
    layout->addSpacerItem(m_above);
    layout->addLayout(row);
    layout->addStretch();
}

void SignInPage::placeCard()
{
    // As if there were no error, so that nothing moves up when one appears.
    int height = m_card->layout()->totalHeightForWidth(cardWidth);
    if (!m_error->isHidden())
        height -= m_error->layout()->totalHeightForWidth(cardWidth) + m_card->layout()->spacing();
    m_above->changeSize(0, std::max(0, (this->height() - height) * 2 / 5), QSizePolicy::Minimum, QSizePolicy::Maximum);
    layout()->invalidate();
}

void SignInPage::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    placeCard();
}

void SignInPage::setEmail(const QString &email)
{
    m_email->setText(email);
    if (isVisible())
        focusFirstEmpty();
}

void SignInPage::showReady(const QString &sentence, bool keepPassword)
{
    m_busy = false;
    m_error->setSentence(sentence);
    if (!keepPassword)
        m_password->clear();
    if (m_password->echoMode() == QLineEdit::Normal)
        togglePassword(); // whoever comes next begins with a hidden one
    updateControls();
    retranslate();
    if (isVisible())
        focusFirstEmpty();
}

void SignInPage::focusFirstEmpty()
{
    (m_email->text().isEmpty() ? m_email : m_password)->setFocus();
}

void SignInPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    focusFirstEmpty();
}

void SignInPage::showBusy()
{
    m_busy = true;
    m_error->setSentence({});
    updateControls();
    retranslate();
}

QString SignInPage::sentence() const
{
    return m_error->sentence();
}

void SignInPage::submit()
{
    if (m_busy || m_email->text().trimmed().isEmpty() || m_password->text().isEmpty())
        return;
    showBusy();
    Q_EMIT signInRequested(m_email->text().trimmed(), m_password->text());
}

void SignInPage::updateControls()
{
    m_email->setReadOnly(m_busy); // not disabled: focus and what was typed stay where they are
    m_password->setReadOnly(m_busy);
    m_signIn->setEnabled(!m_busy && !m_email->text().trimmed().isEmpty() && !m_password->text().isEmpty());
}

void SignInPage::togglePassword()
{
    const bool hidden = m_password->echoMode() == QLineEdit::Password;
    m_password->setEchoMode(hidden ? QLineEdit::Normal : QLineEdit::Password);
    m_reveal->setIcon(icon(hidden ? IconName::EyeOff : IconName::Eye));
    retranslate();
}

void SignInPage::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    if (event->type() == QEvent::LanguageChange || event->type() == QEvent::FontChange)
        placeCard();
    if (event->type() == QEvent::PaletteChange)
        recolour();
}

void SignInPage::retranslate()
{
    m_title->setText(tr("Conversure"));
    m_subtitle->setText(tr("Sign in to your company's inbox."));
    m_emailLabel->setText(tr("Email"));
    m_passwordLabel->setText(tr("Password"));
    m_email->setAccessibleName(tr("Email"));
    m_password->setAccessibleName(tr("Password"));
    m_signIn->setAccessibleName(tr("Sign in"));
    m_signIn->setText(m_busy ? tr("Signing in…") : tr("Sign in"));
    const QString reveal = m_password->echoMode() == QLineEdit::Password ? tr("Show password") : tr("Hide password");
    m_reveal->setText(reveal);
    m_reveal->setToolTip(reveal);
}

void SignInPage::recolour()
{
    const QColor muted = Theme::of(palette()).muted;
    if (m_subtitle->palette().color(QPalette::WindowText) == muted)
        return;
    QPalette quiet = m_subtitle->palette();
    quiet.setColor(QPalette::WindowText, muted);
    m_subtitle->setPalette(quiet);
}

} // namespace conversure::ui
