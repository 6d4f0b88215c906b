// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "VaultFlow.h"

#include "domain/Clock.h"
#include "models/AccountLists.h"
#include "store/Worker.h"
#include "ui/account/PeopleDialog.h"
#include "ui/shell/MainWindow.h"
#include "usecases/Account.h"
#include "usecases/ChangePassword.h"
#include "usecases/InviteColleagues.h"
#include "usecases/ManageDevices.h"
#include "usecases/ManagePeople.h"
#include "vault/DeviceRecord.h"

#include <QObject>
#include <QPointer>

#include <memory>

namespace conversure::ui {
class DevicesDialog;
class InviteDialog;
class PassphraseDialog;
class PasswordDialog;
} // namespace conversure::ui

namespace conversure::clientapp {

class KeeperChoice;
class Profile;
class SignInFlow;

/// What somebody who is signed in does with their account and, as an admin, with those of others: opens the dialogs
/// that the window's menu names and joins them to the use cases.
class AccountFlow : public QObject
{
    Q_OBJECT

public:
    /// All must outlive this. \a pinsFile: see usecases::MemberDesk.
    AccountFlow(const Profile &profile, const store::SqlLibrary &library, const QString &pinsFile, KeeperChoice &keeper,
        SignInFlow &signIn, ui::MainWindow &window);
    ~AccountFlow() override;

    void begin(const std::shared_ptr<const usecases::Account> &account,
        const std::shared_ptr<const vault::DeviceRecord> &record);
    /// Nobody is signed in any more: closes what is open.
    void end();

Q_SIGNALS:
    /// This session was ended from here.
    void sessionEnded();
    /// The member who was waiting has been let into the vault.
    void accountOpened(const std::shared_ptr<const conversure::usecases::Account> &account);

private:
    void connectPassword();
    void connectDevices();
    void connectInvitations();
    void connectPeople();
    void connectVault();
    void openDialog(ui::AccountAction action);
    void openPassword();
    void openDevices();
    void openInvitations();
    void openPeople();
    void openPassphrase();
    void act(ui::PeopleDialog::Act act, const PersonRow &person);
    QString personName(UserId person) const;

    const Profile &m_profile;
    KeeperChoice &m_keeper;
    SignInFlow &m_signIn;
    ui::MainWindow &m_window;
    SystemClock m_clock;
    models::DeviceListModel m_devices;
    models::InvitationListModel m_invitations;
    models::PersonListModel m_people;
    usecases::MemberDesk m_desk; ///< With m_worker, which is made after it and stopped before it.
    usecases::ChangePassword m_changePassword;
    usecases::ManageDevices m_manageDevices;
    usecases::InviteColleagues m_invite;
    usecases::ManagePeople m_managePeople;
    VaultFlow m_vault;
    std::shared_ptr<const usecases::Account> m_account; ///< Null: nobody is signed in.
    std::shared_ptr<const vault::DeviceRecord> m_record;
    QPointer<ui::PasswordDialog> m_passwordDialog;
    QPointer<ui::DevicesDialog> m_devicesDialog;
    QPointer<ui::InviteDialog> m_inviteDialog;
    QPointer<ui::PeopleDialog> m_peopleDialog;
    QPointer<ui::PassphraseDialog> m_passphraseDialog;
    store::Worker m_worker;
};

} // namespace conversure::clientapp
