// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/account/AccountPages.h"

#include "ui/account/JoinPage.h"
#include "ui/account/OpeningPage.h"
#include "ui/account/PassphrasePage.h"
#include "ui/account/RecoveryPage.h"
#include "ui/account/RegisterPage.h"
#include "ui/account/SignInPage.h"

namespace conversure::ui {

AccountPages::AccountPages(QWidget *parent)
    : QStackedWidget(parent)
    , m_signIn(new SignInPage(m_clock))
    , m_opening(new OpeningPage)
    , m_join(new JoinPage)
    , m_founding(new RegisterPage(m_clock))
    , m_recovery(new RecoveryPage)
    , m_passphrase(new PassphrasePage)
{
    for (QWidget *page : {static_cast<QWidget *>(m_signIn), static_cast<QWidget *>(m_opening),
             static_cast<QWidget *>(m_join), static_cast<QWidget *>(m_founding), static_cast<QWidget *>(m_recovery),
             static_cast<QWidget *>(m_passphrase)})
        addWidget(page);
    connect(m_signIn, &SignInPage::invitationAtHand, this, [this] {
        m_join->start();
        showPage(*m_join);
    });
    connect(m_signIn, &SignInPage::companyWanted, this, [this] {
        m_founding->start(m_storeKnown);
        showPage(*m_founding);
    });
    connect(m_join, &JoinPage::backRequested, this, [this] {
        m_join->wipe();
        showPage(*m_signIn);
    });
    connect(m_founding, &RegisterPage::backRequested, this, [this] {
        m_founding->wipe();
        showPage(*m_signIn);
    });
    connect(m_passphrase, &PassphrasePage::backRequested, this, [this] {
        m_passphrase->wipe();
        showPage(*m_signIn);
    });
}

void AccountPages::showPage(QWidget &page)
{
    setCurrentWidget(&page);
}

void AccountPages::wipe()
{
    m_signIn->showReady({});
    m_join->wipe();
    m_founding->wipe();
    m_recovery->wipe();
    m_passphrase->wipe();
}

} // namespace conversure::ui
