// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/account/AccountDialog.h"

#include "domain/AccountRows.h"

class QLineEdit;
class QStackedWidget;

namespace conversure::models {
class RelayListModel;
}

namespace conversure::ui {

class CardList;
class EmptyState;
class FormField;
class InkLabel;

/// The relays that may receive for the company. One is authorized with the fingerprint that a person read on the
/// relay's own computer: what the store shows is what is being checked.
class RelaysDialog : public AccountDialog
{
    Q_OBJECT

public:
    /// \a model must outlive the dialog.
    explicit RelaysDialog(models::RelayListModel &model, QWidget *parent = nullptr);

    void showList(); ///< The model has it.
    void showLoadFailed(const QString &sentence);
    void showAuthorized(const QString &name);
    void showFingerprintProblem(const QString &sentence); ///< In its place.
    void showFailed(const QString &sentence);

Q_SIGNALS:
    void listRequested();
    void authorizeRequested(const QUuid &relay, const QString &fingerprint);

protected:
    void retranslate() override;
    void showEvent(QShowEvent *event) override;

private:
    void buildColumn();
    void submit();
    void updateControls();

    models::RelayListModel &m_model;
    InkLabel *m_intro;
    QStackedWidget *m_pages;
    InkLabel *m_loading;
    CardList *m_list;
    QWidget *m_listPanel; ///< With its frame.
    EmptyState *m_failure;
    EmptyState *m_none;
    QLineEdit *m_fingerprint;
    FormField *m_fingerprintField;
    QPushButton *m_authorize;
    bool m_busy = false;
};

} // namespace conversure::ui
