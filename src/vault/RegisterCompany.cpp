// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/RegisterCompany.h"

#include "vault/Founding.h"
#include "vault/PasswordKeys.h"
#include "vault/RecoveryCode.h"

namespace conversure::vault {

Result<RegisteredCompany> registerCompany(
    store::Connection &door, const NewCompany &company, const std::function<QUuid()> &newId)
{
    const auto params = door.call(QLatin1StringView("api.sign_in_params"));
    CONVERSURE_TRY(params);
    const auto stretching = StretchParams::fromJson(params->object(0, 0));
    CONVERSURE_TRY(stretching);
    const auto password = stretchPassword(company.password, company.email, *stretching);
    CONVERSURE_TRY(password);

    const QUuid id = newId();
    const QUuid admin = newId();
    const KeyPair keys = KeyPair::generate();
    const RecoveryCode code = RecoveryCode::generate();
    const KeyPair recovery = code.keys();
    const Founding founding = foundVault(id, {{KeyHolder::Kind::User, admin}, keys}, &recovery);
    const auto registered = door.call(QLatin1StringView("api.register_company"),
        {store::param(id), store::param(company.name), store::param(company.timeZone), store::param(admin),
            store::param(company.adminName), store::param(company.email), store::param(password->proof),
            store::bytes(keys.boxPublic), store::bytes(keys.signPublic), store::bytes(wrapKeys(keys, password->wrap)),
            store::json(founding.document)});
    CONVERSURE_TRY(registered);
    return RegisteredCompany{CompanyId(id), UserId(admin), code.text(), founding.pins};
}

} // namespace conversure::vault
