// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "usecases/Account.h"
#include "vault/DeviceRecord.h"

#include <QObject>
#include <QString>
#include <QThreadPool>

#include <functional>
#include <memory>

namespace conversure::store {
class SqlLibrary;
}

namespace conversure::usecases {

/// Signs in with a password, or goes on with what this computer kept of an earlier sign-in; then opens the company's
/// vault. One at a time: what is asked for while another runs is dropped.
class SignIn : public QObject
{
    Q_OBJECT

public:
    /// \a pinsFile: where this computer remembers its companies' root keys (vault::CompanyPins). \a library must
    /// outlive this.
    SignIn(const store::SqlLibrary &library, QString pinsFile, QObject *parent = nullptr);
    ~SignIn() override;

    /// \a doorUrl: the store as anybody may reach it (role conversure_door). \a deviceSecret: see vault::signIn().
    /// Where the vault does not open, the session is ended again: there is nobody who could use it.
    void run(const QString &doorUrl, const QString &email, const QString &password, const QByteArray &deviceSecret);
    /// Fails with kind SignedOut when the session is over.
    void resume(const std::shared_ptr<const vault::DeviceRecord> &record);
    bool isRunning() const { return m_running; }

Q_SIGNALS:
    /// \a record is what to keep for the next start.
    void succeeded(const std::shared_ptr<const conversure::usecases::Account> &account,
        const std::shared_ptr<const conversure::vault::DeviceRecord> &record);
    void failed(const conversure::Error &error);
    void resumeFailed(const conversure::Error &error);

private:
    struct Entered;
    using Outcome = Result<Entered>;
    void start(std::function<Outcome()> work, void (SignIn::*failure)(const Error &));

    const store::SqlLibrary &m_library;
    const QString m_pinsFile;
    QThreadPool m_pool; // its destructor waits, so that a result never comes to an object that is gone
    bool m_running = false;
};

} // namespace conversure::usecases
