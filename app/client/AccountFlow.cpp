// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "AccountFlow.h"

#include "KeeperChoice.h"
#include "Profile.h"
#include "SignInFlow.h"

#include "models/AccountErrors.h"
#include "ui/account/DevicesDialog.h"
#include "ui/account/InviteDialog.h"
#include "ui/account/PassphraseDialog.h"
#include "ui/account/PasswordDialog.h"

#include <chrono>

namespace conversure::clientapp {

namespace {

/// A new colleague waits with their first message until both sides have looked.
constexpr std::chrono::milliseconds vaultPause{10'000};
constexpr int resetDays = 7;

/// Shows \a dialog, or the one that is open already.
template <class Dialog, class Make>
void openOnce(QPointer<Dialog> &dialog, Make make)
{
    if (!dialog) {
        dialog = make();
        dialog->open();
    }
    dialog->raise();
    dialog->activateWindow();
}

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
    , m_confirm(m_desk, vaultPause)
    , m_again(library, pinsFile)
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
    if (account->waitsForKeys)
        wait();
    else if (isAdmin())
        m_confirm.start(record);
}

void AccountFlow::end()
{
    m_account.reset();
    m_record.reset();
    m_waitTimer.stop();
    m_confirm.stop();
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

bool AccountFlow::isAdmin() const
{
    return m_account && m_account->userRole != QStringLiteral("AGENT");
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
        auto *dialog = new ui::PasswordDialog({m_account->name, m_account->email, m_account->companyName}, &m_window);
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
    connect(&m_managePeople, &ManagePeople::deactivated, this, [this, done](UserId person, int open) {
        const QString name = personName(person);
        if (open == 0)
            done(tr("%1 is deactivated and signed out.").arg(name));
        else if (open == 1)
            done(tr("%1 is deactivated and signed out. One open conversation is still theirs.").arg(name));
        else
            done(tr("%1 is deactivated and signed out. %n open conversations are still theirs.", nullptr, open)
                     .arg(name));
    });
    connect(&m_managePeople, &ManagePeople::activated, this,
        [this, done](UserId person) { done(tr("%1 can sign in again.").arg(personName(person))); });
    connect(&m_managePeople, &ManagePeople::unlocked, this,
        [this, done](UserId person) { done(tr("%1 can try the password again at once.").arg(personName(person))); });
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
    connect(&m_confirm, &usecases::ConfirmMembers::confirmed, this, [this] {
        if (m_peopleDialog && m_account)
            m_managePeople.list(m_account->user);
    });
    connect(&m_confirm, &usecases::ConfirmMembers::suspicious, this, [this](const QString &name) {
        m_window.showNotice(tr("The keys of %1 were not made by whoever you invited, so they were not let into the "
                               "vault. Deactivate this account, and ask your colleague by telephone.")
                                .arg(name));
    });
    m_waitTimer.setSingleShot(true);
    m_waitTimer.setInterval(vaultPause);
    connect(&m_waitTimer, &QTimer::timeout, this, [this] { m_again.resume(m_record); });
    connect(&m_again, &usecases::SignIn::resumeFailed, &m_waitTimer, [this] {
        if (m_account)
            m_waitTimer.start();
    });
    connect(&m_again, &usecases::SignIn::succeeded, this,
        [this](const std::shared_ptr<const usecases::Account> &account,
            const std::shared_ptr<const vault::DeviceRecord> &record) {
            if (!m_record || record->token != m_record->token)
                return; // somebody else has signed in meanwhile
            if (account->waitsForKeys) {
                m_waitTimer.start();
                return;
            }
            m_window.showNotice({});
            Q_EMIT accountOpened(account);
            begin(account, record);
        });
}

/// Looks now and then whether an admin's client has let this member in.
void AccountFlow::wait()
{
    m_window.showNotice(tr("You can read everything already. Sending works once an admin of your company has opened "
                           "Conversure."));
    m_waitTimer.start();
}

} // namespace conversure::clientapp
