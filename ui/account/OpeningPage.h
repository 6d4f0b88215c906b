// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>

class QLabel;
class QPushButton;

namespace conversure::ui {

/// What is seen while a start needs no password: that the inbox is being opened, or what keeps it from opening and what
/// to do about that.
class OpeningPage : public QWidget
{
    Q_OBJECT

public:
    enum class State {
        Opening, ///< Says nothing for the first moment: mostly there is nothing to wait for.
        KeyringWaits, ///< The desktop is asking for the keyring's password.
        KeyringLocked,
        KeyringDenied, ///< A person, or a rule of the desktop, said no.
        StoreAway, ///< It is tried again by itself.
    };

    explicit OpeningPage(QWidget *parent = nullptr);
    void showState(State state);
    State state() const { return m_state; }

Q_SIGNALS:
    void retryRequested(); ///< Ask the keyring again, or the store.
    void passwordPreferred(); ///< Sign in with a password instead.

protected:
    void changeEvent(QEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void buildLayout();
    void speak();
    void recolour();

    State m_state = State::Opening;
    QTimer m_moment;
    QLabel *m_title;
    QLabel *m_hint;
    QPushButton *m_retry;
    QPushButton *m_password;
};

} // namespace conversure::ui
