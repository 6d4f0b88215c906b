// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "usecases/RegisterCompany.h"

#include "domain/Clock.h"
#include "domain/Ids.h"
#include "vault/CompanyPins.h"

namespace conversure::usecases {

namespace {

Result<QString> registerNow(const QString &doorUrl, const vault::NewCompany &company, const QString &pinsFile)
{
    auto door = store::Connection::open(doorUrl, QStringLiteral("conversure sign-in"));
    CONVERSURE_TRY(door);
    const SystemClock clock;
    IdSource ids(clock);
    const auto registered = vault::registerCompany(*door, company, [&ids] { return ids.next(); });
    CONVERSURE_TRY(registered);
    // What cannot be remembered is learnt at the sign-in; nobody must lose the code for that.
    static_cast<void>(vault::CompanyPins(pinsFile).keep(registered->company.value, registered->pins));
    return registered->recoveryCode;
}

} // namespace

RegisterCompany::RegisterCompany(QString pinsFile, QObject *parent)
    : QObject(parent)
    , m_pinsFile(std::move(pinsFile))
{
}

void RegisterCompany::run(const QString &doorUrl, const vault::NewCompany &company)
{
    m_background.run(
        this, [doorUrl, company, pinsFile = m_pinsFile] { return registerNow(doorUrl, company, pinsFile); },
        [this](const Result<QString> &code) {
            if (code)
                Q_EMIT registered(*code);
            else
                Q_EMIT failed(code.error());
        });
}

} // namespace conversure::usecases
