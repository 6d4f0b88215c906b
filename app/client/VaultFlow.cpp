// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "VaultFlow.h"

#include "OpenOnce.h"

#include "models/AccountErrors.h"
#include "ui/account/RecoveryCodeDialog.h"
#include "ui/account/RelaysDialog.h"
#include "ui/account/TokensDialog.h"
#include "ui/shell/MainWindow.h"

#include <chrono>
#include <utility>

namespace conversure::clientapp {

namespace {

/// A new colleague waits with their first message until both sides have looked.
constexpr std::chrono::milliseconds vaultPause{10'000};

bool isAdmin(const usecases::Account &account)
{
    return account.userRole != QStringLiteral("AGENT");
}

} // namespace

VaultFlow::VaultFlow(const usecases::MemberDesk &desk, ui::MainWindow &window)
    : m_window(window)
    , m_confirm(desk, vaultPause)
    , m_recover(desk)
    , m_relays(desk)
    , m_renew(desk)
    , m_again(desk.library, desk.pinsFile)
{
    connectMembers();
    connectWaiting();
    connectRecovery();
    connectRelays();
    connectTokens();
}

VaultFlow::~VaultFlow() = default;

void VaultFlow::begin(
    const std::shared_ptr<const usecases::Account> &account, const std::shared_ptr<const vault::DeviceRecord> &record)
{
    m_account = account;
    m_record = record;
    m_window.setKeysWait(account->waitsForKeys);
    if (account->waitsForKeys)
        wait();
    else if (isAdmin(*account))
        m_confirm.start(record);
}

void VaultFlow::end()
{
    m_account.reset();
    m_record.reset();
    m_waitTimer.stop();
    m_confirm.stop();
    m_window.setKeysWait(false);
    m_offered.clear();
    for (QDialog *dialog : {static_cast<QDialog *>(m_recoveryDialog), static_cast<QDialog *>(m_relaysDialog),
             static_cast<QDialog *>(m_tokensDialog)})
        delete dialog;
    m_relayRows.setRelays({});
    m_tokenRows.setTokens({});
}

void VaultFlow::connectMembers()
{
    connect(&m_confirm, &usecases::ConfirmMembers::confirmed, this, &VaultFlow::confirmed);
    connect(&m_confirm, &usecases::ConfirmMembers::suspicious, this, [this](const QString &name) {
        m_window.showNotice(tr("The keys of %1 were not made by whoever you invited, so they were not let into the "
                               "vault. Deactivate this account, and ask your colleague by telephone.")
                                .arg(name));
    });
}

void VaultFlow::connectWaiting()
{
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
            Q_EMIT opened(account, record);
        });
}

/// Looks now and then whether an admin's client has let this member in.
void VaultFlow::wait()
{
    m_window.showNotice(isAdmin(*m_account)
            ? tr("You can read everything already. The rest works once another admin of your company has opened "
                 "Conversure. If there is none any more, use the recovery code; you find that in the account's menu.")
            : tr("You can read everything already. Sending works once an admin of your company has opened "
                 "Conversure."));
    m_waitTimer.start();
}

void VaultFlow::connectRecovery()
{
    connect(&m_recover, &usecases::RecoverKeys::recovered, this, [this] {
        if (!m_account)
            return;
        if (m_recoveryDialog)
            m_recoveryDialog->showRecovered();
        m_waitTimer.stop();
        m_again.resume(m_record);
    });
    connect(&m_recover, &usecases::RecoverKeys::failed, this, [this](const Error &error) {
        if (!m_recoveryDialog)
            return;
        const QString sentence = models::keysErrorSentence(error);
        if (error.code == QStringLiteral("recovery:format") || error.code == QStringLiteral("recovery:code"))
            m_recoveryDialog->showCodeProblem(sentence);
        else
            m_recoveryDialog->showFailed(sentence);
    });
}

void VaultFlow::openRecovery()
{
    if (!m_account || !m_account->waitsForKeys || !isAdmin(*m_account))
        return;
    openOnce(m_recoveryDialog, [this] {
        auto *dialog = new ui::RecoveryCodeDialog(&m_window);
        connect(dialog, &ui::RecoveryCodeDialog::codeEntered, this,
            [this](const QString &code) { m_recover.run(m_record, code); });
        return dialog;
    });
}

