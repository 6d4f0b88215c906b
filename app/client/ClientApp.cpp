// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ClientApp.h"

#include "models/ConsentErrors.h"
#include "models/SendErrors.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QTimer>

#include <utility>

namespace conversure::clientapp {

namespace {

state::Connection connectionOf(live::Reach reach)
{
    switch (reach) {
    case live::Reach::Connecting:
        return state::Connection::Connecting;
    case live::Reach::Connected:
        return state::Connection::Connected;
    case live::Reach::RelayAway:
        return state::Connection::RelayAway;
    case live::Reach::StoreAway:
        return state::Connection::StoreAway;
    case live::Reach::Offline:
        break;
    }
    return state::Connection::Offline;
}

/// Where this computer remembers its companies' root keys.
QString pinsFile(const Options &options)
{
    return options.dataFolder + QStringLiteral("/companies.json");
}

QString settingsFile(const Options &options)
{
    QDir().mkpath(options.dataFolder);
    QFile::setPermissions(options.dataFolder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return options.dataFolder + QStringLiteral("/settings.ini");
}

} // namespace

struct ClientApp::Io {
    net::HttpClient http;
    sending::Sender sender;
    live::LiveConnection live;

    Io(sending::JournalWorker &journal, store::Worker &writer, store::Worker &reader, const store::SqlLibrary &library,
        const providers::Registry &registry, const Clock &clock)
        : http(net::HttpClient::fromEnvironment())
        , sender(sending::Parts{journal, writer, http, registry, clock})
        , live(reader, library)
    {
    }

    void moveTo(QThread &thread)
    {
        http.moveToThread(&thread);
        sender.moveToThread(&thread);
        live.moveToThread(&thread);
    }

