// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/CardPage.h"

#include <QString>

class QLineEdit;
class QPushButton;

namespace conversure {
class Clock;
}

namespace conversure::ui {

class FormField;
class InkButton;
class LockCountdown;
class NoticeBar;
class PasswordEdit;

/// E-mail, password, one button; below it the ways in for those who have neither yet. While signing in everything stays
/// readable and nothing can be pressed twice.
class SignInPage : public CardPage
{
    Q_OBJECT

public:
    /// \a clock must outlive the page.
    explicit SignInPage(const Clock &clock, QWidget *parent = nullptr);

    /// Ready for input, with a sentence about what went wrong; keeps the e-mail, and the password if told so.
    void showReady(const QString &sentence, bool keepPassword = false);
    /// The store takes no further try for this e-mail for so long. Counts the seconds; what was typed stays.
    void showLocked(int seconds);
    void setEmail(const QString &email);
    void showBusy();
    QString sentence() const;

Q_SIGNALS:
    void signInRequested(const QString &email, const QString &password);
    void companyWanted(); ///< A new one.
    void invitationAtHand();

protected:
    void changeEvent(QEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void buildColumn();
    void submit();
    void updateControls();
    void retranslate();
    void focusFirstEmpty();
    int secondsLocked() const; ///< For the e-mail that is typed now.
    void sayLock();

    QLineEdit *m_email;
    PasswordEdit *m_password;
    FormField *m_emailField;
    FormField *m_passwordField;
    NoticeBar *m_error;
    QPushButton *m_signIn;
    InkButton *m_join;
    InkButton *m_found;
    LockCountdown *m_lock;
    QString m_lockedEmail;
    bool m_busy = false;
};

} // namespace conversure::ui
