// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"

#include <QHash>
#include <QList>
#include <QString>

namespace conversure::usecases {

/// One of our numbers with its opened settings.
struct AccountNumber {
    NumberId number;
    QString provider;
    QHash<QString, QString> settings;
};

/// Who is signed in, and with what. Holds secrets: kept in memory only, dropped at sign-out.
struct Account {
    CompanyId company;
    UserId user;
    QString name;
    QString email;
    QString userRole; ///< AGENT, COMPANY_ADMIN or SUPER_ADMIN
    QString companyName;
    QString database; ///< URL of this device's own login role.
    QString token; ///< For the live connection.
    QList<AccountNumber> numbers;
    bool waitsForKeys =
        false; ///< No admin's client has let this member into the vault yet: reading works, sending not.
};

} // namespace conversure::usecases
