// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "ui/inbox/ChatBubbles.h"
#include "ui/inbox/MessageAction.h"
#include "ui/inbox/MessageFlow.h"
#include "ui/inbox/MessageSelection.h"

#include <QAbstractScrollArea>
#include <QBasicTimer>
#include <QDeadlineTimer>

#include <optional>

class QPushButton;

namespace conversure::models {
class MessageListModel;
}

namespace conversure::ui {

struct BubbleState;

/// The messages of the open conversation. Lays out visible messages only; keeps its place by an anchor, so nothing
/// moves when older messages arrive above, and stays at the end while it is there.
class ChatView : public QAbstractScrollArea
{
    Q_OBJECT

public:
    /// \a model must outlive the view.
    explicit ChatView(models::MessageListModel &model, QWidget *parent = nullptr);
    ~ChatView() override;

    bool isAtEnd() const { return m_flow.isAtEnd(); }
    void goToEnd(); ///< Also what whoever sends wants: their echo comes at the end.
    QString selectedText() const;

    int messageCount() const;
    QString messageText(int row) const; ///< As a screen reader says it.
    QString messageTrouble(int row) const; ///< Why it was not sent and what to do; empty for most.
    QList<MessageAction> actions(int row) const;
    void act(int row, MessageAction action); ///< Asks for it, where that is possible.
    /// Where the bubble is, in the viewport; empty when it is not visible.
    QRect bubbleRect(int row);
    int currentRow() const { return m_currentRow; }

Q_SIGNALS:
    void olderWanted();
    void actionRequested(conversure::MessageId id, conversure::ui::MessageAction action);
    void linkActivated(const QUrl &url);
    void atEndChanged(bool atEnd);
    void inboundAppended();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;
    void changeEvent(QEvent *event) override;
    bool viewportEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void timerEvent(QTimerEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    bool focusNextPrevChild(bool next) override;

private:
    /// What lies under a point.
    struct Hit {
        int row = -1;
        int link = -1;
        int action = -1;
        bool text = false;
        bool footer = false;
    };

    // ChatView.cpp: model, geometry, painting
    void watchModel();
    void rebuild(bool keepPlace);
    void onRowsInserted(int first, int last);
    void onRowsRemoved(int first, int last);
    void onDataChanged(int first, int last);
    std::vector<int> estimates(int first, int last) const;
    void settle();
    void syncScrollBar();
    void afterScroll(const std::vector<MessageFlow::Row> &before);
    void askForOlderIfNear();
    void placePill();
    void retranslate();
    int topMargin() const;
    BubbleState stateOf(int row, const BubbleLayout &layout) const;
    void paintQuietText(QPainter &painter);

    // ChatViewInput.cpp: keyboard, mouse, selection
    Hit hitAt(const QPoint &point);
    std::optional<MessageSelection::Place> placeAt(const QPoint &point);
    void updateHover(const QPoint &point);
    bool handleScrollKey(const QKeyEvent &event);
    void moveCurrent(int step);
    void setCurrent(int row, int part);
    int partCount(int row);
    void activateCurrent();
    void activate(const Hit &hit);
    void copy();
    void selectAll();
    void showMenu(const QPoint &globalPosition, const Hit &hit);
    MessageId idAt(int row) const;

    models::MessageListModel &m_model;
    ChatBubbles m_bubbles;
    MessageFlow m_flow;
    MessageSelection m_selection;
    QPushButton *m_pill;
    QBasicTimer m_olderTimer;
    QBasicTimer m_edgeScrollTimer;
    QDeadlineTimer m_askAgain;
    int m_askedAtCount = -1;
    bool m_syncing = false;
    bool m_wasAtEnd = true;
    bool m_newBelow = false;
    bool m_selecting = false;
    QPoint m_lastMouse;
    Hit m_pressed;
    int m_hoveredRow = -1; ///< Whose button is under the pointer …
    int m_hoveredAction = -1; ///< … and which one.
    int m_currentRow = -1;
    int m_currentPart = -1; ///< −1: the bubble itself; then its links, then its buttons.
};

} // namespace conversure::ui
