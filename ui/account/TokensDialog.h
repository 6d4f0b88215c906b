// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/account/AccountDialog.h"

class QStackedWidget;

namespace conversure::models {
class TokenListModel;
}

namespace conversure::ui {

class CardList;
class EmptyState;
class InkLabel;

/// What somebody who has gone may still know, and what to do about it: tokens that only their providers can renew, and
/// a new data key for the company.
class TokensDialog : public AccountDialog
{
    Q_OBJECT

public:
    /// \a model must outlive the dialog. \a leaver: a name.
    TokensDialog(models::TokenListModel &model, const QString &leaver, QWidget *parent = nullptr);

    void showList(); ///< The model has it.
    void showLoadFailed(const QString &sentence);
    void showRenewed(int lapsedInvitations);
    void showFailed(const QString &sentence);

Q_SIGNALS:
    void listRequested();
    void renewRequested();

protected:
    void retranslate() override;
    void showEvent(QShowEvent *event) override;

private:
    void buildColumn();
    void submit();
    void updateControls();

    models::TokenListModel &m_model;
    const QString m_leaver;
    InkLabel *m_what;
    QStackedWidget *m_pages;
    InkLabel *m_loading;
    CardList *m_list;
    QWidget *m_listPanel; ///< With its frame.
    EmptyState *m_failure;
    InkLabel *m_none;
    InkLabel *m_key; ///< What a new data key is for.
    QPushButton *m_renew;
    bool m_busy = false;
    bool m_done = false;
};

} // namespace conversure::ui
