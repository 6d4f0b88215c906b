// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "vault/SecretKeeper.h"

#include <QString>

#include <atomic>
#include <memory>

class QThreadPool;

namespace conversure::vault {

/// A file under a passphrase, for a desktop that has no keychain. Nothing is used or written before a person has asked
/// for it. Everything in it is under one key of the passphrase (Argon2id, XChaCha20-Poly1305); it is replaced as a
/// whole, and only its owner can read it.
///
/// Works on a thread of its own. Until unlock() or create() has succeeded, read(), write() and remove() fail with
/// "keeper:locked". Further failures: "keeper:none" (no such file), "keeper:passphrase" (a wrong one),
/// "keeper:damaged", "keeper:failed", "vault:memory".
class PassphraseFile : public SecretKeeper
{
public:
    /// What a guess costs; of a new file. A file says itself what it was made with.
    struct Cost {
        int ops = 3;
        int memKib = 256 * 1024;
    };

    explicit PassphraseFile(QString path);
    PassphraseFile(QString path, Cost cost);
    /// Waits for what was asked for.
    ~PassphraseFile() override;

    QString path() const { return m_path; }
    bool exists() const;
    bool isOpen() const { return m_open; }

    /// A new, empty and open file, instead of one that is there.
    void create(const QString &passphrase, QObject *receiver, Done done);
    void unlock(const QString &passphrase, QObject *receiver, Done done);
    /// Deletes the file and forgets what was in it.
    void discard(QObject *receiver, Done done);

    void read(const QString &name, QObject *receiver, Read done) override;
    void write(const QString &name, Secret value, QObject *receiver, Done done) override;
    void remove(const QString &name, QObject *receiver, Done done) override;

private:
    struct Box;
    template <class Outcome, class Work>
    void post(QObject *receiver, std::function<void(Outcome)> done, Work work);

    const QString m_path;
    const Cost m_cost;
    std::unique_ptr<Box> m_box; ///< The pool's thread only.
    std::atomic<bool> m_open = false;
    std::unique_ptr<QThreadPool> m_pool; ///< One thread, so that calls keep their order.
};

} // namespace conversure::vault
