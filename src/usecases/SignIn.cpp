// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "usecases/SignIn.h"

#include "store/Connection.h"
#include "store/SqlLibrary.h"
#include "vault/CompanyPins.h"
#include "vault/OpenVault.h"
#include "vault/SignIn.h"

#include <QSysInfo>

namespace conversure::usecases {

struct SignIn::Entered {
    std::shared_ptr<const Account> account;
    std::shared_ptr<const vault::DeviceRecord> record;
};

namespace {

using Record = std::shared_ptr<const vault::DeviceRecord>;

/// A login role that was closed with its session is refused like a wrong password.
bool sessionIsOver(const Error &error)
{
    return error.kind == ErrorKind::SignedOut || error.code == QStringLiteral("28P01")
        || error.code == QStringLiteral("28000");
}

Result<store::Connection> connectDevice(const vault::DeviceRecord &record)
{
    auto device = store::Connection::open(record.database, QStringLiteral("conversure sign-in"));
    if (!device && sessionIsOver(device.error()))
        return failure(ErrorKind::SignedOut, QStringLiteral("CV001"), device.error().message);
    return device;
}

/// Opens the vault for the member whom \a record describes, and remembers what the company's keys look like.
Result<std::shared_ptr<const Account>> openAccount(store::Connection &device, const store::SqlLibrary &library,
    const QString &pinsFile, const vault::DeviceRecord &record)
{
    vault::CompanyPins pins(pinsFile);
    auto opened = vault::openVault(device, library.query(QStringLiteral("vault_of_user")), record.company, record.keys,
        pins.of(record.company.value));
    CONVERSURE_TRY(opened);
    CONVERSURE_TRY(pins.keep(record.company.value, opened->pins));

    auto account = std::make_shared<Account>();
    account->company = record.company;
    account->user = record.user;
    account->name = record.name;
    account->email = record.email;
    account->userRole = record.userRole;
    account->companyName = record.companyName;
    account->database = record.database;
    account->token = record.token;
    account->waitsForKeys = opened->isWaiting;
    for (vault::OpenNumber &number : opened->numbers)
        account->numbers.append({number.number, number.provider, std::move(number.settings)});
    return account;
}

/// Names and roles may have changed since they were kept.
Result<Record> refreshed(store::Connection &device, const vault::DeviceRecord &kept)
{
    const auto who = device.call(QLatin1StringView("api.whoami"));
    CONVERSURE_TRY(who);
    const QJsonObject me = who->object(0, 0);
    return std::make_shared<const vault::DeviceRecord>(vault::DeviceRecord{kept.company, kept.user, kept.email,
        me[QStringLiteral("name")].toString(), me[QStringLiteral("user_role")].toString(),
        me[QStringLiteral("company")].toString(), kept.database, kept.token, kept.keys.copy()});
}

/// Signs out again on \a device: a sign-in that ends in a refusal leaves no session behind. What the store does not
/// hear of ends when it expires.
void giveBack(store::Connection &device)
{
    static_cast<void>(device.call(QLatin1StringView("api.sign_out")));
}

/// A new session, and the connection of its device.
struct NewSession {
    Record record;
    store::Connection device;
};

Result<NewSession> newSession(const store::SqlLibrary &library, const QString &doorUrl, const QString &email,
    const QString &password, const QByteArray &deviceSecret)
{
    auto door = store::Connection::open(doorUrl, QStringLiteral("conversure sign-in"));
    CONVERSURE_TRY(door);
    const auto in = vault::signIn(*door, doorUrl, email, password, QSysInfo::machineHostName(), deviceSecret);
    CONVERSURE_TRY(in);
    auto device = store::Connection::open(in->database, QStringLiteral("conversure sign-in"));
    CONVERSURE_TRY(device);
    auto keys = vault::openMemberKeys(*device, library.query(QStringLiteral("member_keys")), in->wrapKey);
    if (!keys)
        giveBack(*device);
    CONVERSURE_TRY(keys);
    return NewSession{std::make_shared<const vault::DeviceRecord>(vault::DeviceRecord{in->company, in->user, email,
                          in->name, in->userRole, in->companyName, in->database, in->token, std::move(*keys)}),
        std::move(*device)};
}

} // namespace

SignIn::SignIn(const store::SqlLibrary &library, QString pinsFile, QObject *parent)
    : QObject(parent)
    , m_library(library)
    , m_pinsFile(std::move(pinsFile))
{
    m_pool.setMaxThreadCount(1);
}

SignIn::~SignIn()
{
    m_pool.waitForDone();
}

void SignIn::run(const QString &doorUrl, const QString &email, const QString &password, const QByteArray &deviceSecret)
{
    const auto work = [this, doorUrl, email, password, deviceSecret]() -> Outcome {
        auto session = newSession(m_library, doorUrl, email, password, deviceSecret);
        CONVERSURE_TRY(session);
        auto account = openAccount(session->device, m_library, m_pinsFile, *session->record);
        if (!account)
            giveBack(session->device);
        CONVERSURE_TRY(account);
        return Entered{*account, session->record};
    };
    start(work, &SignIn::failed);
}

void SignIn::resume(const std::shared_ptr<const vault::DeviceRecord> &kept)
{
    const auto work = [this, kept]() -> Outcome {
        auto device = connectDevice(*kept);
        CONVERSURE_TRY(device);
        const auto record = refreshed(*device, *kept);
        CONVERSURE_TRY(record);
        auto account = openAccount(*device, m_library, m_pinsFile, **record);
        CONVERSURE_TRY(account);
        return Entered{*account, *record};
    };
    start(work, &SignIn::resumeFailed);
}

void SignIn::start(std::function<Outcome()> work, void (SignIn::*failure)(const Error &))
{
    if (m_running)
        return;
    m_running = true;
    m_pool.start([this, work = std::move(work), failure] {
        Outcome outcome = work();
        const auto deliver = [this, outcome = std::move(outcome), failure] {
            m_running = false;
            if (outcome)
                Q_EMIT succeeded(outcome->account, outcome->record);
            else
                Q_EMIT(this->*failure)(outcome.error());
        };
        QMetaObject::invokeMethod(this, deliver, Qt::QueuedConnection);
    });
}

} // namespace conversure::usecases
