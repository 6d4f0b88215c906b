// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/InboxPage.h"

#include "models/ComposeModel.h"
#include "models/ConversationListModel.h"
#include "models/LeadModel.h"
#include "models/MessageListModel.h"
#include "ui/inbox/ChatHeader.h"
#include "ui/inbox/ChatView.h"
#include "ui/inbox/Composer.h"
#include "ui/inbox/ConversationList.h"
#include "ui/inbox/LeadPanel.h"
#include "ui/inbox/MessageQuestion.h"
#include "ui/inbox/PaneHeader.h"
#include "ui/inbox/SeenWatcher.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/Theme.h"

#include <QApplication>
#include <QEvent>
#include <QSplitter>
#include <QStackedWidget>
#include <QStyle>
#include <QVBoxLayout>

namespace conversure::ui {

namespace {

using ListModel = models::ConversationListModel;

constexpr int panelBeside = 1100;
constexpr int stackBelow = 760;

} // namespace

InboxPage::InboxPage(InboxModels models, QWidget *parent)
    : QWidget(parent)
    , m_models(models)
    , m_list(new ConversationList(models.conversations, this))
    , m_header(new ChatHeader(this))
    , m_chat(new ChatView(models.messages, this))
    , m_question(new MessageQuestion(models.messages, this))
    , m_composer(new Composer(models.compose, this))
    , m_panel(new LeadPanel(models.lead, models.compose, this))
    , m_nothing(new EmptyState(this))
    , m_seen(new SeenWatcher(this))
    , m_splitter(new QSplitter(Qt::Horizontal, this))
    , m_middle(new QStackedWidget(this))
    , m_listHeader(new PaneHeader(this))
    , m_overlayEdge(new QWidget(this))
{
    m_listPane = makeListPane();
    m_middle->addWidget(m_nothing);
    m_middle->addWidget(makeChatPane());
    m_splitter->addWidget(m_listPane);
    m_splitter->addWidget(m_middle);
    m_splitter->addWidget(m_panel);
    m_splitter->setStretchFactor(0, 0);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setStretchFactor(2, 0);
    m_splitter->setChildrenCollapsible(false);
    m_overlayEdge->setBackgroundRole(QPalette::Mid);
    m_overlayEdge->setAutoFillBackground(true);
    m_overlayEdge->hide();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_splitter);
    m_composer->installEventFilter(this);
    m_question->installEventFilter(this);
    connectParts();
    retranslate();
    arrange();
}

QWidget *InboxPage::makeListPane()
{
    auto *pane = new QWidget(this);
    pane->setMinimumWidth(260);
    pane->setMaximumWidth(540);
    auto *layout = new QVBoxLayout(pane);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_listHeader);
    layout->addWidget(m_list, 1);
    return pane;
}

QWidget *InboxPage::makeChatPane()
{
    auto *pane = new QWidget(this);
    auto *layout = new QVBoxLayout(pane);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_header);
    layout->addWidget(m_chat, 1);
    layout->addWidget(m_question);
    layout->addWidget(m_composer);
    return pane;
}

void InboxPage::connectParts()
{
    connect(m_splitter, &QSplitter::splitterMoved, this, &InboxPage::keepWidths);
    connect(m_list, &ConversationList::conversationActivated, this, &InboxPage::openConversation);
    connect(m_list, &ConversationList::ticked, this, &InboxPage::followTime);
    connect(m_composer, &Composer::sendRequested, m_chat, &ChatView::goToEnd); // what one sends one wants to see
    connect(m_composer, &Composer::templateSendRequested, m_chat, &ChatView::goToEnd);
    connect(m_header, &ChatHeader::panelToggled, this, &InboxPage::toggleLeadPanel);
    connect(m_header, &ChatHeader::backRequested, this, &InboxPage::goToList);
    connect(m_chat, &ChatView::olderWanted, this, [this] { Q_EMIT olderMessagesWanted(m_open); });
    connect(m_chat, &ChatView::atEndChanged, m_seen, &SeenWatcher::setAtEnd);
    connect(m_chat, &ChatView::inboundAppended, m_seen, &SeenWatcher::inboundArrived);
    connect(m_seen, &SeenWatcher::seen, this, &InboxPage::conversationSeen);
    connect(&m_models.messages, &models::MessageListModel::loadStateChanged, this,
        [this] { m_seen->setLoaded(m_models.messages.isLoaded()); });
    connect(&m_models.messages, &QAbstractItemModel::modelReset, this,
        [this] { m_seen->setLoaded(m_models.messages.isLoaded()); });
    connect(&m_models.conversations, &QAbstractItemModel::dataChanged, this, [this] { showHeader(); });
    connect(&m_models.messages, &models::MessageListModel::conversationGone, this, &InboxPage::noteGone);
    connect(&m_models.lead, &models::LeadModel::headerChanged, this, [this] { showHeader(); });
    connect(m_panel, &LeadPanel::optOutRequested, this,
        [this](const QString &remark) { Q_EMIT optOutRequested(m_open, remark); });
    connect(m_panel, &LeadPanel::liftRequested, this,
        [this](const QString &remark) { Q_EMIT liftRequested(m_open, remark); });
    connectMessageActions();
}

