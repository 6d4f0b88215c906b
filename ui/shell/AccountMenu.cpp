// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/AccountMenu.h"

#include "ui/widgets/Icon.h"

#include <QAction>
#include <QActionGroup>
#include <QEvent>
#include <QMenu>

namespace conversure::ui {

AccountMenu::AccountMenu(QAction *help, QWidget *parent)
    : QToolButton(parent)
    , m_menu(new QMenu(this))
    , m_themeMenu(new QMenu(m_menu))
    , m_who(m_menu->addAction(QString()))
    , m_modes(new QActionGroup(this))
    , m_invite(nullptr)
    , m_people(nullptr)
    , m_relays(nullptr)
    , m_recovery(nullptr)
    , m_adminEnd(nullptr)
    , m_password(nullptr)
    , m_devices(nullptr)
    , m_signOut(nullptr)
{
    setIcon(ui::icon(IconName::Menu));
    setIconSize({measure::iconSize, measure::iconSize});
    setFixedSize(measure::controlHeight, measure::controlHeight);
    setAutoRaise(true);
    m_who->setEnabled(false);
    m_menu->addSeparator();
    m_invite = addAccountAction(AccountAction::Invite);
    m_people = addAccountAction(AccountAction::People);
    m_relays = addAccountAction(AccountAction::Relays);
    m_recovery = addAccountAction(AccountAction::Recovery);
    m_adminEnd = m_menu->addSeparator();
    m_password = addAccountAction(AccountAction::ChangePassword);
    m_devices = addAccountAction(AccountAction::Devices);
    m_menu->addSeparator();
    m_menu->addMenu(m_themeMenu);
    m_menu->addAction(help);
    m_menu->addSeparator();
    m_signOut = m_menu->addAction(QString());
    for (const ThemeMode mode : {ThemeMode::Auto, ThemeMode::Light, ThemeMode::Dark}) {
        QAction *action = m_themeMenu->addAction(QString());
        action->setCheckable(true);
        m_modes->addAction(action);
        m_modeActions << action;
        connect(action, &QAction::triggered, this, [this, mode] { Q_EMIT themeModeChosen(mode); });
    }
    // popup() instead of setMenu(), which would run an event loop of its own.
    connect(this, &QToolButton::clicked, this, [this] { m_menu->popup(mapToGlobal(QPoint(0, height() + 4))); });
    connect(m_signOut, &QAction::triggered, this, &AccountMenu::signOutRequested);
    retranslate();
}

QAction *AccountMenu::addAccountAction(AccountAction action)
{
    QAction *entry = m_menu->addAction(QString());
    connect(entry, &QAction::triggered, this, [this, action] { Q_EMIT actionChosen(action); });
    return entry;
}

void AccountMenu::setWho(const QString &userName, const QString &companyName, bool isAdmin)
{
    m_isAdmin = isAdmin;
    m_who->setText(QStringList{userName, companyName}.join(QStringLiteral(" · ")));
    showEntries();
}

void AccountMenu::setKeysWait(bool wait)
{
    m_keysWait = wait;
    showEntries();
}

void AccountMenu::showEntries()
{
    for (QAction *entry : {m_invite, m_people, m_relays, m_adminEnd})
        entry->setVisible(m_isAdmin);
    m_recovery->setVisible(m_isAdmin && m_keysWait);
}

void AccountMenu::setThemeMode(ThemeMode mode)
{
    m_modeActions.at(static_cast<int>(mode))->setChecked(true);
}

void AccountMenu::changeEvent(QEvent *event)
{
    QToolButton::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

void AccountMenu::retranslate()
{
    setAccessibleName(tr("Account"));
    setToolTip(tr("Account and appearance"));
    m_themeMenu->setTitle(tr("Appearance"));
    m_modeActions.at(0)->setText(tr("As the desktop"));
    m_modeActions.at(1)->setText(tr("Light"));
    m_modeActions.at(2)->setText(tr("Dark"));
    m_invite->setText(tr("Invite a colleague…"));
    m_people->setText(tr("People…"));
    m_relays->setText(tr("Relays…"));
    m_recovery->setText(tr("Use the recovery code…"));
    m_password->setText(tr("Change password…"));
    m_devices->setText(tr("Your computers…"));
    m_signOut->setText(tr("Sign out"));
}

} // namespace conversure::ui
