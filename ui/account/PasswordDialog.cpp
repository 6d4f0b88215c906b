// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/account/PasswordDialog.h"

#include "models/SignInErrors.h"
#include "ui/account/Forms.h"
#include "ui/account/LockCountdown.h"
#include "ui/account/NewPassword.h"
#include "ui/widgets/FormField.h"
#include "ui/widgets/PasswordEdit.h"

#include <QPushButton>
#include <QVBoxLayout>

namespace conversure::ui {

PasswordDialog::PasswordDialog(const Clock &clock, const QStringList &known, QWidget *parent)
    : AccountDialog(parent)
    , m_old(new PasswordEdit)
    , m_oldField(new FormField(m_old))
    , m_new(new NewPassword)
    , m_change(new QPushButton)
    , m_lock(new LockCountdown(clock, this))
{
    m_new->setKnown(known);
    m_change->setDefault(true);
    setMinimumWidth(formWidth);
    column()->addWidget(m_oldField);
    column()->addWidget(m_new);
    addFoot()->addWidget(m_change);
    connect(m_old, &QLineEdit::textChanged, this, [this] {
        m_oldField->setProblem({});
        updateControls();
    });
    connect(m_old, &QLineEdit::returnPressed, m_new, [this] { m_new->focusFirst(); });
    connect(m_new, &NewPassword::changed, this, &PasswordDialog::updateControls);
    connect(m_new, &NewPassword::returnPressed, this, &PasswordDialog::submit);
    connect(m_change, &QPushButton::clicked, this, &PasswordDialog::submit);
    connect(m_lock, &LockCountdown::ticked, this, &PasswordDialog::sayLock);
    m_change->setAutoDefault(false); // Enter goes from line to line, the last one submits
    retranslate();
    m_old->setFocus();
}

void PasswordDialog::submit()
{
    if (m_busy || m_done || m_lock->isRunning())
        return;
    if (m_old->text().isEmpty()) {
        m_old->setFocus();
        return;
    }
    if (!m_new->check())
        return;
    if (m_new->password() == m_old->text()) {
        m_new->setProblem(tr("This is the password that you have now. Choose another one."));
        return;
    }
    setBusy(true);
    Q_EMIT changeRequested(m_old->text(), m_new->password());
}

void PasswordDialog::showChanged(int others)
{
    m_done = true;
    setBusy(false);
    m_old->wipe();
    m_new->wipe();
    m_oldField->hide();
    m_new->hide();
    m_change->hide();
    if (others == 0)
        showSuccess(tr("Your password is changed."));
    else if (others == 1)
        showSuccess(tr("Your password is changed. One other computer was signed out."));
    else
        showSuccess(tr("Your password is changed. %n other computers were signed out.", nullptr, others));
    retranslate();
    closeButton()->setFocus();
    fit();
}

void PasswordDialog::showWrongPassword()
{
    setBusy(false);
    m_oldField->setProblem(tr("This is not your password."));
    m_old->selectAll();
    m_old->setFocus();
}

void PasswordDialog::showLocked(int seconds)
{
    setBusy(false);
    showProblem({});
    m_lock->start(seconds);
}

void PasswordDialog::sayLock()
{
    if (m_lock->isRunning())
        showCountdown(models::lockedSentence(m_lock->secondsLeft()));
    else
        showProblem({});
    updateControls();
}

void PasswordDialog::showFailed(const QString &sentence)
{
    setBusy(false);
    showProblem(sentence);
}

void PasswordDialog::setBusy(bool busy)
{
    m_busy = busy;
    if (busy)
        showProblem({});
    updateControls();
}

/// What runs cannot be taken back; its outcome is worth waiting for.
void PasswordDialog::reject()
{
    if (m_busy)
        return;
    m_old->wipe();
    m_new->wipe();
    AccountDialog::reject();
}

void PasswordDialog::updateControls()
{
    m_old->setReadOnly(m_busy);
    m_new->setReadOnly(m_busy);
    m_change->setEnabled(!m_busy && !m_lock->isRunning() && !m_old->text().isEmpty() && !m_new->isEmpty());
    m_change->setText(m_busy ? tr("Changing…") : tr("Change password"));
    closeButton()->setEnabled(!m_busy);
}

void PasswordDialog::retranslate()
{
    setWindowTitle(tr("Change password"));
    m_oldField->setLabel(tr("Password now"));
    m_new->setLabels(tr("New password"), tr("Repeat the new password"));
    closeButton()->setText(m_done ? tr("Close") : tr("Cancel"));
    updateControls();
}

} // namespace conversure::ui
