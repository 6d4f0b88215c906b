// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/account/FormPage.h"

namespace conversure::ui {

class FormField;
class PasswordEdit;

/// At a start where the sign-in is kept in a file under a passphrase: asks for it. Back leads to the sign-in with a
/// password.
class PassphrasePage : public FormPage
{
    Q_OBJECT

public:
    explicit PassphrasePage(QWidget *parent = nullptr);

    void start(const QString &path);
    void showWrong(); ///< In its place.
    void wipe();

Q_SIGNALS:
    void unlockRequested(const QString &passphrase);

protected:
    void updateControls() override;
    void retranslate() override;
    void showEvent(QShowEvent *event) override;

private:
    void submit();

    QString m_path;
    PasswordEdit *m_passphrase;
    FormField *m_field;
};

} // namespace conversure::ui
