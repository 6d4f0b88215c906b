// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/account/AccountDialog.h"

#include "domain/AccountRows.h"

class QStackedWidget;

namespace conversure::models {
class PersonListModel;
}

namespace conversure::ui {

class CardList;
class ConfirmBar;
class EmptyState;
class HandOverBar;
class InkButton;
class InkLabel;
class LinkPanel;

/// The members of the company, for its admins: who may come in, who is let in again, who needs a new password, and who
/// gets what somebody who cannot come in any more has left.
class PeopleDialog : public AccountDialog
{
    Q_OBJECT

public:
    enum class Act { Deactivate, Activate, Unlock, NewPassword };

    /// \a model must outlive the dialog.
    explicit PeopleDialog(models::PersonListModel &model, QWidget *parent = nullptr);

    void showList();
    void showLoadFailed(const QString &sentence);
    /// An act is done, with a sentence about it; or it was not.
    void showDone(const QString &sentence);
    void showFailed(const QString &sentence);
    void showResetLink(const QString &name, const QString &link);

Q_SIGNALS:
    void listRequested();
    void actRequested(conversure::ui::PeopleDialog::Act act, const conversure::PersonRow &person);
    /// All open conversations of \a person, to \a heir; null: to everybody.
    void handOverRequested(const conversure::PersonRow &person, conversure::UserId heir);
    void tokensRequested(const conversure::PersonRow &person); ///< Which tokens this person may have read.

protected:
    void retranslate() override;
    void showEvent(QShowEvent *event) override;

private:
    void buildColumn();
    PersonRow chosen() const;
    QList<PersonRow> heirsOf(const PersonRow &leaver) const;
    bool begin(const PersonRow &person);
    void request(Act act);
    void changeAccess();
    void updateControls();

    models::PersonListModel &m_model;
    QStackedWidget *m_pages;
    InkLabel *m_loading;
    CardList *m_list;
    QWidget *m_listPanel; ///< With its frame.
    EmptyState *m_failure;
    HandOverBar *m_handOver;
    LinkPanel *m_link;
    ConfirmBar *m_confirm;
    QPushButton *m_unlock;
    QPushButton *m_reset;
    InkButton *m_deactivate;
    QPushButton *m_activate;
    QPushButton *m_tokens;
    UserId m_asked; ///< Whom the question is about.
    bool m_busy = false;
};

} // namespace conversure::ui
