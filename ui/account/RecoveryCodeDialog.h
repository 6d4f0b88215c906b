// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/account/AccountDialog.h"

class QLineEdit;

namespace conversure::ui {

class FormField;
class InkLabel;

/// For an admin whose new keys nobody is left to sign: the recovery code does.
class RecoveryCodeDialog : public AccountDialog
{
    Q_OBJECT

public:
    explicit RecoveryCodeDialog(QWidget *parent = nullptr);

    void showRecovered();
    void showCodeProblem(const QString &sentence); ///< In its place.
    void showFailed(const QString &sentence);

Q_SIGNALS:
    void codeEntered(const QString &code);

protected:
    void retranslate() override;
    void reject() override;

private:
    void submit();
    void setBusy(bool busy);
    void updateControls();

    InkLabel *m_what;
    QLineEdit *m_code;
    FormField *m_codeField;
    QPushButton *m_use;
    bool m_busy = false;
    bool m_done = false;
};

} // namespace conversure::ui
