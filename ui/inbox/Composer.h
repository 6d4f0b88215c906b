// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "domain/Template.h"

#include <QHash>
#include <QTimer>
#include <QWidget>

class QLabel;
class QPushButton;
class QToolButton;

namespace conversure::models {
class ComposeModel;
}

namespace conversure::ui {

class ClosedPanel;
class ComposerEdit;
class ComposerStrip;
class NoticeBar;
class TemplatePicker;

/// Where a reply is written. Keeps what was typed for each conversation, so that a text can only ever go to the
/// conversation it was typed for: every signal carries it. When the service window closes, templates take the place of
/// the field; what was typed waits.
class Composer : public QWidget
{
    Q_OBJECT

public:
    static constexpr int maxLength = 4096; ///< In UTF-16 units, as WhatsApp counts.

    /// \a model must outlive the composer.
    explicit Composer(models::ComposeModel &model, QWidget *parent = nullptr);

    /// Shows the text kept for a conversation, or \a draft when there is none yet. Null: nothing can be written.
    void setConversation(ConversationId id, const QString &draft);
    ConversationId conversation() const { return m_conversation; }

    /// A draft from elsewhere. Does not replace what was typed here since.
    void setDraft(ConversationId id, const QString &text);
    /// A text the store refused comes back in front of whatever has been typed since, with the sentence that says why.
    /// With an empty text only the sentence is shown.
    void restoreText(ConversationId id, const QString &text, const QString &sentence);

    /// A template that was not sent comes back with what was filled in.
    void restoreTemplate(
        ConversationId id, TemplateId templateId, const TemplateValues &values, const QString &sentence);
    void openTemplates(); ///< For the conversation that is shown.
    void setRoom(int height); ///< What the templates may take.

    void setOffline(bool offline); ///< Sending becomes queueing, and the button says so.
    void setDisabledReason(const QString &reason); ///< Empty: enabled.
    void focusEditor(); ///< Or what stands in its place.
    /// Reports a draft that has not been reported yet, at once.
    void flushDraft();
    /// Forgets every text (sign-out).
    void clear();

Q_SIGNALS:
    void sendRequested(conversure::ConversationId id, const QString &text);
    void draftChanged(conversure::ConversationId id, const QString &text);
    void templateSendRequested(
        conversure::ConversationId id, const conversure::TemplateRow &row, const conversure::TemplateValues &values);

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    struct Kept {
        QString text;
        QString sentence;
        bool picking = false; ///< The templates are open.
    };

    void buildLayout();
    QWidget *makeEditor();
    void connectTemplates();
    bool isClosed() const;
    void showPlace();
    void pick(TemplateId id);
    void closeTemplates();
    void onTextChanged();
    void reportDraft();
    void showText(const QString &text);
    void send();
    void updateControls();
    void retranslate();
    void recolour();

    ConversationId m_conversation;
    QHash<ConversationId, Kept> m_kept;
    models::ComposeModel &m_model;
    ComposerStrip *m_strip;
    NoticeBar *m_error;
    QWidget *m_editor = nullptr; ///< The field with its buttons …
    ClosedPanel *m_closed; ///< … what stands there while no free text goes …
    TemplatePicker *m_picker; ///< … and where a template is made ready.
    ComposerEdit *m_edit;
    QToolButton *m_templates;
    QPushButton *m_send;
    QLabel *m_counter;
    QLabel *m_reasonLabel;
    QTimer m_draftTimer;
    QString m_reason;
    bool m_offline = false;
    bool m_wasClosed = false;
    bool m_showing = false; ///< The text is being set from outside.
};

} // namespace conversure::ui
