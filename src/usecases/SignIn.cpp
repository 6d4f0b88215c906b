// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "usecases/SignIn.h"

#include "store/Connection.h"
#include "store/SqlLibrary.h"
#include "vault/OpenVault.h"
#include "vault/SignIn.h"

#include <QSysInfo>

namespace conversure::usecases {

namespace {

using Outcome = Result<std::shared_ptr<const Account>>;

Outcome signInNow(
    const store::SqlLibrary &library, const QString &doorUrl, const QString &email, const QString &password)
{
    auto door = store::Connection::open(doorUrl, QStringLiteral("conversure sign-in"));
    CONVERSURE_TRY(door);
    auto signedIn = vault::signIn(*door, doorUrl, email, password, QSysInfo::machineHostName());
    CONVERSURE_TRY(signedIn);
    auto device = store::Connection::open(signedIn->database, QStringLiteral("conversure sign-in"));
    CONVERSURE_TRY(device);
    const auto keys = vault::openMemberKeys(*device, library.query(QStringLiteral("member_keys")), signedIn->wrapKey);
    CONVERSURE_TRY(keys);
    auto opened =
        vault::openVault(*device, library.query(QStringLiteral("vault_of_user")), signedIn->company, *keys, {});
    CONVERSURE_TRY(opened);

    auto account = std::make_shared<Account>();
    account->company = signedIn->company;
    account->user = signedIn->user;
    account->name = signedIn->name;
    account->companyName = signedIn->companyName;
    account->database = signedIn->database;
    account->token = signedIn->token;
    for (vault::OpenNumber &number : opened->numbers)
        account->numbers.append({number.number, number.provider, std::move(number.settings)});
    return account;
}

} // namespace

SignIn::SignIn(const store::SqlLibrary &library, QObject *parent)
    : QObject(parent)
    , m_library(library)
{
    m_pool.setMaxThreadCount(1);
}

SignIn::~SignIn()
{
    m_pool.waitForDone();
}

void SignIn::run(const QString &doorUrl, const QString &email, const QString &password)
{
    if (m_running)
        return;
    m_running = true;
    m_pool.start([this, doorUrl, email, password] {
        Outcome outcome = signInNow(m_library, doorUrl, email, password);
        QMetaObject::invokeMethod(
            this,
            [this, outcome = std::move(outcome)] {
                m_running = false;
                if (outcome)
                    Q_EMIT succeeded(*outcome);
                else
                    Q_EMIT failed(outcome.error());
            },
            Qt::QueuedConnection);
    });
}

} // namespace conversure::usecases
