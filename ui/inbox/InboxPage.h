// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "ui/inbox/InboxModels.h"

#include <QWidget>

class QSplitter;
class QStackedWidget;

namespace conversure::ui {

class ChatHeader;
class ChatView;
class Composer;
class ConversationList;
class EmptyState;
class LeadPanel;
class MessageQuestion;
class PaneHeader;
class SeenWatcher;

/// The three panes: conversations, chat, lead. Narrower than 1,100 px the lead lies over the chat and is hidden until
/// asked for; narrower than 760 px list and chat take turns.
class InboxPage : public QWidget
{
    Q_OBJECT

public:
    /// It binds the models to the conversation it opens.
    explicit InboxPage(InboxModels models, QWidget *parent = nullptr);

    void openConversation(ConversationId id); ///< Null closes.
    ConversationId conversation() const { return m_open; }
    void closeAndForget(); ///< Sign-out.

    ConversationList &list() { return *m_list; }
    Composer &composer() { return *m_composer; }
    ChatView &chat() { return *m_chat; }
    bool askInSpiteOf(MessageId message); ///< As MessageQuestion does it.
    /// What stands over the list, at its trailing end (the account menu).
    void setCornerWidget(QWidget *widget);

    void toggleLeadPanel();
    void cyclePanes(int step);
    void goToList();
    void setWindowActive(bool active);
    QList<int> paneWidths() const; ///< Of list and lead panel.
    void setPaneWidths(int list, int panel);

Q_SIGNALS:
    void conversationOpened(conversure::ConversationId id);
    void conversationSeen(conversure::ConversationId id);
    void olderMessagesWanted(conversure::ConversationId id);
    void retryRequested(conversure::MessageId id);
    /// The person was asked: sent again although it may have arrived; or said not to have been sent.
    void resendConfirmed(conversure::MessageId id);
    void notSentSaid(conversure::MessageId id);
    void optOutRequested(conversure::ConversationId id, const QString &remark);
    void liftRequested(conversure::ConversationId id, const QString &remark);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QWidget *makeListPane();
    QWidget *makeChatPane();
    void connectParts();
    void connectMessageActions();
    void followTime();
    void arrange();
    void arrangePanel(bool beside);
    void keepWidths();
    void placeOverlay();
    void showHeader();
    void noteGone();
    void sayNothingIsOpen();
    void retranslate();

    InboxModels m_models;
    ConversationId m_open;
    ConversationList *m_list;
    ChatHeader *m_header;
    ChatView *m_chat;
    MessageQuestion *m_question;
    Composer *m_composer;
    LeadPanel *m_panel;
    EmptyState *m_nothing;
    SeenWatcher *m_seen;
    QSplitter *m_splitter;
    QStackedWidget *m_middle;
    QWidget *m_listPane = nullptr;
    PaneHeader *m_listHeader;
    QWidget *m_overlayEdge; ///< The line between the chat and a panel that lies over it.
    int m_listWidth = 320;
    int m_panelWidth = 300;
    bool m_gone = false; ///< The last one that was open has left this user's sight.
    bool m_panelWanted = true; ///< In a wide window.
    bool m_overlayShown = false; ///< In a narrow one.
};

} // namespace conversure::ui
