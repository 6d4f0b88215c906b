// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

class QModelIndex;

namespace conversure::ui {

/// What can be done with a message that has not arrived for certain; stands under it as buttons.
enum class MessageAction {
    TryAgain, ///< It has failed.
    SendAgain, ///< Nobody knows; asked first.
    SayNotSent, ///< Likewise.
    UseTemplate, ///< It has failed, and a template, or another one, may go.
};

/// Those of a row of a MessageListModel, in their order.
QList<MessageAction> actionsOf(const QModelIndex &message);

/// The words on the button.
QString actionText(MessageAction action);
/// The same in English: what programs that act for people call it.
QString actionName(MessageAction action);

} // namespace conversure::ui