void InboxPage::connectMessageActions()
{
    connect(m_chat, &ChatView::actionRequested, m_question, &MessageQuestion::ask);
    connect(m_question, &MessageQuestion::focusLeft, m_composer, &Composer::focusEditor);
    connect(m_question, &MessageQuestion::confirmed, this, [this](MessageId message, MessageAction action) {
        switch (action) {
        case MessageAction::TryAgain:
            Q_EMIT retryRequested(message);
            break;
        case MessageAction::SendAgain:
            Q_EMIT resendConfirmed(message);
            break;
        case MessageAction::SayNotSent:
            Q_EMIT notSentSaid(message);
            break;
        case MessageAction::UseTemplate:
            m_composer->openTemplates();
            break;
        }
    });
}

bool InboxPage::askInSpiteOf(MessageId message)
{
    return m_question->askInSpiteOf(message);
}

void InboxPage::followTime()
{
    showHeader();
    m_models.messages.refreshWaits();
}

void InboxPage::openConversation(ConversationId id)
{
    if (id != m_open) {
        m_open = id;
        m_gone = false;
        sayNothingIsOpen();
        m_overlayShown = false; // it was asked for another lead
        m_composer->setDisabledReason({});
        const QModelIndex row = m_models.conversations.indexOf(id);
        m_models.compose.setConversation(id);
        m_composer->setConversation(id, row.data(ListModel::DraftRole).toString());
        m_models.messages.setConversation(id);
        m_models.lead.setConversation(id);
        m_list->select(id);
        m_seen->setConversation(id);
        m_seen->setLoaded(m_models.messages.isLoaded());
        m_seen->setAtEnd(m_chat->isAtEnd());
        m_middle->setCurrentIndex(id.isNull() ? 0 : 1);
        showHeader();
        arrange();
        if (!id.isNull())
            Q_EMIT conversationOpened(id);
    }
    if (!id.isNull())
        m_composer->focusEditor();
}

void InboxPage::noteGone()
{
    m_composer->flushDraft();
    openConversation({});
    m_gone = true;
    sayNothingIsOpen();
}

void InboxPage::sayNothingIsOpen()
{
    const QString hint = tr("Choose one from the list, or press Alt+Down for the first.");
    m_nothing->setTexts(
        m_gone ? tr("This conversation was given to somebody else.") : tr("No conversation is open"), hint);
}

void InboxPage::closeAndForget()
{
    openConversation({});
    m_composer->clear();
}

void InboxPage::setCornerWidget(QWidget *widget)
{
    m_listHeader->setCornerWidget(widget);
}

void InboxPage::showHeader()
{
    if (m_open.isNull())
        return;
    const QModelIndex row = m_models.conversations.indexOf(m_open);
    const QString name = m_models.lead.isKnown() ? m_models.lead.name() : row.data(ListModel::LeadNameRole).toString();
    m_header->setConversation(name, row.data(ListModel::NumberLabelRole).toString());
}

void InboxPage::toggleLeadPanel()
{
    bool &shown = width() >= panelBeside ? m_panelWanted : m_overlayShown;
    const bool hadFocus = m_panel->isAncestorOf(QApplication::focusWidget());
    shown = !shown;
    arrange();
    if (hadFocus && !m_panel->isVisible())
        m_composer->focusEditor();
}

