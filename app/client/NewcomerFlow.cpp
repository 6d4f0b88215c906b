// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "NewcomerFlow.h"

#include "SignInRefusal.h"

#include "models/AccountErrors.h"
#include "models/SignInErrors.h"
#include "ui/account/AccountPages.h"
#include "ui/account/JoinPage.h"
#include "ui/account/RecoveryPage.h"
#include "ui/account/RegisterPage.h"
#include "ui/shell/MainWindow.h"
#include "usecases/StorePlace.h"

#include <QFile>
#include <QSaveFile>

#include <utility>

namespace conversure::clientapp {

namespace {

/// The relay's live connection, whatever of it a link names.
QUrl liveUrl(const QString &relay)
{
    QUrl url(relay);
    if (url.scheme() == QStringLiteral("http"))
        url.setScheme(QStringLiteral("ws"));
    if (url.scheme() == QStringLiteral("https"))
        url.setScheme(QStringLiteral("wss"));
    if (!relay.isEmpty() && (url.path().isEmpty() || url.path() == QStringLiteral("/")))
        url.setPath(QStringLiteral("/live"));
    return url;
}

bool writeFile(const QString &path, const QString &text)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return false;
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    const QByteArray bytes = text.toUtf8();
    return file.write(bytes) == bytes.size() && file.commit();
}

} // namespace

NewcomerFlow::NewcomerFlow(Profile &profile, const QString &pinsFile, ui::MainWindow &window, QObject *parent)
    : QObject(parent)
    , m_profile(profile)
    , m_window(window)
    , m_join(pinsFile)
    , m_register(pinsFile)
{
    connectJoining();
    connectFounding();
    m_window.accountPages().setStoreKnown(!m_profile.door().isEmpty());
}

void NewcomerFlow::connectJoining()
{
    ui::JoinPage &page = m_window.accountPages().join();
    connect(&page, &ui::JoinPage::linkEntered, this, &NewcomerFlow::lookUp);
    connect(&page, &ui::JoinPage::joinRequested, this,
        [this](const QString &name, const QString &email, const QString &password) {
            accept({name, email, password});
        });
    connect(&page, &ui::JoinPage::resetRequested, this, [this](const QString &password) {
        accept({{}, m_invited, password});
    });
    connect(&m_join, &usecases::JoinCompany::found, &page, [this, &page](const InvitationFace &face) {
        m_invited = face.email;
        page.showInvitation(face);
    });
    connect(&m_join, &usecases::JoinCompany::lookUpFailed, &page,
        [&page](const Error &error) { page.showLinkProblem(models::joinErrorSentence(error)); });
    connect(&m_join, &usecases::JoinCompany::accepted, this, &NewcomerFlow::accepted);
    connect(&m_join, &usecases::JoinCompany::acceptFailed, &page, [this, &page](const Error &error) {
        m_password.clear();
        const QString sentence = models::joinErrorSentence(error);
        if (error.code == QStringLiteral("CV003") || error.code == QStringLiteral("invitation:root"))
            page.showLinkProblem(sentence);
        else if (error.detail[QStringLiteral("field")].toString() == QStringLiteral("email"))
            page.showEmailProblem(sentence);
        else
            page.showProblem(sentence);
    });
}

void NewcomerFlow::connectFounding()
{
    ui::RegisterPage &page = m_window.accountPages().founding();
    connect(&page, &ui::RegisterPage::registerRequested, this, &NewcomerFlow::found);
    connect(&m_register, &usecases::RegisterCompany::registered, this, &NewcomerFlow::founded);
    connect(&m_register, &usecases::RegisterCompany::failed, &page, [this, &page](const Error &error) {
        m_password.clear();
        page.showProblem(models::registerErrorSentence(error));
    });
    ui::RecoveryPage &recovery = m_window.accountPages().recovery();
    connect(&recovery, &ui::RecoveryPage::saveRequested, this, &NewcomerFlow::saveCode);
    connect(&recovery, &ui::RecoveryPage::continued, this, &NewcomerFlow::goOn);
}

void NewcomerFlow::followLink(const QString &link)
{
    ui::AccountPages &pages = m_window.accountPages();
    pages.showPage(pages.join());
    m_window.showAccountPages();
    pages.join().start(link);
}