void VaultFlow::connectRelays()
{
    using usecases::ManageRelays;
    connect(&m_relays, &ManageRelays::listed, this, [this](const QList<RelayRow> &relays) {
        if (!m_account)
            return;
        m_relayRows.setRelays(relays);
        if (m_relaysDialog)
            m_relaysDialog->showList();
    });
    connect(&m_relays, &ManageRelays::listFailed, this, [this](const Error &error) {
        if (m_relaysDialog)
            m_relaysDialog->showLoadFailed(models::keysErrorSentence(error));
    });
    connect(&m_relays, &ManageRelays::authorized, this, [this](const QUuid &relay) {
        if (m_relaysDialog)
            m_relaysDialog->showAuthorized(relayName(relay));
        if (m_account)
            m_relays.list(m_record);
    });
    connect(&m_relays, &ManageRelays::failed, this, [this](const Error &error) {
        if (!m_relaysDialog)
            return;
        const QString sentence = models::keysErrorSentence(error);
        if (error.code.startsWith(QStringLiteral("relay:")))
            m_relaysDialog->showFingerprintProblem(sentence);
        else
            m_relaysDialog->showFailed(sentence);
    });
}

QString VaultFlow::relayName(const QUuid &relay) const
{
    for (int row = 0; row < m_relayRows.rowCount(); ++row) {
        const QModelIndex index = m_relayRows.index(row);
        if (m_relayRows.rowAt(index).id == relay)
            return index.data().toString();
    }
    return {};
}

void VaultFlow::openRelays()
{
    if (!m_account || !isAdmin(*m_account))
        return;
    openOnce(m_relaysDialog, [this] {
        auto *dialog = new ui::RelaysDialog(m_relayRows, &m_window);
        connect(dialog, &ui::RelaysDialog::listRequested, this, [this] { m_relays.list(m_record); });
        connect(dialog, &ui::RelaysDialog::authorizeRequested, this,
            [this](
                const QUuid &relay, const QString &fingerprint) { m_relays.authorize(m_record, relay, fingerprint); });
        return dialog;
    });
}

void VaultFlow::connectTokens()
{
    using usecases::RenewVault;
    connect(&m_renew, &RenewVault::listed, this, [this](const QList<TokenRow> &tokens) {
        if (!m_account)
            return;
        m_tokenRows.setTokens(tokens);
        const QString offered = std::exchange(m_offered, {});
        if (m_tokensDialog)
            m_tokensDialog->showList();
        else if (!offered.isEmpty() && m_offeredOver && !tokens.isEmpty())
            openTokens(offered, m_offeredOver);
    });
    connect(&m_renew, &RenewVault::listFailed, this, [this](const Error &error) {
        if (m_tokensDialog)
            m_tokensDialog->showLoadFailed(models::accountErrorSentence(error));
    });
    connect(&m_renew, &RenewVault::keyRenewed, this, [this](int, int lapsed) {
        if (m_tokensDialog)
            m_tokensDialog->showRenewed(lapsed);
    });
    connect(&m_renew, &RenewVault::failed, this, [this](const Error &error) {
        if (m_tokensDialog)
            m_tokensDialog->showFailed(models::keysErrorSentence(error));
    });
}

void VaultFlow::offerTokens(const QString &leaver, QWidget *parent)
{
    m_offered = leaver;
    m_offeredOver = parent;
    m_renew.list();
}

void VaultFlow::openTokens(const QString &leaver, QWidget *parent)
{
    if (!m_account || !isAdmin(*m_account))
        return;
    delete m_tokensDialog.data(); // about somebody else
    openOnce(m_tokensDialog, [this, &leaver, parent] {
        auto *dialog = new ui::TokensDialog(m_tokenRows, leaver, parent);
        connect(dialog, &ui::TokensDialog::listRequested, &m_renew, &usecases::RenewVault::list);
        connect(dialog, &ui::TokensDialog::renewRequested, this, [this] { m_renew.renewKey(m_record); });
        return dialog;
    });
}

} // namespace conversure::clientapp