void InboxPage::arrange()
{
    const bool open = !m_open.isNull();
    const bool stacked = width() < stackBelow;
    const bool beside = width() >= panelBeside;
    const bool leavesList = stacked && open && m_listPane->isAncestorOf(QApplication::focusWidget());
    m_listPane->setVisible(!stacked || !open);
    m_listPane->setMaximumWidth(stacked ? QWIDGETSIZE_MAX : 540);
    m_middle->setVisible(!stacked || open);
    m_header->setBackShown(stacked);
    arrangePanel(beside);
    const bool shown = open && (beside ? m_panelWanted : m_overlayShown);
    m_panel->setVisible(shown);
    m_overlayEdge->setVisible(shown && !beside);
    m_header->setPanelShown(shown);
    const int panel = shown && beside ? m_panelWidth : 0;
    m_splitter->setSizes(beside ? QList<int>{m_listWidth, width() - m_listWidth - panel, panel}
                                : QList<int>{m_listWidth, width() - m_listWidth});
    placeOverlay();
    if (leavesList)
        m_composer->focusEditor();
}

void InboxPage::arrangePanel(bool beside)
{
    const bool isBeside = m_splitter->indexOf(m_panel) >= 0;
    if (beside && !isBeside) {
        m_splitter->addWidget(m_panel);
        m_splitter->setStretchFactor(2, 0);
        m_overlayShown = false;
    } else if (!beside && isBeside) {
        m_panel->setParent(this);
    }
}

void InboxPage::keepWidths()
{
    m_listWidth = m_listPane->width();
    if (m_panel->isVisible() && m_splitter->indexOf(m_panel) >= 0)
        m_panelWidth = m_panel->width();
}

void InboxPage::placeOverlay()
{
    // Not while it is on its way from one parent to the other either: the splitter moves the composer meanwhile.
    if (m_panel->parentWidget() != this)
        return;
    const int top = measure::headerHeight;
    // Never over what is being written or asked.
    const QWidget *below = m_question->isHidden() ? static_cast<QWidget *>(m_composer) : m_question;
    const int bottom = below->mapTo(this, QPoint(0, 0)).y();
    const QRect place(width() - m_panelWidth, top, m_panelWidth, bottom - top);
    m_panel->setGeometry(QStyle::visualRect(layoutDirection(), rect(), place));
    m_overlayEdge->setGeometry(
        QStyle::visualRect(layoutDirection(), rect(), QRect(place.left() - 1, top, 1, place.height())));
    m_panel->raise();
    m_overlayEdge->raise();
}

void InboxPage::cyclePanes(int step)
{
    QList<QWidget *> panes;
    for (QWidget *pane : {static_cast<QWidget *>(m_list), static_cast<QWidget *>(m_chat),
             static_cast<QWidget *>(m_composer), static_cast<QWidget *>(m_panel)}) {
        if (pane->isVisible())
            panes << pane;
    }
    if (panes.isEmpty())
        return;
    const QWidget *focus = focusWidget();
    qsizetype current = -1;
    for (qsizetype i = 0; i < panes.size(); ++i) {
        if (focus && (panes.at(i) == focus || panes.at(i)->isAncestorOf(focus)))
            current = i;
    }
    QWidget *next = panes.at((current + step + panes.size()) % panes.size());
    if (next == m_composer)
        m_composer->focusEditor();
    else
        next->setFocus(Qt::ShortcutFocusReason);
}

void InboxPage::goToList()
{
    if (m_overlayShown && width() < panelBeside && !m_open.isNull()) {
        toggleLeadPanel();
        return;
    }
    if (width() < stackBelow)
        openConversation({});
    m_list->setFocus(Qt::ShortcutFocusReason);
}

bool InboxPage::eventFilter(QObject *watched, QEvent *event)
{
    const bool below = watched == m_composer || watched == m_question;
    const bool moves =
        event->type() == QEvent::Resize || event->type() == QEvent::Move || event->type() == QEvent::Hide;
    if (below && moves)
        placeOverlay();
    return QWidget::eventFilter(watched, event);
}

void InboxPage::setWindowActive(bool active)
{
    m_seen->setWindowActive(active);
}

QList<int> InboxPage::paneWidths() const
{
    return {m_listWidth, m_panelWidth};
}

void InboxPage::setPaneWidths(int list, int panel)
{
    m_listWidth = std::clamp(list, 260, 540);
    m_panelWidth = std::clamp(panel, 292, 420);
    arrange();
}

void InboxPage::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_composer->setRoom((height() - measure::headerHeight) * 3 / 5);
    arrange();
}

void InboxPage::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    if (event->type() == QEvent::LayoutDirectionChange)
        placeOverlay();
}

void InboxPage::retranslate()
{
    m_listHeader->setTitle(tr("Inbox"));
    sayNothingIsOpen();
    showHeader();
}

} // namespace conversure::ui
