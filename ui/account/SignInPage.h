// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QAction;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpacerItem;

namespace conversure::ui {

class NoticeBar;

/// E-mail, password, one button. While signing in everything stays readable and nothing can be pressed twice.
class SignInPage : public QWidget
{
    Q_OBJECT

public:
    explicit SignInPage(QWidget *parent = nullptr);

    /// Ready for input, with a sentence about what went wrong; keeps the e-mail, and the password if told so.
    void showReady(const QString &sentence, bool keepPassword = false);
    void setEmail(const QString &email);
    void showBusy();
    QString sentence() const;

Q_SIGNALS:
    void signInRequested(const QString &email, const QString &password);

protected:
    void changeEvent(QEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void buildLayout();
    void placeCard();
    void submit();
    void updateControls();
    void togglePassword();
    void retranslate();
    void recolour();
    void focusFirstEmpty();

    QWidget *m_card;
    QSpacerItem *m_above; ///< Owned by the layout.
    QLabel *m_title;
    QLabel *m_subtitle;
    QLabel *m_emailLabel;
    QLabel *m_passwordLabel;
    QLineEdit *m_email;
    QLineEdit *m_password;
    QAction *m_reveal;
    NoticeBar *m_error;
    QPushButton *m_signIn;
    bool m_busy = false;
};

} // namespace conversure::ui
