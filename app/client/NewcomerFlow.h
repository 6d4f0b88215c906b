// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Profile.h"

#include "domain/Result.h"
#include "usecases/Account.h"
#include "usecases/Background.h"
#include "usecases/JoinCompany.h"
#include "usecases/RegisterCompany.h"
#include "vault/DeviceRecord.h"

#include <QObject>

#include <functional>
#include <memory>
#include <optional>

namespace conversure::ui {
class MainWindow;
struct NewCompany;
} // namespace conversure::ui

namespace conversure::clientapp {

/// How somebody without an account comes in: by an invitation's link, or with a company of their own. Ends in a sign-in
/// like any other.
class NewcomerFlow : public QObject
{
    Q_OBJECT

public:
    /// All must outlive this. \a pinsFile: see usecases::MemberDesk.
    NewcomerFlow(Profile &profile, const QString &pinsFile, ui::MainWindow &window, QObject *parent = nullptr);

    void followLink(const QString &link);
    /// Somebody is at it: what was kept of an earlier sign-in does not interrupt them.
    bool isAtWork() const;

    /// The outcome of a sign-in, where it ended something of this; false where not.
    bool takeSignedIn(const std::shared_ptr<const usecases::Account> &account,
        const std::shared_ptr<const vault::DeviceRecord> &record);
    bool takeFailure(const Error &error);

Q_SIGNALS:
    void signInWanted(const QString &email, const QString &password);
    /// Signed in, and through with all pages.
    void entered(const std::shared_ptr<const conversure::usecases::Account> &account,
        const std::shared_ptr<const conversure::vault::DeviceRecord> &record);

private:
    enum class Doing { Nothing, Joining, Founding };

    void connectJoining();
    void connectFounding();
    void lookUp(const QString &text);
    void accept(const vault::Joining &joining);
    void accepted();
    void found(const ui::NewCompany &company);
    void founded(const QString &code);
    void saveCode(const QString &path, const QString &text);
    void goOn();
    void showCode();

    Profile &m_profile;
    ui::MainWindow &m_window;
    usecases::JoinCompany m_join;
    usecases::RegisterCompany m_register;
    usecases::Background m_files;
    Doing m_doing = Doing::Nothing;
    std::optional<vault::InvitationLink> m_link;
    QString m_door; ///< Of the store that is joined or founded in.
    QString m_invited; ///< The only e-mail that the invitation takes; empty: any.
    QString m_email;
    QString m_password; ///< Between the account's beginning and its first sign-in.
    QString m_companyName;
    QString m_code; ///< Until it was kept.
    std::function<void()> m_afterCode;
};

} // namespace conversure::clientapp
