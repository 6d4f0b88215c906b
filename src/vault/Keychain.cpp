// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/Keychain.h"

#include "vault/KeychainProbe.h"
#include "vault/Mailbox.h"

#include <QAbstractEventDispatcher>
#include <QCoreApplication>
#include <QObject>
#include <QThread>

#include <memory>
#include <qt6keychain/keychain.h>

namespace conversure::vault {

namespace {

/// How long the end of the program waits for a call to the session bus that has begun.
constexpr int farewellMs = 4'000;

tl::unexpected<Error> keeperFailure(const char *code, const QString &text)
{
    const bool person = qstrcmp(code, "keeper:denied") == 0;
    return failure(person ? ErrorKind::Refused : ErrorKind::Unavailable, QString::fromLatin1(code), text);
}

/// What a failed job means (tried out with gnome-keyring and QtKeychain 0.13.2; the texts are only for the log).
tl::unexpected<Error> meaningOf(const QKeychain::Job &job)
{
    const KeychainState state = probeKeychain();
    if (state == KeychainState::Locked)
        return keeperFailure("keeper:locked", job.errorString());
    switch (job.error()) {
    case QKeychain::AccessDenied:
    case QKeychain::AccessDeniedByUser:
        return keeperFailure("keeper:denied", job.errorString());
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented:
        return keeperFailure("keeper:absent", job.errorString());
    default:
        return keeperFailure(
            state == KeychainState::Absent || state == KeychainState::Unmade ? "keeper:absent" : "keeper:failed",
            job.errorString());
    }
}

tl::unexpected<Error> denied()
{
    return keeperFailure("keeper:denied", QStringLiteral("the question about the entry was answered with no"));
}

Result<std::optional<Secret>> outcomeOf(const QKeychain::ReadPasswordJob &job)
{
    if (job.error() == QKeychain::NoError)
        return Secret(job.binaryData());
    // An entry of a locked collection is "not found" as well, and so is one that a person did not want to hand out.
    if (job.error() != QKeychain::EntryNotFound || probeKeychain() == KeychainState::Locked)
        return meaningOf(job);
    if (probeEntry(job.service(), job.key()) == KeychainEntry::Locked)
        return denied();
    return std::optional<Secret>();
}

Result<void> outcomeOf(const QKeychain::DeletePasswordJob &job)
{
    // Removing from a locked collection, or against a person's no, "succeeds" and leaves the entry where it is.
    const bool done = job.error() == QKeychain::NoError || job.error() == QKeychain::EntryNotFound;
    if (!done || probeKeychain() == KeychainState::Locked)
        return meaningOf(job);
    const KeychainEntry left = probeEntry(job.service(), job.key());
    if (left == KeychainEntry::Open || left == KeychainEntry::Locked)
        return denied();
    return {};
}

/// Starts \a job on the current thread; it deletes itself. Never earlier: its backend answers into it.
template <class JobType, class Done>
void start(JobType *job, const QString &name, Mailbox mailbox, Done done)
{
    job->setKey(name);
    QObject::connect(job, &QKeychain::Job::finished, job, [job, mailbox, done = std::move(done)]() mutable {
        // A shared pointer because an event's functor must be copyable and a Secret is not.
        auto outcome = std::make_shared<decltype(outcomeOf(*job))>(outcomeOf(*job));
        mailbox.post([outcome, done = std::move(done)] { done(std::move(*outcome)); });
    });
    job->start();
}

void readAgain(const QString &service, const QString &name, Mailbox mailbox, SecretKeeper::Done done)
{
    const auto compare = [done = std::move(done)](const Result<std::optional<Secret>> &kept) {
        if (!kept)
            done(tl::unexpected<Error>(kept.error()));
        else
            done(*kept ? Result<void>() : denied());
    };
    start(new QKeychain::ReadPasswordJob(service), name, mailbox, compare);
}

/// Against a person's no it is "written" as well: what was there before is then still there, and locked, or there is
/// nothing. Nothing may also mean that QtKeychain keeps it in another place (KWallet); only reading tells.
void finishWriting(const QKeychain::WritePasswordJob &job, Mailbox mailbox, SecretKeeper::Done done)
{
    Result<void> outcome;
    if (job.error() != QKeychain::NoError) {
        outcome = meaningOf(job);
    } else if (const KeychainEntry now = probeEntry(job.service(), job.key()); now == KeychainEntry::None) {
        readAgain(job.service(), job.key(), std::move(mailbox), std::move(done));
        return;
    } else if (now == KeychainEntry::Locked) {
        outcome = denied();
    }
    mailbox.post([outcome, done = std::move(done)] { done(outcome); });
}

void startWriting(QKeychain::WritePasswordJob *job, const QString &name, Mailbox mailbox, SecretKeeper::Done done)
{
    job->setKey(name);
    QObject::connect(job, &QKeychain::Job::finished, job,
        [job, mailbox = std::move(mailbox), done = std::move(done)] { finishWriting(*job, mailbox, done); });
    job->start();
}

/// QtKeychain runs all jobs of a program through one executor, which belongs to the thread of the first job for good.
/// So there is one such thread, too, until the application goes.
class KeychainThread
{
public:
    static QObject *worker()
    {
        static KeychainThread only;
        return only.m_worker;
    }

private:
    KeychainThread()
        : m_thread(new QThread)
        , m_worker(new QObject)
    {
        m_thread->setObjectName(QStringLiteral("keychain"));
        m_worker->moveToThread(m_thread);
        QObject::connect(m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
        m_thread->start();
        static QThread *thread = m_thread;
        static QObject *worker = m_worker;
        qAddPostRoutine([] {
            QMetaObject::invokeMethod(worker, [] { leave(*thread); });
            if (thread->wait(farewellMs))
                delete thread; // otherwise the bus hangs, and the thread ends with the program
        });
    }

    /// On the thread. GLib lets go of what a call to the bus held once the loop has nothing else to do, so that comes
    /// first.
    static void leave(QThread &thread)
    {
        while (QAbstractEventDispatcher::instance()->processEvents(QEventLoop::AllEvents)) { }
        thread.quit();
    }

    QThread *m_thread;
    QObject *m_worker; ///< Lives on the thread.
};

} // namespace

Keychain::Keychain(const QString &service)
    : m_service(service)
{
}

void Keychain::read(const QString &name, QObject *receiver, Read done)
{
    QMetaObject::invokeMethod(KeychainThread::worker(),
        [service = m_service, name, mailbox = Mailbox(receiver), done = std::move(done)]() mutable {
            start(new QKeychain::ReadPasswordJob(service), name, mailbox, std::move(done));
        });
}

void Keychain::write(const QString &name, Secret value, QObject *receiver, Done done)
{
    auto shared = std::make_shared<Secret>(std::move(value));
    QMetaObject::invokeMethod(KeychainThread::worker(),
        [service = m_service, name, shared, mailbox = Mailbox(receiver), done = std::move(done)]() mutable {
            // Nobody who signs in has asked for a new keyring, and a script has nobody who could answer.
            if (probeKeychain() == KeychainState::Unmade) {
                mailbox.post([done = std::move(done)] {
                    done(keeperFailure("keeper:absent", QStringLiteral("this desktop has no keyring yet")));
                });
                return;
            }
            auto *job = new QKeychain::WritePasswordJob(service);
            job->setBinaryData(shared->bytes());
            startWriting(job, name, mailbox, std::move(done));
        });
}

void Keychain::remove(const QString &name, QObject *receiver, Done done)
{
    QMetaObject::invokeMethod(KeychainThread::worker(),
        [service = m_service, name, mailbox = Mailbox(receiver), done = std::move(done)]() mutable {
            start(new QKeychain::DeletePasswordJob(service), name, mailbox, std::move(done));
        });
}

} // namespace conversure::vault
