// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/account/AccountDialog.h"

#include <QUuid>

class QComboBox;
class QLineEdit;

namespace conversure::models {
class InvitationListModel;
}

namespace conversure::ui {

class CardList;
class FormField;
class InkButton;
class InkLabel;
class LinkPanel;

/// Whom to invite, as the dialog's fields say it.
struct NewInvitation {
    QString name;
    QString email; ///< Empty: whoever has the link says it.
    QString userRole;
    int days = 7;
};

/// Makes links that let a colleague in, and takes those back that were not used yet.
class InviteDialog : public AccountDialog
{
    Q_OBJECT

public:
    /// \a model must outlive the dialog.
    explicit InviteDialog(models::InvitationListModel &model, QWidget *parent = nullptr);

    /// The link is there; it is shown once.
    void showLink(const QString &link);
    /// Making a link or taking one back did not work.
    void showFailed(const QString &sentence);
    void showRevoked();

Q_SIGNALS:
    void listRequested();
    void inviteRequested(const conversure::ui::NewInvitation &invitation);
    void revokeRequested(const QUuid &invitation);

protected:
    void retranslate() override;
    void showEvent(QShowEvent *event) override;

private:
    void buildColumn();
    QWidget *buildForm();
    QWidget *buildOpen();
    void submit();
    void revoke();
    void beginAnother();
    void updateControls();

    models::InvitationListModel &m_model;
    QWidget *m_form;
    QLineEdit *m_name;
    QLineEdit *m_email;
    QComboBox *m_role;
    QComboBox *m_days;
    FormField *m_nameField;
    FormField *m_emailField;
    FormField *m_roleField;
    FormField *m_daysField;
    LinkPanel *m_link;
    InkLabel *m_openTitle;
    InkLabel *m_none;
    CardList *m_open;
    QWidget *m_list; ///< With its frame.
    InkButton *m_revoke;
    QPushButton *m_create;
    bool m_busy = false;
};

} // namespace conversure::ui
