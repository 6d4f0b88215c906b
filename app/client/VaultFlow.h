// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/AccountLists.h"
#include "ui/shell/AccountMenu.h"
#include "usecases/Account.h"
#include "usecases/ConfirmMembers.h"
#include "usecases/ManageRelays.h"
#include "usecases/MemberDesk.h"
#include "usecases/RecoverKeys.h"
#include "usecases/RenewVault.h"
#include "usecases/SignIn.h"
#include "vault/DeviceRecord.h"

#include <QObject>
#include <QPointer>
#include <QTimer>

#include <memory>

namespace conversure::ui {
class MainWindow;
class RecoveryCodeDialog;
class RelaysDialog;
class TokensDialog;
} // namespace conversure::ui

namespace conversure::clientapp {

/// The company's keys: who waits for them, whom an admin lets in, which relays have them, and what is renewed when
/// somebody has gone.
class VaultFlow : public QObject
{
    Q_OBJECT

public:
    /// All must outlive this.
    VaultFlow(const usecases::MemberDesk &desk, ui::MainWindow &window);
    ~VaultFlow() override;

    void begin(const std::shared_ptr<const usecases::Account> &account,
        const std::shared_ptr<const vault::DeviceRecord> &record);
    /// Nobody is signed in any more: closes what is open.
    void end();

    void openRelays();
    void openRecovery();
    /// The tokens that \a leaver may have read, over \a parent.
    void openTokens(const QString &leaver, QWidget *parent);
    /// The same, if there are any.
    void offerTokens(const QString &leaver, QWidget *parent);

Q_SIGNALS:
    /// The member who was waiting has been let into the vault.
    void opened(const std::shared_ptr<const conversure::usecases::Account> &account,
        const std::shared_ptr<const conversure::vault::DeviceRecord> &record);
    /// Somebody was let into the vault.
    void confirmed();

private:
    void connectMembers();
    void connectWaiting();
    void connectRecovery();
    void connectRelays();
    void connectTokens();
    void wait();
    QString relayName(const QUuid &relay) const;

    ui::MainWindow &m_window;
    models::RelayListModel m_relayRows;
    models::TokenListModel m_tokenRows;
    usecases::ConfirmMembers m_confirm;
    usecases::RecoverKeys m_recover;
    usecases::ManageRelays m_relays;
    usecases::RenewVault m_renew;
    usecases::SignIn m_again; ///< Opens the vault once more for a member who waits.
    QTimer m_waitTimer;
    std::shared_ptr<const usecases::Account> m_account; ///< Null: nobody is signed in.
    std::shared_ptr<const vault::DeviceRecord> m_record;
    QString m_offered; ///< Whose tokens are looked up, to be shown if there are any.
    QPointer<QWidget> m_offeredOver;
    QPointer<ui::RecoveryCodeDialog> m_recoveryDialog;
    QPointer<ui::RelaysDialog> m_relaysDialog;
    QPointer<ui::TokensDialog> m_tokensDialog;
};

} // namespace conversure::clientapp