bool NewcomerFlow::isAtWork() const
{
    ui::AccountPages &pages = m_window.accountPages();
    const QWidget *page = pages.currentWidget();
    return m_doing != Doing::Nothing || page == &pages.join() || page == &pages.founding() || page == &pages.recovery();
}

void NewcomerFlow::lookUp(const QString &text)
{
    m_link = vault::InvitationLink::parse(text);
    if (!m_link) {
        m_window.accountPages().join().showLinkProblem(
            models::joinErrorSentence({ErrorKind::Invalid, QStringLiteral("invitation:link"), {}, {}}));
        return;
    }
    m_door = m_profile.doorFor(m_link->store, text);
    m_join.lookUp(m_door, *m_link);
}

void NewcomerFlow::accept(const vault::Joining &joining)
{
    m_email = joining.email;
    m_password = joining.password;
    m_join.accept(m_door, *m_link, joining);
}

void NewcomerFlow::accepted()
{
    m_doing = Doing::Joining;
    m_profile.setStore(m_door, liveUrl(m_link->relay));
    Q_EMIT signInWanted(m_email, std::exchange(m_password, {}));
}

void NewcomerFlow::found(const ui::NewCompany &company)
{
    m_door = company.store.isEmpty() ? m_profile.door() : company.store;
    if (usecases::storePlace(m_door).isEmpty()) {
        m_window.accountPages().founding().showStoreProblem(
            tr("This is not the address of a store. It begins with postgresql:// and ends with the database's name."));
        return;
    }
    m_email = company.email;
    m_password = company.password;
    m_companyName = company.name;
    m_register.run(m_door, {company.name, company.timeZone, company.founderName, company.email, company.password});
}

void NewcomerFlow::founded(const QString &code)
{
    m_doing = Doing::Founding;
    m_code = code;
    m_profile.setStore(m_door, {});
    Q_EMIT signInWanted(m_email, std::exchange(m_password, {}));
}

bool NewcomerFlow::takeSignedIn(
    const std::shared_ptr<const usecases::Account> &account, const std::shared_ptr<const vault::DeviceRecord> &record)
{
    if (std::exchange(m_doing, Doing::Nothing) != Doing::Founding)
        return false;
    m_afterCode = [this, account, record] { Q_EMIT entered(account, record); };
    showCode();
    return true;
}

bool NewcomerFlow::takeFailure(const Error &error)
{
    const Doing doing = std::exchange(m_doing, Doing::Nothing);
    if (doing == Doing::Nothing)
        return false;
    m_window.accountPages().wipe();
    m_window.setEmail(m_email);
    // A wrong password means that the e-mail was somebody's already: the store tells nobody before.
    const bool inVain = error.code == QStringLiteral("CV005");
    const QString sentence = !inVain ? models::signInErrorSentence(error)
        : doing == Doing::Joining    ? models::joinErrorSentence(error)
                                     : models::registerErrorSentence(error);
    const auto locked = lockEnd(error);
    if (doing == Doing::Founding && !inVain) {
        m_afterCode = [this, sentence, locked] { showRefusal(m_window, sentence, locked, false); };
        showCode(); // the company is there, and the code would be lost
        return true;
    }
    m_code.clear();
    showRefusal(m_window, sentence, locked, false);
    return true;
}

void NewcomerFlow::showCode()
{
    ui::AccountPages &pages = m_window.accountPages();
    pages.wipe();
    pages.recovery().showCode(m_companyName, std::exchange(m_code, {}));
    pages.showPage(pages.recovery());
    m_window.showAccountPages();
}

void NewcomerFlow::saveCode(const QString &path, const QString &text)
{
    ui::RecoveryPage &page = m_window.accountPages().recovery();
    m_files.run(
        &page, [path, text] { return writeFile(path, text); },
        [&page, path](bool written) {
            if (written)
                page.showSaved(path);
            else
                page.showSaveProblem(tr("%1 cannot be written. Choose another place.").arg(path));
        });
}

void NewcomerFlow::goOn()
{
    m_window.accountPages().recovery().wipe();
    if (const auto next = std::exchange(m_afterCode, {}))
        next();
}

} // namespace conversure::clientapp
