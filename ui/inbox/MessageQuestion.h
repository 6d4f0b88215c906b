// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "ui/inbox/MessageAction.h"

#include <QWidget>

namespace conversure::models {
class MessageListModel;
}

namespace conversure::ui {

class ConfirmBar;

/// Asks, between the messages and what is being written, what is to happen with a message of which nobody knows
/// whether it was sent. Takes the question back when it gets known.
class MessageQuestion : public QWidget
{
    Q_OBJECT

public:
    /// \a model must outlive the question.
    explicit MessageQuestion(models::MessageListModel &model, QWidget *parent = nullptr);

    /// What needs no question is confirmed at once.
    void ask(MessageId message, MessageAction action);
    /// Another try was refused because an earlier one may have arrived, or has: asks whether it is to be made in spite
    /// of that. False, and nothing is asked, when the message is not here or cannot be tried again, or while another
    /// question stands.
    bool askInSpiteOf(MessageId message);
    void dismiss();

Q_SIGNALS:
    void confirmed(conversure::MessageId message, conversure::ui::MessageAction action);
    void focusLeft(); ///< The question is over and had the focus.

protected:
    bool event(QEvent *event) override;

private:
    void follow();

    models::MessageListModel &m_model;
    ConfirmBar *m_bar;
    MessageId m_message;
    MessageAction m_action = MessageAction::TryAgain; ///< What happens when it is confirmed.
    MessageAction m_offer = MessageAction::TryAgain; ///< What the message has to offer for the question to make sense.
};

} // namespace conversure::ui
