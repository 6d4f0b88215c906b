// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/MainWindow.h"

#include "models/ComposeModel.h"
#include "models/ConnectionModel.h"
#include "models/ConversationListModel.h"
#include "ui/account/AccountPages.h"
#include "ui/account/SignInPage.h"
#include "ui/inbox/ChatView.h"
#include "ui/inbox/Composer.h"
#include "ui/inbox/ConversationList.h"
#include "ui/inbox/InboxPage.h"
#include "ui/shell/ActionTable.h"
#include "ui/shell/HelpSheet.h"
#include "ui/widgets/Fonts.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/Resources.h"

#include <QAction>
#include <QCloseEvent>
#include <QDesktopServices>
#include <QScreen>
#include <QSettings>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace conversure::ui {

namespace {

using ListModel = models::ConversationListModel;

constexpr QLatin1StringView geometryKey("window/geometry");
constexpr QLatin1StringView listWidthKey("window/listWidth");
constexpr QLatin1StringView panelWidthKey("window/panelWidth");
constexpr QLatin1StringView themeKey("appearance/theme");
constexpr QLatin1StringView recentTemplatesKey("templates/recent");
constexpr int connectionPatienceMs = 3000;
constexpr QSize comfortable(1280, 800);
constexpr QSize windowFrame(16, 48); // about what a window manager draws around a window

} // namespace

MainWindow::MainWindow(InboxModels models, models::ConnectionModel &connection, QSettings &settings)
    : m_conversations(models.conversations)
    , m_compose(models.compose)
    , m_connection(connection)
    , m_settings(settings)
    , m_actions(new ActionTable(*this, this))
    , m_pages(new QStackedWidget(this))
    , m_accounts(new AccountPages(this))
    , m_inbox(new InboxPage(models, this))
    , m_account(new AccountMenu(m_actions->action(ActionId::Help), this))
    , m_notice(new NoticeBar(NoticeBar::Tone::Warning, this))
    , m_connectionBar(new NoticeBar(NoticeBar::Tone::Warning, this))
    , m_status(new StatusBar(connection, this))
{
    initResources();
    m_inbox->setCornerWidget(m_account);
    buildLayout();
    connect(&m_accounts->signIn(), &SignInPage::signInRequested, this, &MainWindow::signInRequested);
    connect(&m_accounts->opening(), &OpeningPage::retryRequested, this, &MainWindow::openingRetried);
    connect(&m_accounts->opening(), &OpeningPage::passwordPreferred, this, &MainWindow::passwordPreferred);
    connectInbox();
    connectActions();
    restoreSettings();
    followPage();
    showSignIn();
}

MainWindow::~MainWindow() = default;

void MainWindow::buildLayout()
{
    m_pages->addWidget(m_accounts);
    m_pages->addWidget(m_inbox);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_connectionBar);
    layout->addWidget(m_notice);
    layout->addWidget(m_pages, 1);
    layout->addWidget(m_status);
    setMinimumSize(420, 480);
    m_notice->setObjectName(QStringLiteral("notice"));
    m_connectionBar->setObjectName(QStringLiteral("connectionBar"));
    m_connectionBar->setDismissible(false);
}

void MainWindow::connectInbox()
{
    connect(m_inbox, &InboxPage::conversationOpened, this, &MainWindow::conversationOpened);
    connect(m_inbox, &InboxPage::conversationSeen, this, &MainWindow::conversationSeen);
    connect(m_inbox, &InboxPage::olderMessagesWanted, this, &MainWindow::olderMessagesWanted);
    connect(&m_inbox->composer(), &Composer::sendRequested, this, &MainWindow::sendRequested);
    connect(&m_inbox->composer(), &Composer::templateSendRequested, this, &MainWindow::templateSendRequested);
    connect(&m_inbox->composer(), &Composer::draftChanged, this, &MainWindow::draftChanged);
    connect(m_inbox, &InboxPage::retryRequested, this, &MainWindow::retryRequested);
    connect(m_inbox, &InboxPage::resendConfirmed, this, &MainWindow::resendConfirmed);
    connect(m_inbox, &InboxPage::notSentSaid, this, &MainWindow::notSentSaid);
    connect(m_inbox, &InboxPage::optOutRequested, this, &MainWindow::optOutRequested);
    connect(m_inbox, &InboxPage::liftRequested, this, &MainWindow::liftRequested);
    connect(&m_compose.templates(), &models::TemplateListModel::recentChanged, this, &MainWindow::keepRecentTemplates);
    connect(&m_inbox->chat(), &ChatView::linkActivated, this, [](const QUrl &url) { QDesktopServices::openUrl(url); });
    connect(&m_conversations, &ListModel::moreWanted, this, &MainWindow::moreConversationsWanted);
    connect(&m_connection, &models::ConnectionModel::changed, this, &MainWindow::followConnection);

    m_connectionTimer.setObjectName(QStringLiteral("connectionPatience"));
    m_connectionTimer.setSingleShot(true);
    m_connectionTimer.setInterval(connectionPatienceMs);
    connect(&m_connectionTimer, &QTimer::timeout, this, &MainWindow::showConnection);
    connect(m_pages, &QStackedWidget::currentChanged, this, &MainWindow::followPage);
    m_titleTimer.setSingleShot(true);
    m_titleTimer.setInterval(0); // several changes of the list, one change of the title
    connect(&m_titleTimer, &QTimer::timeout, this, &MainWindow::updateTitle);
    const auto later = [this] { m_titleTimer.start(); };
    connect(&m_conversations, &QAbstractItemModel::dataChanged, this, later);
    connect(&m_conversations, &QAbstractItemModel::rowsInserted, this, later);
    connect(&m_conversations, &QAbstractItemModel::rowsRemoved, this, later);
    connect(&m_conversations, &QAbstractItemModel::modelReset, this, later);
    connect(&m_conversations, &QAbstractItemModel::layoutChanged, this, later);
}

