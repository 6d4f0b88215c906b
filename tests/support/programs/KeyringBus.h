// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QProcessEnvironment>
#include <QStringList>
#include <QTemporaryDir>

#include <memory>

namespace conversure::test {

/// A session bus of its own, with a home of its own, on which nothing starts by itself, and the real keyring on it.
/// There is no display, so that nobody can be asked for anything.
class KeyringBus
{
public:
    KeyringBus();
    ~KeyringBus();

    bool start();
    void pointNowhere();
    /// Starts the real keyring; with a password it is unlocked (and made, the first time), without one it stays locked.
    bool startKeyring(const QByteArray &password);
    /// Starts a Secret Service instead that says no; \a how: see denyingSecretService(), which this program must serve.
    bool startDenying(const QString &how);
    void stopKeyring();

    /// What a program prints that runs on this bus, trimmed; "no answer" when it does not end.
    QByteArray run(const QString &program, const QStringList &arguments) const;
    /// How many entries of Conversure the unlocked keyring has.
    int entries() const;

    QProcessEnvironment environment() const { return m_environment; }
    QString folder() const { return m_folder.path(); }

private:
    QTemporaryDir m_folder;
    QProcessEnvironment m_environment;
    std::unique_ptr<QProcess> m_daemon;
    std::unique_ptr<QProcess> m_keyring;
};

} // namespace conversure::test
