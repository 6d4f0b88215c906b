// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "domain/Template.h"

#include <QHash>
#include <QWidget>

class QBoxLayout;
class QLineEdit;
class QPushButton;
class QSpacerItem;
class QStackedWidget;
class QToolButton;

namespace conversure::models {
class ComposeModel;
}

namespace conversure::ui {

class ElidedLabel;
class InkLabel;
class TemplateForm;
class TemplateList;
class TemplatePreview;

/// Where a template is chosen, filled in and sent: first the list, then the fields of the chosen one, both beside how
/// it will look. What was filled in stays with its conversation until it is sent.
class TemplatePicker : public QWidget
{
    Q_OBJECT

public:
    /// \a model must outlive the picker.
    explicit TemplatePicker(models::ComposeModel &model, QWidget *parent = nullptr);

    /// Shows what is being filled in for the conversation, else the list.
    void begin(ConversationId conversation);
    /// Shows the fields of one template.
    void beginWith(ConversationId conversation, TemplateId id);
    /// A template that was not sent comes back with its values and the sentence that says why.
    void restore(ConversationId conversation, TemplateId id, const TemplateValues &values, const QString &sentence);
    ConversationId conversation() const { return m_conversation; }
    /// What was typed as free text; can be put into a field.
    void setTyped(const QString &text) { m_typed = text; }
    void setOffline(bool offline);
    void focusFirst();
    void forget(); ///< Sign-out.

    void setRoom(int height); ///< The height it may take.
    QSize sizeHint() const override;
    bool hasHeightForWidth() const override { return false; } ///< It has its room, whatever wraps inside.

Q_SIGNALS:
    void sendRequested(conversure::ConversationId conversation, const conversure::TemplateRow &row,
        const conversure::TemplateValues &values);
    void typedTextSent(); ///< The free text is part of what was just sent.
    void closed();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;
    bool focusNextPrevChild(bool next) override;

private:
    struct Draft {
        TemplateId id;
        TemplateValues values;
        QString sentence;
    };

    void buildLayout();
    QWidget *makeHead();
    QWidget *makeFoot();
    void connectParts();
    void showList();
    void showFields();
    bool isFillingNow() const;
    void take(TemplateId id);
    void keepValues();
    void back();
    void goOn();
    void send();
    void refresh();
    void refreshHead();
    void refreshFoot();
    QString missingSentence() const;
    TemplateId looked() const;
    void arrange();
    void retranslate();

    models::ComposeModel &m_model;
    ConversationId m_conversation;
    QHash<ConversationId, Draft> m_drafts;
    QString m_typed;
    bool m_offline = false;
    int m_room = 380;

    QToolButton *m_back;
    QSpacerItem *m_lead = nullptr; ///< Where no way back stands; owned by the layout.
    ElidedLabel *m_title;
    ElidedLabel *m_about;
    QToolButton *m_close;
    QWidget *m_body;
    QStackedWidget *m_pages; ///< The list with its search, or the fields.
    QLineEdit *m_search;
    TemplateList *m_list;
    InkLabel *m_none; ///< Instead of an empty list.
    TemplateForm *m_form;
    TemplatePreview *m_preview;
    QBoxLayout *m_split = nullptr;
    InkLabel *m_sentence;
    QPushButton *m_go;
};

} // namespace conversure::ui
