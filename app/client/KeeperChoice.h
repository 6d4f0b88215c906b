// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "vault/Keychain.h"
#include "vault/PassphraseFile.h"

#include <QMetaObject>
#include <QString>

namespace conversure::clientapp {

/// Where this computer keeps the sign-in: the desktop's keychain, unless a person has set up the file under a
/// passphrase.
class KeeperChoice : public vault::SecretKeeper
{
public:
    /// \a mayUseKeychain: false for a client that must leave no trace on its desktop, and ask nobody there.
    explicit KeeperChoice(const QString &filePath, bool mayUseKeychain = true)
        : m_mayUseKeychain(mayUseKeychain)
        , m_file(filePath)
        , m_usesFile(m_file.exists())
    {
    }

    vault::PassphraseFile &file() { return m_file; }
    bool usesFile() const { return m_usesFile; }
    void setUsesFile(bool uses) { m_usesFile = uses; }

    void read(const QString &name, QObject *receiver, Read done) override
    {
        keeper().read(name, receiver, std::move(done));
    }
    void write(const QString &name, vault::Secret value, QObject *receiver, Done done) override
    {
        keeper().write(name, std::move(value), receiver, std::move(done));
    }
    void remove(const QString &name, QObject *receiver, Done done) override
    {
        keeper().remove(name, receiver, std::move(done));
    }

private:
    /// As on a desktop that has no keychain.
    class Nowhere : public vault::SecretKeeper
    {
    public:
        void read(const QString &, QObject *receiver, Read done) override { answer(receiver, std::move(done)); }
        void write(const QString &, vault::Secret, QObject *receiver, Done done) override
        {
            answer(receiver, std::move(done));
        }
        void remove(const QString &, QObject *receiver, Done done) override { answer(receiver, std::move(done)); }

    private:
        template <class Callback>
        static void answer(QObject *receiver, Callback done)
        {
            const auto absent = [done = std::move(done)] {
                done(failure(ErrorKind::Unavailable, QStringLiteral("keeper:absent"), QStringLiteral("switched off")));
            };
            QMetaObject::invokeMethod(receiver, absent, Qt::QueuedConnection);
        }
    };

    vault::SecretKeeper &keeper()
    {
        if (!m_usesFile && !m_mayUseKeychain)
            return m_nowhere;
        return m_usesFile ? static_cast<vault::SecretKeeper &>(m_file) : static_cast<vault::SecretKeeper &>(m_keychain);
    }

    const bool m_mayUseKeychain;
    Nowhere m_nowhere;
    vault::Keychain m_keychain;
    vault::PassphraseFile m_file;
    bool m_usesFile;
};

} // namespace conversure::clientapp
