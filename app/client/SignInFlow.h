// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Options.h"
#include "Profile.h"

#include "domain/Result.h"
#include "usecases/Account.h"
#include "usecases/KeptSignIn.h"
#include "usecases/SignIn.h"
#include "vault/DeviceRecord.h"

#include <QObject>
#include <QTimer>

#include <chrono>
#include <memory>

namespace conversure::ui {
class MainWindow;
}

namespace conversure::clientapp {

class KeeperChoice;
class NewcomerFlow;

/// From the start of the program, or the end of a session, to the inbox: what this computer kept, a password, an
/// invitation, a new company.
class SignInFlow : public QObject
{
    Q_OBJECT

public:
    /// All must outlive this. \a pinsFile: see usecases::MemberDesk.
    SignInFlow(const Options &options, Profile &profile, const store::SqlLibrary &library, const QString &pinsFile,
        KeeperChoice &keeper, ui::MainWindow &window);
    ~SignInFlow() override;

    /// Shows the first page, before anything is asked for; then goes on by itself as far as it gets.
    void begin();
    /// The session is over: this computer forgets it, and the sign-in page says the sentence.
    void leave(const QString &sentence);
    /// Keeps the sign-in of whoever has entered, where secrets are kept now.
    void keep();
    const QByteArray &deviceSecret() { return m_kept.deviceSecret(); }

Q_SIGNALS:
    void entered(const std::shared_ptr<const conversure::usecases::Account> &account,
        const std::shared_ptr<const conversure::vault::DeviceRecord> &record);

private:
    void connectPages();
    void connectUseCases();
    void askForPassphrase();
    void unlock(const QString &passphrase);
    void readKept();
    void takeKept(const std::shared_ptr<const vault::DeviceRecord> &record, const Error &problem);
    void keychainWaits();
    bool fitsCommandLine(const vault::DeviceRecord &record) const;
    void resume();
    void resumeFailed(const Error &error);
    void retryOpening();
    void signInFromCommandLine();
    void signIn(const QString &email, const QString &password);
    void signInFailed(const Error &error);
    void enter(const std::shared_ptr<const usecases::Account> &account,
        const std::shared_ptr<const vault::DeviceRecord> &record);
    bool isTaken() const; ///< Somebody is in, or on the way in by hand.

    const Options &m_options;
    Profile &m_profile;
    KeeperChoice &m_keeper;
    ui::MainWindow &m_window;
    usecases::KeptSignIn m_kept;
    usecases::SignIn m_signIn;
    std::unique_ptr<NewcomerFlow> m_newcomer;
    std::shared_ptr<const vault::DeviceRecord> m_resuming; ///< Kept, and not entered yet.
    std::shared_ptr<const vault::DeviceRecord> m_entered; ///< Null: nobody is signed in.
    QTimer m_resumeTimer;
    std::chrono::milliseconds m_resumePause{0};
    bool m_passwordWaits = false; ///< The command line's password is read once the keychain has answered.
};

} // namespace conversure::clientapp
