// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/MessageAction.h"

#include "domain/SendErrors.h"
#include "models/MessageListModel.h"

#include <QCoreApplication>

#include <array>

namespace conversure::ui {

namespace {

using Model = models::MessageListModel;

constexpr std::array texts{
    QT_TRANSLATE_NOOP("MessageAction", "Try again"),
    QT_TRANSLATE_NOOP("MessageAction", "Send again…"),
    QT_TRANSLATE_NOOP("MessageAction", "It was not sent…"),
    QT_TRANSLATE_NOOP("MessageAction", "Choose a template…"),
};

} // namespace

QList<MessageAction> actionsOf(const QModelIndex &message)
{
    QList<MessageAction> actions;
    if (message.data(Model::CanRetryRole).toBool())
        actions << MessageAction::TryAgain;
    if (message.data(Model::CanResendRole).toBool())
        actions << MessageAction::SendAgain;
    if (message.data(Model::CanSayNotSentRole).toBool())
        actions << MessageAction::SayNotSent;
    const QVariant step = message.data(Model::NextStepRole);
    if (step == static_cast<int>(NextStep::UseTemplate) || step == static_cast<int>(NextStep::OtherTemplate))
        actions << MessageAction::UseTemplate;
    return actions;
}

QString actionText(MessageAction action)
{
    return QCoreApplication::translate("MessageAction", texts.at(static_cast<size_t>(action)));
}

QString actionName(MessageAction action)
{
    return QString::fromUtf8(texts.at(static_cast<size_t>(action))).remove(u'…');
}

} // namespace conversure::ui
