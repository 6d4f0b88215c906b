// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QObject>
#include <QString>

#include <functional>

class QAction;
class QWidget;

namespace conversure::ui {

enum class ActionId {
    NextConversation,
    PreviousConversation,
    NextUnread,
    PreviousUnread,
    ToggleLead,
    Templates,
    NextPane,
    PreviousPane,
    BackToList,
    Help,
    Quit,
};

/// What the window can do, as data: shortcuts, the help sheet and one day the settings are drawn from it. No Alt+letter
/// and no bare letter, since those type characters in some languages.
struct ActionDescription {
    ActionId id;
    const char *text; ///< English source text, context "conversure::ui::ActionTable".
    const char *shortcut; ///< Portable text of a QKeySequence.
};

const QList<ActionDescription> &actionDescriptions();

/// The actions of a window, made from the descriptions; they follow the language.
class ActionTable : public QObject
{
    Q_OBJECT

public:
    /// Adds the actions to \a window, which owns their shortcuts.
    ActionTable(QWidget &window, QObject *parent);

    QAction *action(ActionId id) const;
    void on(ActionId id, QObject *context, std::function<void()> run);
    /// What is about the inbox does nothing while the inbox is hidden.
    void setInboxShown(bool shown);
    void retranslate();

private:
    QList<QAction *> m_actions; ///< In the order of the descriptions.
};

} // namespace conversure::ui
