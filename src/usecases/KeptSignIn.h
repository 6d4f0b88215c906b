// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "vault/DeviceRecord.h"
#include "vault/SecretKeeper.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <memory>

namespace conversure::usecases {

/// What this computer keeps of a sign-in under one profile: the sign-in itself, and the secret by which the store knows
/// the computer again. The secret stays when somebody signs out, so that a stranger's wrong guesses never make this
/// computer wait.
class KeptSignIn : public QObject
{
    Q_OBJECT

public:
    /// \a profile tells this folder's entries from those of another one on the same desktop. \a keeper must outlive
    /// this.
    KeptSignIn(vault::SecretKeeper &keeper, const QString &profile, QObject *parent = nullptr);

    /// Ends in ready(), which may take as long as a person needs to unlock a keyring; waiting() comes once if it takes
    /// longer than a moment. Asked again while it runs, it does nothing.
    void read();
    /// Writes the sign-in and the computer's secret; notKept() says when that did not work.
    void keep(const vault::DeviceRecord &record);
    /// Forgets the sign-in. What cannot be removed is worth nothing: its session is over.
    void forget();

    /// For the next sign-in. Made on the first call if none was kept, or none could be read yet.
    const QByteArray &deviceSecret();

Q_SIGNALS:
    /// \a record is null when there is none; \a problem is then a failure of SecretKeeper, or "device:record", or has
    /// no code: nobody is signed in here.
    void ready(const std::shared_ptr<const conversure::vault::DeviceRecord> &record, const conversure::Error &problem);
    void waiting();
    void notKept(const conversure::Error &why);

private:
    void takeSecret(Result<std::optional<vault::Secret>> kept);
    void takeRecord(const Result<std::optional<vault::Secret>> &kept);

    vault::SecretKeeper &m_keeper;
    const QString m_sessionName;
    const QString m_deviceName;
    QTimer m_patience;
    bool m_reading = false;
    bool m_secretIsKept = false;
    QByteArray m_deviceSecret;
};

} // namespace conversure::usecases
