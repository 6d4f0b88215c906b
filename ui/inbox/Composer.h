// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"

#include <QHash>
#include <QTimer>
#include <QWidget>

class QLabel;
class QPushButton;

namespace conversure::ui {

class ComposerEdit;
class NoticeBar;

/// Where a reply is written. Keeps what was typed for each conversation, so that a text can only ever go to the
/// conversation it was typed for: every signal carries it.
class Composer : public QWidget
{
    Q_OBJECT

public:
    static constexpr int maxLength = 4096; ///< In UTF-16 units, as WhatsApp counts.

    explicit Composer(QWidget *parent = nullptr);

    /// Shows the text kept for a conversation, or \a draft when there is none yet. Null: nothing can be written.
    void setConversation(ConversationId id, const QString &draft);
    ConversationId conversation() const { return m_conversation; }

    /// A draft from elsewhere. Does not replace what was typed here since.
    void setDraft(ConversationId id, const QString &text);
    /// A text the store refused comes back in front of whatever has been typed since, with the sentence that says why.
    void restoreText(ConversationId id, const QString &text, const QString &sentence);

    void setOffline(bool offline); ///< Sending becomes queueing, and the button says so.
    void setDisabledReason(const QString &reason); ///< Empty: enabled.
    void focusEditor();
    /// Reports a draft that has not been reported yet, at once.
    void flushDraft();
    /// Forgets every text (sign-out).
    void clear();

Q_SIGNALS:
    void sendRequested(conversure::ConversationId id, const QString &text);
    void draftChanged(conversure::ConversationId id, const QString &text);

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    struct Kept {
        QString text;
        QString sentence;
    };

    void buildLayout();
    void onTextChanged();
    void reportDraft();
    void showText(const QString &text);
    void send();
    void updateControls();
    void retranslate();
    void recolour();

    ConversationId m_conversation;
    QHash<ConversationId, Kept> m_kept;
    ComposerEdit *m_edit;
    QPushButton *m_send;
    QLabel *m_counter;
    QLabel *m_reasonLabel;
    NoticeBar *m_error;
    QTimer m_draftTimer;
    QString m_reason;
    bool m_offline = false;
    bool m_showing = false; ///< The text is being set from outside.
};

} // namespace conversure::ui
