// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "AccountFlow.h"

#include "KeeperChoice.h"
#include "OpenOnce.h"
#include "Profile.h"
#include "SignInFlow.h"

#include "models/AccountErrors.h"
#include "ui/account/DevicesDialog.h"
#include "ui/account/InviteDialog.h"
#include "ui/account/PassphraseDialog.h"
#include "ui/account/PasswordDialog.h"

#include <algorithm>

namespace conversure::clientapp {

namespace {

constexpr int resetDays = 7;

} // namespace

AccountFlow::AccountFlow(const Profile &profile, const store::SqlLibrary &library, const QString &pinsFile,
    KeeperChoice &keeper, SignInFlow &signIn, ui::MainWindow &window)
    : m_profile(profile)
    , m_keeper(keeper)
    , m_signIn(signIn)
    , m_window(window)
    , m_devices(m_clock)
    , m_invitations(m_clock)
    , m_desk{m_worker, library, pinsFile}
    , m_changePassword(m_desk)
    , m_manageDevices(m_desk)
    , m_invite(m_desk)
    , m_managePeople(m_desk)
    , m_vault(m_desk, window)
    , m_worker(QStringLiteral("conversure account"))
{
    connect(&m_window, &ui::MainWindow::accountActionChosen, this, &AccountFlow::openDialog);
    connect(&m_window, &ui::MainWindow::rememberingRequested, this, &AccountFlow::openPassphrase);
    connectPassword();
    connectDevices();
    connectInvitations();
    connectPeople();
    connectVault();
}

AccountFlow::~AccountFlow()
{
    m_worker.stop();
}

void AccountFlow::begin(
    const std::shared_ptr<const usecases::Account> &account, const std::shared_ptr<const vault::DeviceRecord> &record)
{
    m_account = account;
    m_record = record;
    m_worker.setTarget(account->database);
    m_invite.setInviter(record, m_profile.door(), m_profile.relay());
    m_vault.begin(account, record);
}

void AccountFlow::end()
{
    m_account.reset();
    m_record.reset();
    m_vault.end();
    m_invite.setInviter(nullptr, {}, {});
    m_worker.setTarget({});
    for (QDialog *dialog : {static_cast<QDialog *>(m_passwordDialog), static_cast<QDialog *>(m_devicesDialog),
             static_cast<QDialog *>(m_inviteDialog), static_cast<QDialog *>(m_peopleDialog),
             static_cast<QDialog *>(m_passphraseDialog)})
        delete dialog;
    m_devices.setDevices({});
    m_invitations.setInvitations({});
    m_people.setPeople({});
}

void AccountFlow::openDialog(ui::AccountAction action)
{
    if (!m_account)
        return;
    switch (action) {
    case ui::AccountAction::Invite:
        return openInvitations();
    case ui::AccountAction::People:
        return openPeople();
    case ui::AccountAction::Relays:
        return m_vault.openRelays();
    case ui::AccountAction::Recovery:
        return m_vault.openRecovery();
    case ui::AccountAction::ChangePassword:
        return openPassword();
    case ui::AccountAction::Devices:
        return openDevices();
    }
}

void AccountFlow::connectPassword()
{
    connect(&m_changePassword, &usecases::ChangePassword::done, this, [this](int others) {
        if (m_passwordDialog)
            m_passwordDialog->showChanged(others);
    });
    connect(&m_changePassword, &usecases::ChangePassword::failed, this, [this](const Error &error) {
        if (!m_passwordDialog)
            return;
        if (error.code == QStringLiteral("CV005"))
            m_passwordDialog->showWrongPassword();
        else if (error.code == QStringLiteral("CV007"))
            m_passwordDialog->showLocked(std::max(1, error.detail[QStringLiteral("retry_after")].toInt()));
        else if (error.code == QStringLiteral("store:lost"))
            m_passwordDialog->showFailed(tr("The connection broke, so it is not certain which password holds. Try the "
                                            "new one at the next sign-in, and the old one if it does not work."));
        else
            m_passwordDialog->showFailed(models::accountErrorSentence(error));
    });
}

void AccountFlow::openPassword()
{
    openOnce(m_passwordDialog, [this] {
        auto *dialog =
            new ui::PasswordDialog(m_clock, {m_account->name, m_account->email, m_account->companyName}, &m_window);
        connect(dialog, &ui::PasswordDialog::changeRequested, this,
            [this](const QString &oldPassword, const QString &newPassword) {
                m_changePassword.run(m_account->email, oldPassword, newPassword, m_signIn.deviceSecret());
            });
        return dialog;
    });
}

void AccountFlow::connectDevices()
{
    using usecases::ManageDevices;
    connect(&m_manageDevices, &ManageDevices::listed, this, [this](const QList<DeviceRow> &devices) {
        if (!m_account)
            return;
        m_devices.setDevices(devices);
        if (m_devicesDialog)
            m_devicesDialog->showList();
    });
    connect(&m_manageDevices, &ManageDevices::listFailed, this, [this](const Error &error) {
        if (m_devicesDialog)
            m_devicesDialog->showLoadFailed(models::accountErrorSentence(error));
    });
    connect(&m_manageDevices, &ManageDevices::ended, this, [this](const QUuid &session) {
        QString name;
        bool here = false;
        for (int row = 0; row < m_devices.rowCount(); ++row) {
            const QModelIndex index = m_devices.index(row);
            if (m_devices.rowAt(index).session == session) {
                name = index.data().toString();
                here = m_devices.rowAt(index).isCurrent;
            }
        }
        if (here) {
            Q_EMIT sessionEnded();
            return;
        }
        if (m_devicesDialog)
            m_devicesDialog->showEnded(name);
        m_manageDevices.list();
    });
    connect(&m_manageDevices, &ManageDevices::allEnded, this, &AccountFlow::sessionEnded);
    connect(&m_manageDevices, &ManageDevices::endFailed, this, [this](const Error &error) {
        if (m_devicesDialog)
            m_devicesDialog->showEndFailed(models::accountErrorSentence(error));
    });
}

void AccountFlow::openDevices()
{
    openOnce(m_devicesDialog, [this] {
        auto *dialog = new ui::DevicesDialog(m_devices, &m_window);
        connect(dialog, &ui::DevicesDialog::listRequested, &m_manageDevices, &usecases::ManageDevices::list);
        connect(dialog, &ui::DevicesDialog::endRequested, &m_manageDevices, &usecases::ManageDevices::end);
        connect(dialog, &ui::DevicesDialog::endAllRequested, &m_manageDevices, &usecases::ManageDevices::endAll);
        return dialog;
    });
}

void AccountFlow::connectInvitations()
{
    using usecases::InviteColleagues;
    const auto failed = [this](const Error &error) {
        if (m_inviteDialog)
            m_inviteDialog->showFailed(models::inviteErrorSentence(error));
        else if (m_peopleDialog)
            m_peopleDialog->showFailed(models::inviteErrorSentence(error));
    };
    connect(&m_invite, &InviteColleagues::invited, this, [this](const QString &link) {
        if (m_inviteDialog)
            m_inviteDialog->showLink(link);
        m_invite.list();
    });
    connect(&m_invite, &InviteColleagues::resetInvited, this, [this](UserId person, const QString &link) {
        if (m_peopleDialog)
            m_peopleDialog->showResetLink(personName(person), link);
    });
    connect(&m_invite, &InviteColleagues::listed, this, [this](const QList<InvitationRow> &open) {
        if (m_account)
            m_invitations.setInvitations(open);
    });
    connect(&m_invite, &InviteColleagues::revoked, this, [this] {
        if (m_inviteDialog)
            m_inviteDialog->showRevoked();
        m_invite.list();
    });
    connect(&m_invite, &InviteColleagues::failed, this, failed);
    connect(&m_invite, &InviteColleagues::listFailed, this, failed);
    connect(&m_invite, &InviteColleagues::revokeFailed, this, failed);
}

void AccountFlow::openInvitations()
{
    openOnce(m_inviteDialog, [this] {
        auto *dialog = new ui::InviteDialog(m_invitations, &m_window);
        connect(dialog, &ui::InviteDialog::listRequested, &m_invite, &usecases::InviteColleagues::list);
        connect(dialog, &ui::InviteDialog::inviteRequested, this, [this](const ui::NewInvitation &invitation) {
            m_invite.invite({invitation.userRole, invitation.name, invitation.email}, invitation.days);
        });
        connect(dialog, &ui::InviteDialog::revokeRequested, &m_invite, &usecases::InviteColleagues::revoke);
        return dialog;
    });
}

void AccountFlow::connectPeople()
{
    using usecases::ManagePeople;
    const auto done = [this](const QString &sentence) {
        if (m_peopleDialog)
            m_peopleDialog->showDone(sentence);
        if (m_account)
            m_managePeople.list(m_account->user);
    };
    connect(&m_managePeople, &ManagePeople::listed, this, [this](const QList<PersonRow> &people) {
        if (!m_account)
            return;
        m_people.setPeople(people);
        if (m_peopleDialog)
            m_peopleDialog->showList();
    });
    connect(&m_managePeople, &ManagePeople::listFailed, this, [this](const Error &error) {
        if (m_peopleDialog)
            m_peopleDialog->showLoadFailed(models::accountErrorSentence(error));
    });
    // What they have left is shown with them, in the list.
    connect(&m_managePeople, &ManagePeople::deactivated, this, [this, done](UserId person) {
        m_vault.offerTokens(personName(person), m_peopleDialog);
        done(tr("%1 is deactivated and signed out.").arg(personName(person)));
    });
    connect(&m_managePeople, &ManagePeople::activated, this,
        [this, done](UserId person) { done(tr("%1 can sign in again.").arg(personName(person))); });
    connect(&m_managePeople, &ManagePeople::unlocked, this,
        [this, done](UserId person) { done(tr("%1 can try the password again at once.").arg(personName(person))); });
    connect(&m_managePeople, &ManagePeople::handedOver, this, [this, done](UserId person, UserId heir, int count) {
        const QString from = personName(person);
        if (heir.isNull())
            done(tr("What %1 had open is everybody's again.").arg(from));
        else if (count == 1)
            done(tr("One open conversation went from %1 to %2.").arg(from, personName(heir)));
        else
            done(tr("%n open conversations went from %1 to %2.", nullptr, count).arg(from, personName(heir)));
    });
    connect(&m_managePeople, &ManagePeople::failed, this, [this](const Error &error) {
        if (m_peopleDialog)
            m_peopleDialog->showFailed(models::accountErrorSentence(error));
    });
}

QString AccountFlow::personName(UserId person) const
{
    for (int row = 0; row < m_people.rowCount(); ++row) {
        const PersonRow known = m_people.rowAt(m_people.index(row));
        if (known.id == person)
            return known.name;
    }
    return {};
}

void AccountFlow::openPeople()
{
    openOnce(m_peopleDialog, [this] {
        auto *dialog = new ui::PeopleDialog(m_people, &m_window);
        connect(dialog, &ui::PeopleDialog::listRequested, this, [this] { m_managePeople.list(m_account->user); });
        connect(dialog, &ui::PeopleDialog::actRequested, this, &AccountFlow::act);
        connect(dialog, &ui::PeopleDialog::handOverRequested, this,
            [this](const PersonRow &person, UserId heir) { m_managePeople.handOver(person.id, heir); });
        connect(dialog, &ui::PeopleDialog::tokensRequested, this,
            [this, dialog](const PersonRow &person) { m_vault.openTokens(person.name, dialog); });
        return dialog;
    });
}

void AccountFlow::act(ui::PeopleDialog::Act act, const PersonRow &person)
{
    switch (act) {
    case ui::PeopleDialog::Act::Deactivate:
        return m_managePeople.deactivate(person.id);
    case ui::PeopleDialog::Act::Activate:
        return m_managePeople.activate(person.id);
    case ui::PeopleDialog::Act::Unlock:
        return m_managePeople.unlock(person.id);
    case ui::PeopleDialog::Act::NewPassword:
        return m_invite.inviteReset(person.id, resetDays);
    }
}

void AccountFlow::openPassphrase()
{
    vault::PassphraseFile &file = m_keeper.file();
    openOnce(m_passphraseDialog, [this, &file] {
        auto *dialog = new ui::PassphraseDialog(file.path(), m_keeper.usesFile() && file.isOpen(), &m_window);
        connect(dialog, &ui::PassphraseDialog::useRequested, this, [this, &file](const QString &passphrase) {
            file.create(passphrase, this, [this](const Result<void> &done) {
                if (done) {
                    m_keeper.setUsesFile(true);
                    m_signIn.keep();
                }
                if (m_passphraseDialog && done)
                    m_passphraseDialog->showDone(true);
                else if (m_passphraseDialog)
                    m_passphraseDialog->showFailed(models::passphraseErrorSentence(done.error()));
            });
        });
        connect(dialog, &ui::PassphraseDialog::stopRequested, this, [this, &file] {
            file.discard(this, [this](const Result<void> &done) {
                if (done) {
                    m_keeper.setUsesFile(false);
                    m_signIn.keep();
                }
                if (m_passphraseDialog && done)
                    m_passphraseDialog->showDone(false);
                else if (m_passphraseDialog)
                    m_passphraseDialog->showFailed(models::passphraseErrorSentence(done.error()));
            });
        });
        return dialog;
    });
}

void AccountFlow::connectVault()
{
    connect(&m_vault, &VaultFlow::confirmed, this, [this] {
        if (m_peopleDialog && m_account)
            m_managePeople.list(m_account->user);
    });
    connect(&m_vault, &VaultFlow::opened, this,
        [this](const std::shared_ptr<const usecases::Account> &account,
            const std::shared_ptr<const vault::DeviceRecord> &record) {
            Q_EMIT accountOpened(account);
            begin(account, record);
        });
}

} // namespace conversure::clientapp
