// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/account/AccountDialog.h"

#include <QStringList>

namespace conversure {
class Clock;
}

namespace conversure::ui {

class FormField;
class LockCountdown;
class NewPassword;
class PasswordEdit;

/// Changes one's own password.
class PasswordDialog : public AccountDialog
{
    Q_OBJECT

public:
    /// \a clock must outlive the dialog. \a known: see NewPassword.
    PasswordDialog(const Clock &clock, const QStringList &known, QWidget *parent = nullptr);

    /// Done: so many other computers were signed out by it.
    void showChanged(int others);
    void showWrongPassword(); ///< The old one; in its place.
    /// The store takes no further try for so long. Counts the seconds; what was typed stays.
    void showLocked(int seconds);
    /// It did not work for another reason: ready again.
    void showFailed(const QString &sentence);
    bool isBusy() const { return m_busy; }

Q_SIGNALS:
    void changeRequested(const QString &oldPassword, const QString &newPassword);

protected:
    void retranslate() override;
    void reject() override;

private:
    void setBusy(bool busy);
    void submit();
    void updateControls();
    void sayLock();

    PasswordEdit *m_old;
    FormField *m_oldField;
    NewPassword *m_new;
    QPushButton *m_change;
    LockCountdown *m_lock;
    bool m_busy = false;
    bool m_done = false;
};

} // namespace conversure::ui
