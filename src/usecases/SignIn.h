// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "usecases/Account.h"

#include <QObject>
#include <QString>
#include <QThreadPool>

#include <memory>

namespace conversure::store {
class SqlLibrary;
}

namespace conversure::usecases {

/// Signs in: stretches the password, makes this device's login role, opens the vault. Off the GUI thread; one at a
/// time.
class SignIn : public QObject
{
    Q_OBJECT

public:
    explicit SignIn(const store::SqlLibrary &library, QObject *parent = nullptr);
    ~SignIn() override;

    /// \a doorUrl: the store as anybody may reach it (role conversure_door).
    void run(const QString &doorUrl, const QString &email, const QString &password);

Q_SIGNALS:
    void succeeded(const std::shared_ptr<const conversure::usecases::Account> &account);
    void failed(const conversure::Error &error);

private:
    const store::SqlLibrary &m_library;
    QThreadPool m_pool; // its destructor waits, so that a result never comes to an object that is gone
    bool m_running = false;
};

} // namespace conversure::usecases