void MainWindow::connectActions()
{
    ConversationList *list = &m_inbox->list();
    m_actions->on(ActionId::NextConversation, this, [list] { list->openNeighbour(1, false); });
    m_actions->on(ActionId::PreviousConversation, this, [list] { list->openNeighbour(-1, false); });
    m_actions->on(ActionId::NextUnread, this, [list] { list->openNeighbour(1, true); });
    m_actions->on(ActionId::PreviousUnread, this, [list] { list->openNeighbour(-1, true); });
    m_actions->on(ActionId::BackToList, this, [this] { m_inbox->goToList(); });
    m_actions->on(ActionId::ToggleLead, this, [this] { m_inbox->toggleLeadPanel(); });
    m_actions->on(ActionId::Templates, this, [this] { m_inbox->composer().openTemplates(); });
    m_actions->on(ActionId::NextPane, this, [this] { m_inbox->cyclePanes(1); });
    m_actions->on(ActionId::PreviousPane, this, [this] { m_inbox->cyclePanes(-1); });
    m_actions->on(ActionId::Help, this, [this] { showHelp(); });
    m_actions->on(ActionId::Quit, this, [this] { close(); });
    connect(m_account, &AccountMenu::themeModeChosen, this, [this](ThemeMode mode) {
        m_settings.setValue(themeKey, static_cast<int>(mode));
        setThemeMode(mode);
    });
    connect(m_account, &AccountMenu::actionChosen, this, &MainWindow::accountActionChosen);
    connect(m_status, &StatusBar::rememberingRequested, this, &MainWindow::rememberingRequested);
    connect(m_account, &AccountMenu::signOutRequested, this, [this] {
        m_inbox->composer().flushDraft();
        Q_EMIT signOutRequested();
    });
}

void MainWindow::showSignIn(const QString &sentence, bool keepPassword)
{
    m_inbox->closeAndForget();
    m_status->setSignedIn({});
    m_notice->setSentence({});
    m_accounts->showPage(m_accounts->signIn());
    showAccountPages();
    m_accounts->signIn().showReady(sentence, keepPassword);
    updateTitle();
}

SignInPage &MainWindow::signInPage()
{
    return m_accounts->signIn();
}

void MainWindow::showAccountPages()
{
    m_pages->setCurrentWidget(m_accounts);
}

void MainWindow::setEmail(const QString &email)
{
    m_accounts->signIn().setEmail(email);
}

void MainWindow::showSigningIn()
{
    m_accounts->showPage(m_accounts->signIn());
    showAccountPages();
    m_accounts->signIn().showBusy();
}

void MainWindow::showOpening(OpeningPage::State state)
{
    m_accounts->opening().showState(state);
    m_accounts->showPage(m_accounts->opening());
    showAccountPages();
}

void MainWindow::setRemembering(Remembering how)
{
    m_status->setRemembering(how);
}

void MainWindow::showInbox(const QString &userName, const QString &companyName, bool isAdmin)
{
    m_account->setWho(userName, companyName, isAdmin);
    m_status->setSignedIn(QStringList{userName, companyName}.join(QStringLiteral("  ·  ")));
    m_accounts->wipe();
    m_pages->setCurrentWidget(m_inbox);
    m_inbox->list().setFocus();
    updateTitle();
}

