// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "usecases/Background.h"
#include "vault/RegisterCompany.h"

#include <QObject>

namespace conversure::usecases {

/// Founds a company. Its first admin signs in afterwards.
class RegisterCompany : public QObject
{
    Q_OBJECT

public:
    /// \a pinsFile: see MemberDesk.
    explicit RegisterCompany(QString pinsFile, QObject *parent = nullptr);

    /// \a doorUrl: the store as anybody may reach it.
    void run(const QString &doorUrl, const vault::NewCompany &company);

Q_SIGNALS:
    void registered(const QString &recoveryCode);
    void failed(const conversure::Error &error); ///< As vault::registerCompany().

private:
    const QString m_pinsFile;
    Background m_background;
};

} // namespace conversure::usecases
