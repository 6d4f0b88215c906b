// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Clock.h"

#include <QStackedWidget>

namespace conversure::ui {

class JoinPage;
class OpeningPage;
class PassphrasePage;
class RecoveryPage;
class RegisterPage;
class SignInPage;

/// All that is seen while nobody is signed in: one page at a time, and the ways between them that need nothing from
/// outside. What people ask for are signals of the pages.
class AccountPages : public QStackedWidget
{
    Q_OBJECT

public:
    explicit AccountPages(QWidget *parent = nullptr);

    SignInPage &signIn() { return *m_signIn; }
    OpeningPage &opening() { return *m_opening; }
    JoinPage &join() { return *m_join; }
    RegisterPage &founding() { return *m_founding; }
    RecoveryPage &recovery() { return *m_recovery; }
    PassphrasePage &passphrase() { return *m_passphrase; }

    /// Whether this computer knows a store, so that founding a company need not ask for it.
    void setStoreKnown(bool known) { m_storeKnown = known; }
    void showPage(QWidget &page);
    /// Empties every line in which something secret may stand.
    void wipe();

private:
    SystemClock m_clock;
    bool m_storeKnown = false;
    SignInPage *m_signIn;
    OpeningPage *m_opening;
    JoinPage *m_join;
    RegisterPage *m_founding;
    RecoveryPage *m_recovery;
    PassphrasePage *m_passphrase;
};

} // namespace conversure::ui
