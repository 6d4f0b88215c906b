// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "SignInFlow.h"

#include "KeeperChoice.h"
#include "NewcomerFlow.h"
#include "SignInRefusal.h"

#include "models/AccountErrors.h"
#include "models/SignInErrors.h"
#include "ui/account/AccountPages.h"
#include "ui/account/PassphrasePage.h"
#include "ui/shell/MainWindow.h"

#include <QCoreApplication>
#include <QFile>
#include <QPointer>

#include <algorithm>
#include <cstdio>
#include <thread>
#include <utility>

namespace conversure::clientapp {

namespace {

constexpr std::chrono::milliseconds firstResumePause{2'000};
constexpr std::chrono::milliseconds longestResumePause{30'000};

QString readPassword()
{
    QFile input;
    if (!input.open(stdin, QIODevice::ReadOnly))
        return {};
    QByteArray line = input.readLine();
    while (line.endsWith('\n') || line.endsWith('\r'))
        line.chop(1);
    return QString::fromUtf8(line);
}

QString sessionEnded()
{
    return SignInFlow::tr("Your session has ended. Sign in again; what you typed is kept.");
}

} // namespace

SignInFlow::SignInFlow(const Options &options, Profile &profile, const store::SqlLibrary &library,
    const QString &pinsFile, KeeperChoice &keeper, ui::MainWindow &window)
    : m_options(options)
    , m_profile(profile)
    , m_keeper(keeper)
    , m_window(window)
    , m_kept(keeper, profile.id())
    , m_signIn(library, pinsFile)
    , m_newcomer(std::make_unique<NewcomerFlow>(profile, pinsFile, window))
{
    connectPages();
    connectUseCases();
}

SignInFlow::~SignInFlow() = default;

void SignInFlow::connectPages()
{
    connect(&m_window, &ui::MainWindow::signInRequested, this, &SignInFlow::signIn);
    connect(&m_window, &ui::MainWindow::openingRetried, this, &SignInFlow::retryOpening);
    connect(&m_window, &ui::MainWindow::passwordPreferred, this, [this] {
        m_resumeTimer.stop();
        m_resuming.reset();
        m_window.showSignIn();
    });
    connect(&m_window.accountPages().passphrase(), &ui::PassphrasePage::unlockRequested, this, &SignInFlow::unlock);
}

void SignInFlow::connectUseCases()
{
    connect(&m_kept, &usecases::KeptSignIn::ready, this, &SignInFlow::takeKept);
    connect(&m_kept, &usecases::KeptSignIn::waiting, this, &SignInFlow::keychainWaits);
    connect(&m_kept, &usecases::KeptSignIn::notKept, this,
        [this](const Error &) { m_window.setRemembering(ui::Remembering::Nowhere); });
    m_resumeTimer.setSingleShot(true);
    connect(&m_resumeTimer, &QTimer::timeout, this, &SignInFlow::resume);
    connect(&m_signIn, &usecases::SignIn::resumeFailed, this, &SignInFlow::resumeFailed);
    connect(&m_signIn, &usecases::SignIn::succeeded, this,
        [this](const std::shared_ptr<const usecases::Account> &account,
            const std::shared_ptr<const vault::DeviceRecord> &record) {
            if (!m_newcomer->takeSignedIn(account, record))
                enter(account, record);
        });
    connect(&m_signIn, &usecases::SignIn::failed, this, &SignInFlow::signInFailed);
    connect(m_newcomer.get(), &NewcomerFlow::entered, this, &SignInFlow::enter);
    connect(m_newcomer.get(), &NewcomerFlow::signInWanted, this, [this](const QString &email, const QString &password) {
        m_signIn.run(m_profile.door(), email, password, m_kept.deviceSecret());
    });
}

void SignInFlow::begin()
{
    m_window.setEmail(m_profile.email());
    m_passwordWaits = m_options.passwordFromStdin;
    if (m_passwordWaits)
        m_window.showSigningIn();
    else if (!m_options.joinLink.isEmpty())
        m_newcomer->followLink(m_options.joinLink);
    else if (m_keeper.usesFile())
        askForPassphrase();
    else
        m_window.showOpening(ui::OpeningPage::State::Opening);
    if (m_passwordWaits || !m_keeper.usesFile())
        QTimer::singleShot(0, this, &SignInFlow::readKept);
}

void SignInFlow::askForPassphrase()
{
    ui::AccountPages &pages = m_window.accountPages();
    pages.passphrase().start(m_keeper.file().path());
    pages.showPage(pages.passphrase());
    m_window.showAccountPages();
}

void SignInFlow::unlock(const QString &passphrase)
{
    m_keeper.file().unlock(passphrase, this, [this](const Result<void> &unlocked) {
        ui::PassphrasePage &page = m_window.accountPages().passphrase();
        if (unlocked) {
            page.wipe();
            m_window.showOpening(ui::OpeningPage::State::Opening);
            readKept();
        } else if (unlocked.error().code == QStringLiteral("keeper:passphrase")) {
            page.showWrong();
        } else {
            page.showProblem(models::passphraseErrorSentence(unlocked.error()));
        }
    });
}

void SignInFlow::readKept()
{
    m_kept.read();
}

bool SignInFlow::isTaken() const
{
    return m_options.passwordFromStdin || m_entered || m_signIn.isRunning() || m_newcomer->isAtWork();
}

/// Comes late when a keyring was unlocked late; by then somebody may have signed in by hand.
void SignInFlow::takeKept(const std::shared_ptr<const vault::DeviceRecord> &record, const Error &problem)
{
    if (std::exchange(m_passwordWaits, false)) {
        signInFromCommandLine();
        return;
    }
    if (isTaken())
        return;
    if (record && fitsCommandLine(*record)) {
        m_resuming = record;
        m_resumePause = firstResumePause;
        m_window.showOpening(ui::OpeningPage::State::Opening);
        resume();
    } else if (problem.code == QStringLiteral("keeper:locked")) {
        m_window.showOpening(ui::OpeningPage::State::KeyringLocked);
    } else if (problem.code == QStringLiteral("keeper:denied")) {
        m_window.showOpening(ui::OpeningPage::State::KeyringDenied);
    } else {
        m_window.showSignIn();
    }
}

void SignInFlow::keychainWaits()
{
    if (std::exchange(m_passwordWaits, false))
        signInFromCommandLine(); // without the computer's own secret: a script must not wait for a person
    else if (!isTaken())
        m_window.showOpening(ui::OpeningPage::State::KeyringWaits);
}

/// Whoever names another store or another person does not want to go on where this computer was.
bool SignInFlow::fitsCommandLine(const vault::DeviceRecord &record) const
{
    const auto place = [](const QString &url) { return QUrl(url).toString(QUrl::RemoveUserInfo); };
    return (m_options.database.isEmpty() || place(m_options.database) == place(record.database))
        && (m_options.email.isEmpty() || m_options.email.compare(record.email, Qt::CaseInsensitive) == 0);
}

void SignInFlow::resume()
{
    if (m_resuming)
        m_signIn.resume(m_resuming);
}

void SignInFlow::resumeFailed(const Error &error)
{
    if (!m_resuming)
        return; // somebody preferred to sign in with a password
    if (error.kind == ErrorKind::Unavailable) {
        m_window.showOpening(ui::OpeningPage::State::StoreAway);
        m_resumeTimer.start(m_resumePause);
        m_resumePause = std::min(m_resumePause * 2, longestResumePause);
        return;
    }
    m_resuming.reset();
    if (error.kind != ErrorKind::SignedOut) {
        m_window.showSignIn(models::signInErrorSentence(error));
        return;
    }
    m_kept.forget();
    m_window.showSignIn(sessionEnded());
}

void SignInFlow::retryOpening()
{
    m_window.showOpening(ui::OpeningPage::State::Opening);
    if (m_resuming)
        resume();
    else
        readKept();
}

void SignInFlow::signInFromCommandLine()
{
    // stdin may be slow or never end: a thread of its own waits for it, and nobody waits for the thread.
    std::thread([self = QPointer(this)] {
        const QString password = readPassword();
        const auto go = [self, password] {
            if (self)
                self->signIn(self->m_options.email, password);
        };
        QMetaObject::invokeMethod(qApp, go, Qt::QueuedConnection);
    }).detach();
}

void SignInFlow::signIn(const QString &email, const QString &password)
{
    if (m_profile.door().isEmpty()) {
        m_window.showSignIn(tr("No store is set up on this computer yet. Use an invitation's link, or ask your "
                               "administrator for one."));
        return;
    }
    m_window.showSigningIn();
    m_profile.setEmail(email);
    m_signIn.run(m_profile.door(), email, password, m_kept.deviceSecret());
}

void SignInFlow::signInFailed(const Error &error)
{
    if (m_newcomer->takeFailure(error))
        return;
    const bool wrongCredentials = error.code == QStringLiteral("CV005");
    showRefusal(m_window, models::signInErrorSentence(error), lockEnd(error), !wrongCredentials);
}

void SignInFlow::enter(
    const std::shared_ptr<const usecases::Account> &account, const std::shared_ptr<const vault::DeviceRecord> &record)
{
    m_entered = record;
    m_resumeTimer.stop();
    m_resuming.reset();
    m_profile.setEmail(record->email);
    m_profile.keep();
    m_window.accountPages().setStoreKnown(true);
    keep();
    Q_EMIT entered(account, record);
}

void SignInFlow::keep()
{
    m_window.setRemembering(m_keeper.usesFile() ? ui::Remembering::File : ui::Remembering::Keyring);
    if (m_entered)
        m_kept.keep(*m_entered);
}

void SignInFlow::leave(const QString &sentence)
{
    m_entered.reset();
    m_kept.forget();
    m_window.showSignIn(sentence);
}

} // namespace conversure::clientapp
