// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/MessageQuestion.h"

#include "models/MessageListModel.h"
#include "ui/widgets/ConfirmBar.h"
#include "ui/widgets/Theme.h"

#include <QApplication>
#include <QKeyEvent>
#include <QVBoxLayout>

namespace conversure::ui {

namespace {

using Model = models::MessageListModel;

constexpr int quotedLength = 60;

/// It comes when it comes; letters meant for a text must not answer it.
bool isTyping()
{
    const QWidget *focus = QApplication::focusWidget();
    return focus && focus->testAttribute(Qt::WA_InputMethodEnabled);
}

QString quoted(const QString &text)
{
    const QString line = text.simplified();
    return line.size() <= quotedLength ? line : line.left(quotedLength - 1) + u'…';
}

} // namespace

MessageQuestion::MessageQuestion(models::MessageListModel &model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_bar(new ConfirmBar(this))
{
    setAutoFillBackground(true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, measure::unit, 12, measure::unit);
    layout->addWidget(m_bar);
    connect(m_bar, &ConfirmBar::confirmed, this, [this] {
        Q_EMIT confirmed(m_message, m_action);
        dismiss();
    });
    connect(m_bar, &ConfirmBar::declined, this, &MessageQuestion::dismiss);
    connect(&model, &QAbstractItemModel::dataChanged, this, &MessageQuestion::follow);
    connect(&model, &QAbstractItemModel::rowsRemoved, this, &MessageQuestion::follow);
    connect(&model, &QAbstractItemModel::modelReset, this, &MessageQuestion::dismiss);
    hide();
}

void MessageQuestion::ask(MessageId message, MessageAction action)
{
    if (action != MessageAction::SendAgain && action != MessageAction::SayNotSent) {
        Q_EMIT confirmed(message, action);
        return;
    }
    m_message = message;
    m_action = action;
    m_offer = action;
    const QString text = quoted(m_model.indexOf(message).data(Model::TextRole).toString());
    show();
    if (action == MessageAction::SendAgain)
        m_bar->ask(
            tr("Send “%1” again? The connection broke while WhatsApp was taking it, and no answer came, so nobody "
               "knows whether it arrived. If it did, the lead gets it twice.")
                .arg(text),
            tr("Send again"));
    else
        m_bar->ask(tr("Was “%1” not sent, as far as you know? It is then shown as failed and can be tried again. If "
                      "WhatsApp has it after all, its ticks still come. Today's limit counts it in any case.")
                       .arg(text),
            tr("It was not sent"));
}

bool MessageQuestion::askInSpiteOf(MessageId message)
{
    const QModelIndex index = m_model.indexOf(message);
    const bool isAskingElse = !m_message.isNull() && m_message != message;
    if (isAskingElse || !index.isValid() || !actionsOf(index).contains(MessageAction::TryAgain))
        return false;
    m_message = message;
    m_action = MessageAction::SendAgain;
    m_offer = MessageAction::TryAgain;
    show();
    m_bar->ask(tr("Send “%1” again? An earlier try of it may have arrived, or has. The lead then gets it twice.")
                   .arg(quoted(index.data(Model::TextRole).toString())),
        tr("Send again"), !isTyping());
    return true;
}

void MessageQuestion::dismiss()
{
    if (m_message.isNull())
        return;
    const bool hadFocus = isAncestorOf(QApplication::focusWidget());
    m_message = {};
    m_bar->dismiss();
    hide();
    if (hadFocus)
        Q_EMIT focusLeft();
}

void MessageQuestion::follow()
{
    if (m_message.isNull())
        return;
    const QModelIndex index = m_model.indexOf(m_message);
    if (!index.isValid() || !actionsOf(index).contains(m_offer))
        dismiss();
}

/// Esc is no, and not the window's.
bool MessageQuestion::event(QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape) {
        event->accept();
        return true;
    }
    return QWidget::event(event);
}

} // namespace conversure::ui
