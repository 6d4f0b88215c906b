// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"

#include <QDate>
#include <QListView>
#include <QTimer>

namespace conversure::models {
class ConversationListModel;
}

namespace conversure::ui {

class ConversationDelegate;

/// The conversation list. The selected row is the open conversation; the current row is where the keyboard is. While
/// the pointer is busy in it, the model keeps its order, so that a click hits what the eye has seen.
class ConversationList : public QListView
{
    Q_OBJECT

public:
    /// \a model must outlive the view.
    explicit ConversationList(models::ConversationListModel &model, QWidget *parent = nullptr);

    /// Marks a conversation as open; null for none.
    void select(ConversationId id);
    ConversationId selected() const { return m_open; }
    /// Opens the next (+1) or previous (−1) conversation, or the next one with unread messages.
    void openNeighbour(int step, bool unreadOnly);

Q_SIGNALS:
    void conversationActivated(conversure::ConversationId id);
    /// Texts that depend on the time of day may read differently now.
    void ticked();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    bool viewportEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    QItemSelectionModel::SelectionFlags selectionCommand(const QModelIndex &index, const QEvent *event) const override;

private:
    void activateIndex(const QModelIndex &index);
    void showSelection();
    void showCurrent();
    void onPointer(QEvent *event);
    void updateHold();
    void onTick();
    void countNumbers();
    void fetchAhead();
    void retranslate();

    models::ConversationListModel &m_model;
    ConversationDelegate *m_delegate;
    ConversationId m_open;
    QTimer m_restTimer{this}; ///< Runs while the pointer is inside and has not been forgotten there.
    QTimer m_pressTimer; ///< Runs for a moment after a press: the second click of two hits the same row.
    QTimer m_chipTimer;
    QDate m_day = QDate::currentDate();
    QPoint m_lastPointer{-1, -1};
    bool m_buttonDown = false;
};

} // namespace conversure::ui
