// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "domain/Template.h"
#include "ui/account/OpeningPage.h"
#include "ui/inbox/InboxModels.h"
#include "ui/shell/AccountMenu.h"
#include "ui/shell/StatusBar.h"
#include "ui/widgets/Theme.h"

#include <QTimer>
#include <QWidget>

class QSettings;
class QStackedWidget;

namespace conversure::models {
class ConnectionModel;
} // namespace conversure::models

namespace conversure::ui {

class AccountPages;
class ActionTable;
class HelpSheet;
class InboxPage;
class NoticeBar;
class SignInPage;

/// The window: the pages about accounts or the inbox, and a foot. Says what people want as signals and shows models; it
/// binds the message and lead models to the conversation that is open.
class MainWindow : public QWidget
{
    Q_OBJECT

public:
    /// Everything must outlive the window. \a settings keeps geometry and appearance.
    MainWindow(InboxModels models, models::ConnectionModel &connection, QSettings &settings);
    ~MainWindow() override;

    InboxPage &inbox() { return *m_inbox; }
    SignInPage &signInPage();
    AccountPages &accountPages() { return *m_accounts; }

public Q_SLOTS:
    /// The password stays only when it was not what went wrong.
    void showSignIn(const QString &sentence = {}, bool keepPassword = false);
    /// The pages about accounts, with the one that they show, instead of the inbox.
    void showAccountPages();
    void setEmail(const QString &email); ///< For the sign-in page.
    void showSigningIn();
    void showOpening(conversure::ui::OpeningPage::State state);
    void showInbox(const QString &userName, const QString &companyName, bool isAdmin = false);
    /// Whether this member's keys wait for somebody who lets them in; see AccountMenu.
    void setKeysWait(bool wait);
    /// A refused text goes back to where it was typed, with the sentence that says why.
    void restoreText(conversure::ConversationId conversation, const QString &text, const QString &sentence);
    /// Another try was refused because an earlier one may have arrived: asks the person, and otherwise says why.
    void askInSpiteOf(conversure::MessageId message, conversure::ConversationId conversation, const QString &sentence);
    /// A template that was refused comes back with what was filled in.
    void restoreTemplate(conversure::ConversationId conversation, conversure::TemplateId id,
        const conversure::TemplateValues &values, const QString &sentence);
    void setDraft(conversure::ConversationId conversation, const QString &text);
    /// Whether this computer remembers the sign-in; in the foot, because it changes nothing today.
    void setRemembering(conversure::ui::Remembering how);
    /// One line over the inbox; the next one replaces it.
    void showNotice(const QString &sentence);
    /// For this run; what the person chooses in the menu is kept.
    void setThemeMode(conversure::ui::ThemeMode mode);

Q_SIGNALS:
    void signInRequested(const QString &email, const QString &password);
    void openingRetried();
    void passwordPreferred();
    void signOutRequested();
    void accountActionChosen(conversure::ui::AccountAction action);
    void rememberingRequested(); ///< How the sign-in is kept is to be changed.
    void conversationOpened(conversure::ConversationId conversation);
    /// Open for 300 ms with the window active and the end in view, or a new message came while so.
    void conversationSeen(conversure::ConversationId conversation);
    void sendRequested(conversure::ConversationId conversation, const QString &text);
    void templateSendRequested(conversure::ConversationId conversation, const conversure::TemplateRow &row,
        const conversure::TemplateValues &values);
    void retryRequested(conversure::MessageId message);
    /// The person was asked: it is sent again although it may have arrived; or it was not sent, as they say.
    void resendConfirmed(conversure::MessageId message);
    void notSentSaid(conversure::MessageId message);
    void optOutRequested(conversure::ConversationId conversation, const QString &remark);
    void liftRequested(conversure::ConversationId conversation, const QString &remark);
    void draftChanged(conversure::ConversationId conversation, const QString &text);
    void olderMessagesWanted(conversure::ConversationId conversation);
    void moreConversationsWanted();

protected:
    void changeEvent(QEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void closeEvent(QCloseEvent *event) override;

private:
    void buildLayout();
    void connectInbox();
    void connectActions();
    void followConnection();
    void showConnection();
    void followPage();
    void restoreSettings();
    void keepRecentTemplates();
    void updateTitle();
    void showHelp();

    models::ConversationListModel &m_conversations;
    models::ComposeModel &m_compose;
    models::ConnectionModel &m_connection;
    QSettings &m_settings;
    ActionTable *m_actions;
    QStackedWidget *m_pages;
    AccountPages *m_accounts;
    InboxPage *m_inbox;
    AccountMenu *m_account;
    NoticeBar *m_notice;
    NoticeBar *m_connectionBar; ///< Its own, so that it never takes the place of a notice.
    StatusBar *m_status;
    HelpSheet *m_help = nullptr;
    QTimer m_titleTimer;
    QTimer m_connectionTimer{this};
};

} // namespace conversure::ui
