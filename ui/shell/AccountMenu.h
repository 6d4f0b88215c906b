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

/// The button over the conversation list: who is signed in, light or dark, shortcuts, sign out.
class AccountMenu : public QToolButton
{
    Q_OBJECT

public:
    explicit AccountMenu(QAction *help, QWidget *parent = nullptr);

    void setWho(const QString &userName, const QString &companyName);
    void setThemeMode(ThemeMode mode);

Q_SIGNALS:
    void themeModeChosen(conversure::ui::ThemeMode mode);
    void signOutRequested();

protected:
    void changeEvent(QEvent *event) override;

private:
    void retranslate();

    QMenu *m_menu;
    QMenu *m_themeMenu;
    QAction *m_who;
    QActionGroup *m_modes;
    QList<QAction *> m_modeActions; ///< In the order of ThemeMode.
    QAction *m_signOut;
};

} // namespace conversure::ui
