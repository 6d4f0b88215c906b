// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/Theme.h"

#include <QList>
#include <QToolButton>

class QAction;
class QActionGroup;
class QMenu;

namespace conversure::ui {

/// What the menu leads to besides appearance and shortcuts.
enum class AccountAction { Invite, People, Relays, Recovery, ChangePassword, Devices };

/// The button over the conversation list: who is signed in, what they can do with their account and, as an admin, with
/// those of others; light or dark, shortcuts, sign out.
class AccountMenu : public QToolButton
{
    Q_OBJECT

public:
    explicit AccountMenu(QAction *help, QWidget *parent = nullptr);

    void setWho(const QString &userName, const QString &companyName, bool isAdmin);
    /// Whether this member's keys wait for somebody who lets them in; an admin's recovery code does that, too.
    void setKeysWait(bool wait);
    void setThemeMode(ThemeMode mode);

Q_SIGNALS:
    void themeModeChosen(conversure::ui::ThemeMode mode);
    void actionChosen(conversure::ui::AccountAction action);
    void signOutRequested();

protected:
    void changeEvent(QEvent *event) override;

private:
    QAction *addAccountAction(AccountAction action);
    void retranslate();
    void showEntries();

    QMenu *m_menu;
    QMenu *m_themeMenu;
    QAction *m_who;
    QActionGroup *m_modes;
    QList<QAction *> m_modeActions; ///< In the order of ThemeMode.
    QAction *m_invite;
    QAction *m_people;
    QAction *m_relays;
    QAction *m_recovery;
    QAction *m_adminEnd; ///< The line below what only admins have.
    QAction *m_password;
    QAction *m_devices;
    QAction *m_signOut;
    bool m_isAdmin = false;
    bool m_keysWait = false;
};

} // namespace conversure::ui
