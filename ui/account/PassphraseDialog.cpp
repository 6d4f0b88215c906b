// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/account/PassphraseDialog.h"

#include "ui/account/Forms.h"
#include "ui/account/NewPassword.h"
#include "ui/widgets/Fonts.h"
#include "ui/widgets/Ink.h"
#include "ui/widgets/Theme.h"

#include <QHBoxLayout>
#include <QPushButton>

namespace conversure::ui {

PassphraseDialog::PassphraseDialog(const QString &path, bool inUse, QWidget *parent)
    : AccountDialog(parent)
    , m_inUse(inUse)
    , m_what(new InkLabel(Ink::Text))
    , m_path(new InkLabel(Ink::Text))
    , m_risk(new InkLabel(Ink::Muted))
    , m_passphrase(new NewPassword)
    , m_use(new QPushButton)
    , m_stop(new InkButton(Ink::Danger))
{
    for (InkLabel *label : {m_what, m_path, m_risk}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        column()->addWidget(label);
    }
    m_path->setFont(ui::font(TextRole::BodyStrong));
    m_path->setText(path);
    setMinimumWidth(formWidth + 48);
    m_use->setDefault(true);
    m_use->setAutoDefault(false);
    column()->addSpacing(4);
    column()->addWidget(m_passphrase);
    QHBoxLayout *buttons = addFoot();
    buttons->addWidget(m_stop);
    buttons->addWidget(m_use);
    connect(m_passphrase, &NewPassword::changed, this, &PassphraseDialog::updateControls);
    connect(m_passphrase, &NewPassword::returnPressed, this, &PassphraseDialog::submit);
    connect(m_use, &QPushButton::clicked, this, &PassphraseDialog::submit);
    connect(m_stop, &QPushButton::clicked, this, [this] {
        setBusy(true);
        Q_EMIT stopRequested();
    });
    retranslate();
    m_passphrase->focusFirst();
}

void PassphraseDialog::submit()
{
    if (m_busy || m_inUse || !m_passphrase->check())
        return;
    setBusy(true);
    Q_EMIT useRequested(m_passphrase->password());
}

void PassphraseDialog::showDone(bool inUse)
{
    m_inUse = inUse;
    m_passphrase->wipe();
    setBusy(false);
    retranslate();
    showSuccess(inUse ? tr("From the next start on, Conversure asks for this passphrase.")
                      : tr("The file is deleted. Conversure asks for your password at each start."));
    fit();
    closeButton()->setFocus();
}

void PassphraseDialog::showFailed(const QString &sentence)
{
    setBusy(false);
    showProblem(sentence);
}

void PassphraseDialog::setBusy(bool busy)
{
    m_busy = busy;
    if (busy)
        showProblem({});
    updateControls();
}

void PassphraseDialog::reject()
{
    if (m_busy)
        return;
    m_passphrase->wipe();
    AccountDialog::reject();
}

void PassphraseDialog::updateControls()
{
    m_passphrase->setVisible(!m_inUse);
    m_passphrase->setReadOnly(m_busy);
    m_use->setVisible(!m_inUse);
    m_use->setEnabled(!m_busy && !m_passphrase->isEmpty());
    m_use->setText(m_busy ? tr("Setting it up…") : tr("Keep it in the file"));
    m_stop->setVisible(m_inUse);
    m_stop->setEnabled(!m_busy);
    closeButton()->setEnabled(!m_busy);
}

void PassphraseDialog::retranslate()
{
    setWindowTitle(tr("Keep the sign-in on this computer"));
    if (m_inUse) {
        m_what->setText(tr("Your sign-in is kept in this file, under a passphrase that is asked for at each start:"));
        m_risk->setText(tr("Whoever copies the file can try passphrases for as long as they like. If the desktop has a "
                           "keyring now, that is the safer place."));
    } else {
        m_what->setText(tr("This desktop has no keyring that would keep your sign-in. Conversure can keep it in a file "
                           "instead, under a passphrase of its own:"));
        m_risk->setText(tr("The risk: whoever copies the file can try passphrases for as long as they like, and with "
                           "the right one is signed in as you. Choose one that you use nowhere else."));
    }
    m_passphrase->setLabels(tr("Passphrase"), tr("Repeat the passphrase"));
    m_stop->setText(tr("Stop using the file"));
    closeButton()->setText(m_inUse ? tr("Close") : tr("Cancel"));
    updateControls();
}

} // namespace conversure::ui
