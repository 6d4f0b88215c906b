// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "AccountFlow.h"
#include "KeeperChoice.h"
#include "Options.h"
#include "Profile.h"
#include "SignInFlow.h"
#include "Trace.h"

#include "domain/Clock.h"
#include "domain/Result.h"
#include "live/LiveConnection.h"
#include "models/ComposeModel.h"
#include "models/ConnectionModel.h"
#include "models/ConversationListModel.h"
#include "models/LeadModel.h"
#include "models/MessageListModel.h"
#include "net/HttpClient.h"
#include "providers/Registry.h"
#include "sending/JournalWorker.h"
#include "sending/Sender.h"
#include "state/ChangeQueue.h"
#include "state/Inbox.h"
#include "store/SqlLibrary.h"
#include "store/Worker.h"
#include "ui/shell/MainWindow.h"
#include "usecases/KeepDraft.h"
#include "usecases/LoadConversations.h"
#include "usecases/LoadSendLimits.h"
#include "usecases/LoadTemplates.h"
#include "usecases/MarkRead.h"
#include "usecases/OpenConversation.h"
#include "usecases/OptOut.h"
#include "usecases/RetrySend.h"
#include "usecases/SayNotSent.h"
#include "usecases/SendMessage.h"
#include "usecases/SignOut.h"

#include <QObject>
#include <QSettings>
#include <QThread>

#include <memory>

namespace conversure::clientapp {

/// The client's composition root: makes the parts in the order in which they need each other and connects them. It
/// holds no rule of its own.
class ClientApp : public QObject
{
    Q_OBJECT

public:
    ClientApp(Options options, store::SqlLibrary library);
    ~ClientApp() override;

    /// Shows the window, before anything else is asked for; then gets as far towards the inbox as it can by itself.
    void show();

private:
    /// What lives on the io thread: network, the chain of sending, the live connection.
    struct Io;

    void connectWindow();
    void connectFeed();
    void connectSending();
    void connectCompose();
    void connectAccount();
    void enter(const std::shared_ptr<const usecases::Account> &account,
        const std::shared_ptr<const vault::DeviceRecord> &record);
    void openJournal();
    void giveNumbers();
    void signOut();
    void handOn();
    void leave(const QString &sentence);
    void readAgain(bool anotherLife);
    void loadFailed(const Error &error);
    void sendRefused(MessageId message, ConversationId conversation, const QString &text, const Error &error);
    void templateRefused(
        MessageId message, ConversationId conversation, const QJsonObject &content, const Error &error);
    void giveBack(ConversationId conversation, const QJsonObject &content, const QString &sentence);
    void askAboutOlder(const QList<sending::QueuedText> &texts);
    void open(ConversationId conversation);

    const Options m_options;
    SystemClock m_clock;
    QSettings m_settings;
    Profile m_profile;
    const store::SqlLibrary m_library;
    providers::Registry m_registry;

    state::Inbox m_inbox;
    state::ChangeQueue m_queue;
    Trace m_trace;
    models::ConversationListModel m_conversations;
    models::MessageListModel m_messages;
    models::LeadModel m_lead;
    models::ConnectionModel m_connection;
    models::ComposeModel m_compose;
    ui::MainWindow m_window;

    store::Worker m_reader;
    store::Worker m_writer;
    sending::JournalWorker m_journal;
    QThread m_ioThread;
    std::unique_ptr<Io> m_io;

    KeeperChoice m_keeper;
    SignInFlow m_signIn;
    AccountFlow m_accounts;
    usecases::SignOut m_signOut;
    usecases::LoadConversations m_load;
    usecases::OpenConversation m_open;
    usecases::MarkRead m_markRead;
    usecases::LoadTemplates m_loadTemplates;
    usecases::LoadSendLimits m_loadLimits;
    usecases::OptOut m_optOut;
    usecases::SayNotSent m_sayNotSent;
    std::unique_ptr<usecases::SendMessage> m_send;
    std::unique_ptr<usecases::RetrySend> m_retry;
    usecases::KeepDraft m_keepDraft;

    std::shared_ptr<const usecases::Account> m_account; ///< Null: nobody is signed in.
    ConversationId m_opened;
};

} // namespace conversure::clientapp
