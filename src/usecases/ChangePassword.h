// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "usecases/MemberDesk.h"

#include <QByteArray>
#include <QObject>

namespace conversure::usecases {

/// Changes the password of whoever is signed in, and signs their other computers out.
class ChangePassword : public QObject
{
    Q_OBJECT

public:
    explicit ChangePassword(const MemberDesk &desk, QObject *parent = nullptr);

    /// \a deviceSecret: see vault::signIn().
    void run(
        const QString &email, const QString &oldPassword, const QString &newPassword, const QByteArray &deviceSecret);

Q_SIGNALS:
    void done(int others); ///< So many other sessions have ended.
    void failed(const conversure::Error &error); ///< As vault::changePassword().

private:
    const MemberDesk m_desk;
};

} // namespace conversure::usecases
