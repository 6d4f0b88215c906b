// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/account/JoinPage.h"

#include "ui/account/Forms.h"
#include "ui/account/InvitationPanel.h"
#include "ui/account/NewPassword.h"
#include "ui/widgets/FormField.h"
#include "ui/widgets/Ink.h"
#include "ui/widgets/Theme.h"

#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace conversure::ui {

JoinPage::JoinPage(QWidget *parent)
    : FormPage(formWidth, parent)
    , m_link(new QLineEdit)
    , m_name(new QLineEdit)
    , m_email(newEmailEdit())
    , m_linkField(new FormField(m_link))
    , m_nameField(new FormField(m_name))
    , m_emailField(new FormField(m_email))
    , m_panel(new InvitationPanel)
    , m_password(new NewPassword)
{
    m_link->setLayoutDirection(Qt::LeftToRight);
    m_name->setMaxLength(200);
    buildColumn();
    connect(m_link, &QLineEdit::textChanged, this, [this] {
        m_linkField->setProblem({});
        updateControls();
    });
    connect(m_name, &QLineEdit::textChanged, this, [this] {
        m_nameField->setProblem({});
        updateControls();
    });
    connect(m_email, &QLineEdit::textChanged, this, [this] {
        m_emailField->setProblem({});
        updateControls();
    });
    connect(m_password, &NewPassword::changed, this, [this] { updateControls(); });
    connect(m_link, &QLineEdit::returnPressed, this, &JoinPage::submit);
    connect(m_name, &QLineEdit::returnPressed, m_email, [this] { m_email->setFocus(); });
    connect(m_email, &QLineEdit::returnPressed, m_password, [this] { m_password->focusFirst(); });
    connect(m_password, &NewPassword::returnPressed, this, &JoinPage::submit);
    connect(primary(), &QPushButton::clicked, this, &JoinPage::submit);
    setStep(Step::Link);
}

void JoinPage::buildColumn()
{
    for (QWidget *part :
        {static_cast<QWidget *>(m_linkField), static_cast<QWidget *>(m_panel), static_cast<QWidget *>(m_nameField),
            static_cast<QWidget *>(m_emailField), static_cast<QWidget *>(m_password)})
        addField(part);
    addFoot();
}

void JoinPage::start(const QString &link)
{
    wipe();
    m_link->setText(link);
    setStep(Step::Link);
    if (!link.isEmpty())
        submit();
    else if (isVisible())
        m_link->setFocus();
}

void JoinPage::showInvitation(const InvitationFace &face)
{
    m_face = face;
    m_panel->setFace(face);
    m_name->setText(face.name);
    m_email->setText(face.email);
    m_email->setReadOnly(!face.email.isEmpty());
    m_password->setKnown({face.name, face.email, face.companyName});
    setBusy(false);
    setStep(face.isReset ? Step::Reset : Step::Join);
    if (isVisible())
        focusFirstEmpty();
}

void JoinPage::showLinkProblem(const QString &sentence)
{
    setStep(Step::Link);
    showProblem({});
    m_linkField->setProblem(sentence);
    m_link->selectAll();
    m_link->setFocus();
}

void JoinPage::showEmailProblem(const QString &sentence)
{
    showProblem({});
    m_emailField->setProblem(sentence);
    m_email->setFocus();
}

void JoinPage::wipe()
{
    m_link->setText({});
    m_name->setText({});
    m_email->setText({});
    m_password->wipe();
    m_face = {};
    showProblem({});
    setStep(Step::Link);
}

void JoinPage::setStep(Step step)
{
    m_step = step;
    m_linkField->setVisible(step == Step::Link || step == Step::Looking);
    m_panel->setVisible(step == Step::Join || step == Step::Reset);
    m_nameField->setVisible(step == Step::Join);
    m_emailField->setVisible(step == Step::Join);
    m_password->setVisible(step == Step::Join || step == Step::Reset);
    retranslate();
    updateControls();
}

void JoinPage::submit()
{
    if (isBusy())
        return;
    if (m_step != Step::Link) {
        submitMember();
        return;
    }
    if (m_link->text().trimmed().isEmpty())
        return;
    setBusy(true);
    setStep(Step::Looking);
    Q_EMIT linkEntered(m_link->text().trimmed());
}

void JoinPage::submitMember()
{
    if (m_step == Step::Join && m_name->text().trimmed().isEmpty()) {
        m_nameField->setProblem(tr("Say the name that your colleagues will see."));
        m_name->setFocus();
        return;
    }
    if (m_step == Step::Join && !looksLikeEmail(m_email->text())) {
        m_emailField->setProblem(tr("This is not an e-mail address."));
        m_email->setFocus();
        return;
    }
    if (!m_password->check())
        return;
    setBusy(true);
    if (m_step == Step::Reset)
        Q_EMIT resetRequested(m_password->password());
    else
        Q_EMIT joinRequested(m_name->text().trimmed(), m_email->text().trimmed(), m_password->password());
}

void JoinPage::focusFirstEmpty()
{
    if (m_step == Step::Link || m_step == Step::Looking)
        m_link->setFocus();
    else if (m_step == Step::Join && m_name->text().isEmpty())
        m_name->setFocus();
    else if (m_step == Step::Join && m_email->text().isEmpty())
        m_email->setFocus();
    else
        m_password->focusFirst();
}

void JoinPage::showEvent(QShowEvent *event)
{
    FormPage::showEvent(event);
    focusFirstEmpty();
}

void JoinPage::updateControls()
{
    m_link->setReadOnly(isBusy()); // not disabled: focus and what was typed stay where they are
    m_name->setReadOnly(isBusy());
    m_email->setReadOnly(isBusy() || !m_face.email.isEmpty());
    m_password->setReadOnly(isBusy());
    const bool link = m_step == Step::Link || m_step == Step::Looking;
    const bool something = link ? !m_link->text().trimmed().isEmpty() : !m_password->isEmpty();
    primary()->setEnabled(!isBusy() && something);
    back()->setEnabled(!isBusy());
    if (link)
        primary()->setText(isBusy() ? tr("Looking it up…") : tr("Continue"));
    else if (m_step == Step::Reset)
        primary()->setText(isBusy() ? tr("Setting the password…") : tr("Set the password"));
    else
        primary()->setText(isBusy() ? tr("Joining…") : tr("Join"));
}

void JoinPage::retranslate()
{
    switch (m_step) {
    case Step::Link:
    case Step::Looking:
        setTexts(tr("Join your company"), tr("Paste the link that your admin sent you."));
        break;
    case Step::Join:
        setTexts(tr("Join your company"), tr("Check that this is where you want to go, then say who you are."));
        break;
    case Step::Reset:
        setTexts(tr("Choose a new password"), tr("You are signed out everywhere else when it is set."));
        break;
    }
    m_linkField->setLabel(tr("Invitation link"));
    m_nameField->setLabel(tr("Your name"));
    m_emailField->setLabel(tr("Email"));
    if (m_step == Step::Reset)
        m_password->setLabels(tr("New password"), tr("Repeat the new password"));
    else
        m_password->setLabels(tr("Password"), tr("Repeat the password"));
    back()->setText(tr("Back to sign-in"));
    updateControls();
}

} // namespace conversure::ui
