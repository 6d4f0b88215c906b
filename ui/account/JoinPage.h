// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/AccountRows.h"
#include "ui/account/FormPage.h"

class QLineEdit;

namespace conversure::ui {

class FormField;
class InvitationPanel;
class NewPassword;

/// With an invitation's link into a company: first the link, then where it leads and who one is. A link for a new
/// password asks for nothing but that.
class JoinPage : public FormPage
{
    Q_OBJECT

public:
    explicit JoinPage(QWidget *parent = nullptr);

    /// Begins: with a link, it is looked up at once.
    void start(const QString &link = {});
    void showInvitation(const InvitationFace &face);
    /// The link is of no use (any more); another one can be pasted.
    void showLinkProblem(const QString &sentence);
    void showEmailProblem(const QString &sentence); ///< In its place.
    /// Forgets what was typed.
    void wipe();

Q_SIGNALS:
    void linkEntered(const QString &link);
    void joinRequested(const QString &name, const QString &email, const QString &password);
    void resetRequested(const QString &password);

protected:
    void updateControls() override;
    void retranslate() override;
    void showEvent(QShowEvent *event) override;

private:
    enum class Step { Link, Looking, Join, Reset };

    void buildColumn();
    void setStep(Step step);
    void submit();
    void submitMember();
    void focusFirstEmpty();

    Step m_step = Step::Link;
    InvitationFace m_face;
    QLineEdit *m_link;
    QLineEdit *m_name;
    QLineEdit *m_email;
    FormField *m_linkField;
    FormField *m_nameField;
    FormField *m_emailField;
    InvitationPanel *m_panel;
    NewPassword *m_password;
};

} // namespace conversure::ui
