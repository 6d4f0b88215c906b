// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/account/AccountDialog.h"

#include <QUuid>

class QStackedWidget;

namespace conversure::models {
class DeviceListModel;
}

namespace conversure::ui {

class CardList;
class ConfirmBar;
class EmptyState;
class InkButton;
class InkLabel;

/// The computers one is signed in on, and signing out of them. Asks for the list when it opens.
class DevicesDialog : public AccountDialog
{
    Q_OBJECT

public:
    /// \a model must outlive the dialog.
    explicit DevicesDialog(models::DeviceListModel &model, QWidget *parent = nullptr);

    void showLoading();
    void showList(); ///< The model has it.
    void showLoadFailed(const QString &sentence);
    /// One computer was signed out, or it was not.
    void showEnded(const QString &name);
    void showEndFailed(const QString &sentence);

Q_SIGNALS:
    void listRequested();
    void endRequested(const QUuid &session);
    void endAllRequested();

protected:
    void retranslate() override;
    void showEvent(QShowEvent *event) override;

private:
    void buildColumn();
    void updateControls();
    void endChosen();
    void askAboutAll();

    models::DeviceListModel &m_model;
    InkLabel *m_intro;
    QStackedWidget *m_pages;
    InkLabel *m_loading;
    CardList *m_list;
    QWidget *m_listPanel; ///< With its frame.
    EmptyState *m_failure;
    ConfirmBar *m_confirm;
    QPushButton *m_end;
    InkButton *m_endAll;
    bool m_ending = false;
};

} // namespace conversure::ui
