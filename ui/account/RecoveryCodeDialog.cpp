// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/account/RecoveryCodeDialog.h"

#include "ui/account/Forms.h"
#include "ui/widgets/FormField.h"
#include "ui/widgets/Ink.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>

namespace conversure::ui {

RecoveryCodeDialog::RecoveryCodeDialog(QWidget *parent)
    : AccountDialog(parent)
    , m_what(new InkLabel(Ink::Muted))
    , m_code(newCodeEdit())
    , m_codeField(new FormField(m_code))
    , m_use(new QPushButton)
{
    m_what->setWordWrap(true);
    m_code->setInputMethodHints(m_code->inputMethodHints() | Qt::ImhSensitiveData);
    m_use->setDefault(true);
    m_use->setAutoDefault(false);
    setMinimumWidth(formWidth + 48);
    column()->addWidget(m_what);
    column()->addSpacing(4);
    column()->addWidget(m_codeField);
    addFoot()->addWidget(m_use);
    connect(m_code, &QLineEdit::textChanged, this, [this] {
        m_codeField->setProblem({});
        updateControls();
    });
    connect(m_code, &QLineEdit::returnPressed, this, &RecoveryCodeDialog::submit);
    connect(m_use, &QPushButton::clicked, this, &RecoveryCodeDialog::submit);
    retranslate();
    m_code->setFocus();
}

void RecoveryCodeDialog::submit()
{
    if (!m_use->isEnabled())
        return;
    setBusy(true);
    Q_EMIT codeEntered(m_code->text());
}

void RecoveryCodeDialog::showRecovered()
{
    m_done = true;
    m_code->clear();
    m_codeField->hide();
    m_what->hide();
    m_use->hide();
    setBusy(false);
    showSuccess(tr("Your keys are signed again. Put the code back where it is safe."));
    retranslate();
    closeButton()->setFocus();
    fit();
}

void RecoveryCodeDialog::showCodeProblem(const QString &sentence)
{
    setBusy(false);
    m_codeField->setProblem(sentence);
    m_code->selectAll();
    m_code->setFocus();
}

void RecoveryCodeDialog::showFailed(const QString &sentence)
{
    setBusy(false);
    showProblem(sentence);
}

void RecoveryCodeDialog::setBusy(bool busy)
{
    m_busy = busy;
    if (busy)
        showProblem({});
    updateControls();
}

/// What runs cannot be taken back; its outcome is worth waiting for.
void RecoveryCodeDialog::reject()
{
    if (m_busy)
        return;
    m_code->clear();
    AccountDialog::reject();
}

void RecoveryCodeDialog::updateControls()
{
    m_code->setReadOnly(m_busy);
    m_use->setEnabled(!m_busy && !m_done && !m_code->text().trimmed().isEmpty());
    m_use->setText(m_busy ? tr("Looking…") : tr("Use the code"));
    closeButton()->setEnabled(!m_busy);
}

void RecoveryCodeDialog::retranslate()
{
    setWindowTitle(tr("Use the recovery code"));
    m_what->setText(tr("After a new password, another admin usually lets you back in, by opening Conversure. If there "
                       "is none any more, the code that was shown when the company was created does it."));
    m_codeField->setLabel(tr("Recovery code"));
    closeButton()->setText(m_done ? tr("Close") : tr("Cancel"));
    updateControls();
}

} // namespace conversure::ui
