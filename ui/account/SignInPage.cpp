// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/account/SignInPage.h"

#include "models/SignInErrors.h"
#include "ui/account/Forms.h"
#include "ui/account/LockCountdown.h"
#include "ui/widgets/FormField.h"
#include "ui/widgets/Ink.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/PasswordEdit.h"
#include "ui/widgets/Theme.h"

#include <QEvent>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace conversure::ui {

namespace {

constexpr int cardWidth = 340;

} // namespace

SignInPage::SignInPage(const Clock &clock, QWidget *parent)
    : CardPage(cardWidth, parent)
    , m_email(newEmailEdit())
    , m_password(new PasswordEdit)
    , m_emailField(new FormField(m_email))
    , m_passwordField(new FormField(m_password))
    , m_error(new NoticeBar(NoticeBar::Tone::Danger))
    , m_signIn(new QPushButton)
    , m_join(new InkButton(Ink::Accent))
    , m_found(new InkButton(Ink::Accent))
    , m_lock(new LockCountdown(clock, this))
{
    m_error->setRounded(true);
    m_signIn->setDefault(true);
    buildColumn();
    connect(m_lock, &LockCountdown::ticked, this, &SignInPage::sayLock);
    connect(m_email, &QLineEdit::textChanged, this, [this] {
        if (m_lock->isRunning())
            sayLock(); // another e-mail may not have to wait
        updateControls();
    });
    connect(m_password, &QLineEdit::textChanged, this, &SignInPage::updateControls);
    connect(m_email, &QLineEdit::returnPressed, m_password,
        [this] { m_password->text().isEmpty() ? m_password->setFocus() : submit(); });
    connect(m_password, &QLineEdit::returnPressed, this, &SignInPage::submit);
    connect(m_signIn, &QPushButton::clicked, this, &SignInPage::submit);
    connect(m_join, &QPushButton::clicked, this, &SignInPage::invitationAtHand);
    connect(m_found, &QPushButton::clicked, this, &SignInPage::companyWanted);
    setFocusProxy(m_email);
    retranslate();
    updateControls();
}

void SignInPage::buildColumn()
{
    column()->addWidget(m_emailField);
    column()->addSpacing(measure::unit);
    column()->addWidget(m_passwordField);
    column()->addSpacing(12);
    column()->addWidget(m_error);
    column()->addSpacing(4);
    column()->addWidget(m_signIn);
    column()->addSpacing(20);
    auto *ways = new QHBoxLayout;
    ways->setSpacing(measure::unit);
    ways->addStretch();
    ways->addWidget(m_join);
    ways->addWidget(m_found);
    ways->addStretch();
    column()->addLayout(ways);
    setLate(m_error);
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
    m_error->setDismissible(true);
    m_error->setSentence(sentence);
    if (keepPassword)
        m_password->setRevealed(false); // whoever comes next begins with a hidden one
    else
        m_password->wipe();
    updateControls();
    retranslate();
    if (isVisible())
        focusFirstEmpty();
}

void SignInPage::showLocked(int seconds)
{
    m_lockedEmail = m_email->text().trimmed();
    showReady({}, true);
    m_error->setDismissible(false); // it goes by itself
    m_lock->start(seconds);
}

int SignInPage::secondsLocked() const
{
    const bool same = m_email->text().trimmed().compare(m_lockedEmail, Qt::CaseInsensitive) == 0;
    return same ? m_lock->secondsLeft() : 0;
}

void SignInPage::sayLock()
{
    const int seconds = secondsLocked();
    if (seconds == 0)
        m_error->setSentence({});
    else if (m_error->sentence().isEmpty())
        m_error->setSentence(models::lockedSentence(seconds));
    else
        m_error->setFigure(models::lockedSentence(seconds));
    if (!m_lock->isRunning())
        m_error->setDismissible(true);
    updateControls();
}

void SignInPage::focusFirstEmpty()
{
    if (m_email->text().isEmpty())
        m_email->setFocus();
    else
        m_password->setFocus();
}

void SignInPage::showEvent(QShowEvent *event)
{
    CardPage::showEvent(event);
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
    if (m_busy || !m_signIn->isEnabled())
        return;
    showBusy();
    Q_EMIT signInRequested(m_email->text().trimmed(), m_password->text());
}

void SignInPage::updateControls()
{
    m_email->setReadOnly(m_busy); // not disabled: focus and what was typed stay where they are
    m_password->setReadOnly(m_busy);
    m_signIn->setEnabled(
        !m_busy && !m_email->text().trimmed().isEmpty() && !m_password->text().isEmpty() && secondsLocked() == 0);
    m_join->setEnabled(!m_busy);
    m_found->setEnabled(!m_busy);
}

void SignInPage::changeEvent(QEvent *event)
{
    CardPage::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

void SignInPage::retranslate()
{
    setTexts(tr("Conversure"), tr("Sign in to your company's inbox."));
    m_emailField->setLabel(tr("Email"));
    m_passwordField->setLabel(tr("Password"));
    m_signIn->setAccessibleName(tr("Sign in"));
    m_signIn->setText(m_busy ? tr("Signing in…") : tr("Sign in"));
    m_join->setText(tr("I have an invitation"));
    m_found->setText(tr("Create a company"));
}

} // namespace conversure::ui
