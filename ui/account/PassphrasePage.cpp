// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/account/PassphrasePage.h"

#include "ui/account/Forms.h"
#include "ui/widgets/FormField.h"
#include "ui/widgets/Ink.h"
#include "ui/widgets/PasswordEdit.h"

#include <QPushButton>
#include <QVBoxLayout>

namespace conversure::ui {

PassphrasePage::PassphrasePage(QWidget *parent)
    : FormPage(formWidth, parent)
    , m_passphrase(new PasswordEdit)
    , m_field(new FormField(m_passphrase))
{
    addField(m_field);
    addFoot();
    connect(m_passphrase, &QLineEdit::textChanged, this, [this] {
        m_field->setProblem({});
        updateControls();
    });
    connect(m_passphrase, &QLineEdit::returnPressed, this, &PassphrasePage::submit);
    connect(primary(), &QPushButton::clicked, this, &PassphrasePage::submit);
    setFocusProxy(m_passphrase);
    retranslate();
}

void PassphrasePage::start(const QString &path)
{
    wipe();
    m_path = path;
    retranslate();
}

void PassphrasePage::showWrong()
{
    showProblem({});
    m_field->setProblem(tr("This is not the passphrase of the file."));
    m_passphrase->selectAll();
    m_passphrase->setFocus();
}

void PassphrasePage::wipe()
{
    m_passphrase->wipe();
    showProblem({});
}

void PassphrasePage::submit()
{
    if (isBusy() || m_passphrase->text().isEmpty())
        return;
    setBusy(true);
    Q_EMIT unlockRequested(m_passphrase->text());
}

void PassphrasePage::showEvent(QShowEvent *event)
{
    FormPage::showEvent(event);
    m_passphrase->setFocus();
}

void PassphrasePage::updateControls()
{
    m_passphrase->setReadOnly(isBusy());
    primary()->setEnabled(!isBusy() && !m_passphrase->text().isEmpty());
    primary()->setText(isBusy() ? tr("Opening…") : tr("Open"));
    back()->setEnabled(!isBusy());
}

void PassphrasePage::retranslate()
{
    setTexts(tr("Open your inbox"), tr("This computer keeps your sign-in in a file under a passphrase."));
    m_field->setLabel(tr("Passphrase"));
    m_field->setHint(m_path);
    back()->setText(tr("Sign in with a password"));
    updateControls();
}

} // namespace conversure::ui
