// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "vault/SecretKeeper.h"

#include <QString>

namespace conversure::vault {

/// The desktop's own keychain (QtKeychain: Secret Service or KWallet here, the systems' own stores elsewhere). Works on
/// a thread of its own: reaching the session bus can block, and a locked keychain waits for as long as a person does. A
/// deadline is its caller's business, for only the caller can say what is shown meanwhile.
///
/// Never uses QtKeychain's plain-text fallback.
class Keychain : public SecretKeeper
{
public:
    /// \a service: the name under which the desktop lists our entries.
    explicit Keychain(const QString &service = QStringLiteral("Conversure"));
    void read(const QString &name, QObject *receiver, Read done) override;
    void write(const QString &name, Secret value, QObject *receiver, Done done) override;
    void remove(const QString &name, QObject *receiver, Done done) override;

private:
    const QString m_service;
};

} // namespace conversure::vault
