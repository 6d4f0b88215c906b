// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/ActionTable.h"

#include <QAction>
#include <QWidget>

namespace conversure::ui {

const QList<ActionDescription> &actionDescriptions()
{
    static const QList<ActionDescription> table{
        {ActionId::NextConversation, QT_TRANSLATE_NOOP("conversure::ui::ActionTable", "Next conversation"), "Alt+Down"},
        {ActionId::PreviousConversation, QT_TRANSLATE_NOOP("conversure::ui::ActionTable", "Previous conversation"),
            "Alt+Up"},
        {ActionId::NextUnread, QT_TRANSLATE_NOOP("conversure::ui::ActionTable", "Next unread conversation"),
            "Alt+Shift+Down"},
        {ActionId::PreviousUnread, QT_TRANSLATE_NOOP("conversure::ui::ActionTable", "Previous unread conversation"),
            "Alt+Shift+Up"},
        {ActionId::BackToList, QT_TRANSLATE_NOOP("conversure::ui::ActionTable", "Back to the conversation list"),
            "Esc"},
        {ActionId::ToggleLead, QT_TRANSLATE_NOOP("conversure::ui::ActionTable", "Show or hide the lead"), "F4"},
        {ActionId::Templates, QT_TRANSLATE_NOOP("conversure::ui::ActionTable", "Templates"), "Ctrl+T"},
        {ActionId::NextPane, QT_TRANSLATE_NOOP("conversure::ui::ActionTable", "Next pane"), "F6"},
        {ActionId::PreviousPane, QT_TRANSLATE_NOOP("conversure::ui::ActionTable", "Previous pane"), "Shift+F6"},
        {ActionId::Help, QT_TRANSLATE_NOOP("conversure::ui::ActionTable", "Keyboard shortcuts"), "F1"},
        {ActionId::Quit, QT_TRANSLATE_NOOP("conversure::ui::ActionTable", "Quit"), "Ctrl+Q"},
    };
    return table;
}

ActionTable::ActionTable(QWidget &window, QObject *parent)
    : QObject(parent)
{
    for (const ActionDescription &description : actionDescriptions()) {
        auto *action = new QAction(this);
        action->setShortcut(QKeySequence::fromString(QString::fromLatin1(description.shortcut)));
        window.addAction(action);
        m_actions << action;
    }
    retranslate();
}

QAction *ActionTable::action(ActionId id) const
{
    for (qsizetype i = 0; i < m_actions.size(); ++i) {
        if (actionDescriptions().at(i).id == id)
            return m_actions.at(i);
    }
    return nullptr;
}

void ActionTable::setInboxShown(bool shown)
{
    for (qsizetype i = 0; i < m_actions.size(); ++i) {
        const ActionId id = actionDescriptions().at(i).id;
        m_actions.at(i)->setEnabled(shown || id == ActionId::Help || id == ActionId::Quit);
    }
}

void ActionTable::on(ActionId id, QObject *context, std::function<void()> run)
{
    connect(action(id), &QAction::triggered, context, std::move(run));
}

void ActionTable::retranslate()
{
    for (qsizetype i = 0; i < m_actions.size(); ++i)
        m_actions.at(i)->setText(tr(actionDescriptions().at(i).text));
}

} // namespace conversure::ui
