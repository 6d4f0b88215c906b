// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "vault/Keychain.h"
#include "vault/PassphraseFile.h"

#include <QString>

namespace conversure::clientapp {

/// Where this computer keeps the sign-in: the desktop's keychain, unless a person has set up the file under a
/// passphrase.
class KeeperChoice : public vault::SecretKeeper
{
public:
    explicit KeeperChoice(const QString &filePath)
        : m_file(filePath)
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
    vault::SecretKeeper &keeper()
    {
        return m_usesFile ? static_cast<vault::SecretKeeper &>(m_file) : static_cast<vault::SecretKeeper &>(m_keychain);
    }

    vault::Keychain m_keychain;
    vault::PassphraseFile m_file;
    bool m_usesFile;
};

} // namespace conversure::clientapp