    /// Runs \a task on the io thread.
    template <class Task>
    void post(Task task)
    {
        QMetaObject::invokeMethod(&live, std::move(task), Qt::QueuedConnection);
    }
};

ClientApp::ClientApp(Options options, store::SqlLibrary library)
    : m_options(std::move(options))
    , m_settings(settingsFile(m_options), QSettings::IniFormat)
    , m_profile(m_options, m_settings)
    , m_library(std::move(library))
    , m_trace(m_inbox, m_options.traceFile)
    , m_conversations(m_inbox, m_clock)
    , m_messages(m_inbox, m_clock)
    , m_lead(m_inbox)
    , m_connection(m_inbox)
    , m_compose(m_inbox, m_clock)
    , m_window({m_conversations, m_messages, m_lead, m_compose}, m_connection, m_settings)
    , m_reader(QStringLiteral("conversure reader"), store::Worker::WhenLost::Repeat)
    , m_writer(QStringLiteral("conversure writer"))
    , m_io(std::make_unique<Io>(m_journal, m_writer, m_reader, m_library, m_registry, m_clock))
    , m_keeper(m_options.dataFolder + QStringLiteral("/secrets.box"), m_options.useKeychain)
    , m_signIn(m_options, m_profile, m_library, pinsFile(m_options), m_keeper, m_window)
    , m_accounts(m_profile, m_library, pinsFile(m_options), m_keeper, m_signIn, m_window)
    , m_signOut(m_writer, m_library)
    , m_load(m_inbox, m_reader, m_library)
    , m_open(m_inbox, m_reader, m_library)
    , m_markRead(m_inbox, m_writer, m_library)
    , m_loadTemplates(m_inbox, m_reader, m_library)
    , m_loadLimits(m_reader, m_library)
    , m_optOut(m_writer, m_library)
    , m_sayNotSent(m_inbox, m_writer, m_library)
    , m_send(std::make_unique<usecases::SendMessage>(m_inbox, m_io->sender, m_clock))
    , m_retry(std::make_unique<usecases::RetrySend>(m_inbox, m_io->sender, m_clock))
    , m_keepDraft(m_inbox, m_journal, m_io->sender, m_clock)
{
    m_io->moveTo(m_ioThread);
    m_ioThread.setObjectName(QStringLiteral("io"));
    // What lives on that thread goes on it, while the thread still takes care of deferred deletions.
    connect(
        &m_ioThread, &QThread::finished, this, [this] { m_io.reset(); }, Qt::DirectConnection);
    m_ioThread.start();
    connectWindow();
    connectFeed();
    connectSending();
    connectCompose();
    connectAccount();
}

ClientApp::~ClientApp()
{
    // Typed text first: the window hands over what is still in the composer, and the journal writes all it was given.
    m_window.close();
    handOn();
    m_reader.stop();
    m_writer.stop();
    m_journal.stop();
    m_ioThread.quit();
    m_ioThread.wait();
}

void ClientApp::show()
{
    if (m_options.theme)
        m_window.setThemeMode(*m_options.theme);
    m_signIn.begin();
    m_window.show();
}

void ClientApp::connectWindow()
{
    connect(&m_window, &ui::MainWindow::signOutRequested, this, &ClientApp::signOut);
    connect(&m_window, &ui::MainWindow::conversationOpened, this, &ClientApp::open);
    connect(&m_window, &ui::MainWindow::conversationSeen, &m_markRead, &usecases::MarkRead::run);
    connect(&m_window, &ui::MainWindow::sendRequested, m_send.get(), &usecases::SendMessage::run);
    connect(&m_window, &ui::MainWindow::templateSendRequested, m_send.get(), &usecases::SendMessage::runTemplate);
    connect(&m_window, &ui::MainWindow::retryRequested, m_retry.get(),
        [this](MessageId message) { m_retry->run(message); });
    connect(&m_window, &ui::MainWindow::resendConfirmed, m_retry.get(),
        [this](MessageId message) { m_retry->run(message, true); });
    connect(&m_window, &ui::MainWindow::notSentSaid, &m_sayNotSent, &usecases::SayNotSent::run);
    connect(&m_window, &ui::MainWindow::optOutRequested, &m_optOut, &usecases::OptOut::run);
    connect(&m_window, &ui::MainWindow::liftRequested, &m_optOut, &usecases::OptOut::lift);
    connect(&m_window, &ui::MainWindow::draftChanged, &m_keepDraft, &usecases::KeepDraft::run);
    connect(&m_window, &ui::MainWindow::olderMessagesWanted, &m_open, &usecases::OpenConversation::older);
    connect(&m_window, &ui::MainWindow::moreConversationsWanted, &m_load, &usecases::LoadConversations::more);
    connect(&m_keepDraft, &usecases::KeepDraft::restored, &m_window, &ui::MainWindow::setDraft);
}

void ClientApp::connectFeed()
{
    live::LiveConnection &live = m_io->live;
    // Straight into the queue, from the io thread: it wakes the window once a frame.
    connect(&live, &live::LiveConnection::changes, &m_queue, &state::ChangeQueue::push, Qt::DirectConnection);
    connect(&m_queue, &state::ChangeQueue::ready, &m_inbox, &state::Inbox::apply);
    connect(&live, &live::LiveConnection::resync, this, &ClientApp::readAgain);
    connect(&live, &live::LiveConnection::reachChanged, this,
        [this](live::Reach reach) { m_inbox.setConnection(connectionOf(reach)); });
    connect(&live, &live::LiveConnection::storeBack, this, [this] {
        readAgain(false);
        m_markRead.again();
    });
    connect(&live, &live::LiveConnection::storeBack, &m_io->sender, &sending::Sender::resume);
    connect(&m_load, &usecases::LoadConversations::failed, this, &ClientApp::loadFailed);
    connect(&m_open, &usecases::OpenConversation::failed, this,
        [this](ConversationId, const Error &error) { loadFailed(error); });
}

void ClientApp::connectSending()
{
    sending::Sender &sender = m_io->sender;
    connect(
        &sender, &sending::Sender::changed, &sender,
        [this](const QJsonObject &object) {
            const auto change = feed::changeFromJson(object);
            if (change && *change)
                m_queue.push({**change});
        },
        Qt::DirectConnection);
    connect(&sender, &sending::Sender::refused, this, &ClientApp::sendRefused);
    connect(&sender, &sending::Sender::templateRefused, this, &ClientApp::templateRefused);
    connect(&sender, &sending::Sender::signedOut, this,
        [this] { leave(tr("Your session has ended. Sign in again; what you typed is kept.")); });
    connect(&sender, &sending::Sender::olderQueued, this, &ClientApp::askAboutOlder);
    connect(&m_keepDraft, &usecases::KeepDraft::failed, this, [this](const Error &) {
        m_window.showNotice(tr("Drafts cannot be saved on this computer right now. Check that its disk is not full."));
    });
}

void ClientApp::connectCompose()
{
    connect(&m_compose, &models::ComposeModel::limitsWanted, this, [this](ConversationId conversation) {
        if (m_account)
            m_loadLimits.run(conversation);
    });
    connect(&m_loadLimits, &usecases::LoadSendLimits::loaded, &m_compose, &models::ComposeModel::setLimits);
    connect(&m_loadTemplates, &usecases::LoadTemplates::failed, this, &ClientApp::loadFailed);
    connect(&m_optOut, &usecases::OptOut::failed, this,
        [this](ConversationId, const Error &error) { m_window.showNotice(models::consentErrorSentence(error)); });
    connect(&m_sayNotSent, &usecases::SayNotSent::failed, this, [this](MessageId, const Error &error) {
        if (const QString sentence = models::notSentErrorSentence(error); !sentence.isEmpty())
            m_window.showNotice(sentence);
    });
}

void ClientApp::connectAccount()
{
    connect(&m_signIn, &SignInFlow::entered, this, &ClientApp::enter);
    connect(&m_accounts, &AccountFlow::sessionEnded, this, [this] { leave({}); });
    connect(&m_accounts, &AccountFlow::accountOpened, this,
        [this](const std::shared_ptr<const usecases::Account> &account) {
            m_account = account;
            giveNumbers();
        });
    connect(&m_signOut, &usecases::SignOut::done, this, [this] { leave({}); });
    connect(&m_io->live, &live::LiveConnection::signedOut, this,
        [this] { leave(tr("Your session has ended. Sign in again; what you typed is kept.")); });
}

void ClientApp::enter(
    const std::shared_ptr<const usecases::Account> &account, const std::shared_ptr<const vault::DeviceRecord> &record)
{
    m_account = account;
    m_reader.setTarget(account->database);
    m_writer.setTarget(account->database);
    m_send->setAuthor(account->user, account->name);
    m_messages.setReader(account->user, account->userRole != QStringLiteral("AGENT"));
    m_compose.setWriter(account->name, account->companyName);
    m_window.showInbox(account->name, account->companyName, account->userRole != QStringLiteral("AGENT"));
    m_io->post([io = m_io.get(), relay = m_profile.relay(), account] { io->live.start(relay, account->token); });
    m_accounts.begin(account, record);
    openJournal();
}

void ClientApp::openJournal()
{
    m_journal.open(
        m_options.dataFolder, m_account->user, this, [this](const Result<sending::JournalWorker::Opened> &opened) {
            if (!m_account)
                return;
            if (!opened)
                m_window.showNotice(tr("Conversure is open for this account already, or its journal cannot be written. "
                                       "Messages cannot be sent from this window."));
            else if (opened->movedAside)
                m_window.showNotice(tr("The journal of unsent messages was damaged and has been set aside. Look "
                                       "through your last messages."));
            m_keepDraft.restore();
            giveNumbers();
        });
}

void ClientApp::giveNumbers()
{
    QHash<NumberId, sending::SendingNumber> numbers;
    for (const usecases::AccountNumber &number : m_account->numbers)
        numbers.insert(number.number, {number.provider, number.settings});
    m_io->post([io = m_io.get(), numbers] {
        io->sender.setNumbers(numbers);
        io->sender.resume();
    });
}

/// Tells the store, but waits for it only a moment: this computer forgets in any case.
void ClientApp::signOut()
{
    m_signOut.run();
    QTimer::singleShot(3'000, this, [this, leaving = m_account] {
        if (leaving == m_account)
            leave({});
    });
}

void ClientApp::leave(const QString &sentence)
{
    if (!m_account)
        return;
    m_account.reset();
    m_accounts.end();
    m_opened = {};
    // When this returns, the session that is over says nothing new. What it has said already is heard: a text that was
    // refused belongs to the drafts.
    QMetaObject::invokeMethod(
        &m_io->live,
        [io = m_io.get()] {
            io->live.stop();
            io->sender.leave();
        },
        Qt::BlockingQueuedConnection);
    QCoreApplication::sendPostedEvents(this, QEvent::MetaCall);
    m_queue.clear();
    m_markRead.forget();
    m_reader.setTarget({});
    m_writer.setTarget({});
    m_load.cancel();
    m_open.cancel();
    m_loadTemplates.cancel();
    m_loadLimits.cancel();
    m_sayNotSent.cancel();
    m_keepDraft.cancel();
    m_signIn.leave(sentence);
    m_inbox.clear();
    m_inbox.setConnection(state::Connection::Connecting);
    handOn(); // what was still in the composer
    m_journal.close();
}

/// When this returns, the io thread has given the journal all that it was told until now.
void ClientApp::handOn()
{
    QMetaObject::invokeMethod(
        &m_io->sender, [] {}, Qt::BlockingQueuedConnection);
}

void ClientApp::readAgain(bool anotherLife)
{
    if (!m_account)
        return;
    // What was said before this must not pass for what is said after it.
    m_queue.deliver();
    m_open.cancel();
    if (anotherLife) {
        m_inbox.clear();
        m_keepDraft.restore();
    } else {
        m_inbox.beginResync();
    }
    m_load.again();
    m_loadTemplates.run();
    m_compose.wantLimits();
    if (!m_opened.isNull())
        m_open.run(m_opened);
}

void ClientApp::loadFailed(const Error &error)
{
    if (error.kind == ErrorKind::SignedOut)
        leave(tr("Your session has ended. Sign in again; what you typed is kept."));
    else
        m_io->post([io = m_io.get()] { io->live.storeSeemsAway(); });
}

void ClientApp::sendRefused(MessageId message, ConversationId conversation, const QString &text, const Error &error)
{
    m_inbox.withdrawEcho(message);
    const QString sentence = models::sendErrorSentence(error.code, error.detail);
    const bool mayHaveArrived = text.isEmpty() && error.code == QStringLiteral("CV019")
        && error.detail[QStringLiteral("status")] != QStringLiteral("sending");
    if (mayHaveArrived)
        m_window.askInSpiteOf(message, conversation, sentence);
    else
        m_window.restoreText(conversation, text, sentence);
}

void ClientApp::templateRefused(
    MessageId message, ConversationId conversation, const QJsonObject &content, const Error &error)
{
    m_inbox.withdrawEcho(message);
    giveBack(conversation, content, models::sendErrorSentence(error.code, error.detail));
}

/// A template goes back to where it was filled in.
void ClientApp::giveBack(ConversationId conversation, const QJsonObject &content, const QString &sentence)
{
    m_window.restoreTemplate(conversation, TemplateId::fromText(content[QStringLiteral("template_id")].toString()),
        TemplateValues::fromJson(content[QStringLiteral("values")].toObject()), sentence);
}

/// Texts that waited too long go back to where they were typed; their agent decides. The composer hands the drafts to
/// the journal at once, which writes them before it forgets the messages: it does everything in order.
void ClientApp::askAboutOlder(const QList<sending::QueuedText> &texts)
{
    const QString sentence =
        tr("You typed this more than ten minutes ago and it was not sent. Send it now if it still fits.");
    QList<ConversationId> order;
    QHash<ConversationId, QStringList> byConversation;
    QList<MessageId> messages;
    for (const sending::QueuedText &text : texts) {
        m_inbox.withdrawEcho(text.message);
        messages << text.message;
        const QString type = text.content[QStringLiteral("type")].toString();
        if (type == QStringLiteral("TEMPLATE"))
            giveBack(text.conversation, text.content, sentence);
        if (!type.isEmpty() && type != QStringLiteral("TEXT"))
            continue; // another try: its message is where it was, and can be tried again
        if (!byConversation.contains(text.conversation))
            order << text.conversation;
        byConversation[text.conversation] << text.text;
    }
    for (const ConversationId &conversation : order) {
        m_window.restoreText(conversation, byConversation.value(conversation).join(u'\n'), sentence);
    }
    m_io->post([io = m_io.get(), messages] { io->sender.discard(messages); });
}

void ClientApp::open(ConversationId conversation)
{
    m_opened = conversation;
    if (!conversation.isNull())
        m_open.run(conversation);
}

} // namespace conversure::clientapp