void MainWindow::setKeysWait(bool wait)
{
    m_account->setKeysWait(wait);
}

void MainWindow::restoreText(ConversationId conversation, const QString &text, const QString &sentence)
{
    m_inbox->composer().restoreText(conversation, text, sentence);
}

void MainWindow::askInSpiteOf(MessageId message, ConversationId conversation, const QString &sentence)
{
    if (!m_inbox->askInSpiteOf(message))
        restoreText(conversation, {}, sentence);
}

void MainWindow::restoreTemplate(
    ConversationId conversation, TemplateId id, const TemplateValues &values, const QString &sentence)
{
    m_inbox->composer().restoreTemplate(conversation, id, values, sentence);
}

void MainWindow::setDraft(ConversationId conversation, const QString &text)
{
    m_inbox->composer().setDraft(conversation, text);
}

void MainWindow::showNotice(const QString &sentence)
{
    m_notice->setSentence(sentence);
}

void MainWindow::followConnection()
{
    using Level = models::ConnectionModel::Level;
    const Level level = m_connection.level();
    m_inbox->composer().setOffline(level == Level::Bad);
    const bool away = level == Level::Warning || level == Level::Bad;
    const bool inbox = m_pages->currentWidget() == m_inbox;
    if (!inbox || !away)
        m_connectionTimer.stop();
    if (!inbox || level == Level::Good)
        m_connectionBar->setSentence({});
    else if (away && m_connectionBar->isHidden() && !m_connectionTimer.isActive())
        m_connectionTimer.start(); // most interruptions are over before anybody could read of them
    else if (away && !m_connectionBar->isHidden())
        showConnection();
}

void MainWindow::showConnection()
{
    const QString sentence = m_connection.explanation();
    if (m_connectionBar->isHidden() || m_connectionBar->sentence() != sentence)
        m_connectionBar->setSentence(sentence);
}

void MainWindow::followPage()
{
    m_actions->setInboxShown(m_pages->currentWidget() == m_inbox);
    followConnection();
}

void MainWindow::setThemeMode(ThemeMode mode)
{
    m_account->setThemeMode(mode);
    applyTheme(mode);
}

void MainWindow::restoreSettings()
{
    const int mode = std::clamp(m_settings.value(themeKey, 0).toInt(), 0, 2);
    setThemeMode(static_cast<ThemeMode>(mode));
    resize(comfortable.boundedTo(screen()->availableSize() - windowFrame));
    restoreGeometry(m_settings.value(geometryKey).toByteArray());
    m_inbox->setPaneWidths(m_settings.value(listWidthKey, 320).toInt(), m_settings.value(panelWidthKey, 300).toInt());
    QList<TemplateId> recent;
    const QStringList ids = m_settings.value(recentTemplatesKey).toStringList();
    for (const QString &id : ids)
        recent << TemplateId::fromText(id);
    m_compose.templates().setRecent(recent);
}

void MainWindow::keepRecentTemplates()
{
    QStringList ids;
    for (const TemplateId &id : m_compose.templates().recent())
        ids << id.text();
    m_settings.setValue(recentTemplatesKey, ids);
}

void MainWindow::updateTitle()
{
    // Conversations, not messages: how many people wait is what can be acted upon.
    int waiting = 0;
    for (int row = 0; row < m_conversations.rowCount(); ++row)
        waiting += m_conversations.index(row, 0).data(ListModel::UnreadRole).toLongLong() > 0 ? 1 : 0;
    const bool inbox = m_pages->currentWidget() == m_inbox;
    setWindowTitle(inbox && waiting > 0 ? tr("(%1) Conversure").arg(waiting) : tr("Conversure"));
}

void MainWindow::showHelp()
{
    if (!m_help)
        m_help = new HelpSheet(this);
    m_help->show();
    m_help->raise();
    m_help->activateWindow();
}

void MainWindow::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) {
        m_actions->retranslate();
        updateTitle();
        followConnection();
    }
    if (event->type() == QEvent::ActivationChange)
        m_inbox->setWindowActive(isActiveWindow());
}

void MainWindow::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    // The first Arabic or emoji glyph costs tens of milliseconds while its font loads: pay before anybody scrolls.
    QTimer::singleShot(0, this, [] { warmFonts(); });
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    m_inbox->composer().flushDraft();
    m_settings.setValue(geometryKey, saveGeometry());
    m_settings.setValue(listWidthKey, m_inbox->paneWidths().first());
    m_settings.setValue(panelWidthKey, m_inbox->paneWidths().last());
    QWidget::closeEvent(event);
}

} // namespace conversure::ui
