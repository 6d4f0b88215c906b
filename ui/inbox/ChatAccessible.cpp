// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/ChatAccessible.h"

#include "ui/inbox/ChatView.h"

#include <QAccessibleWidget>
#include <QPointer>

#include <unordered_map>

namespace conversure::ui {

namespace {

/// One loaded message. Knows its row only: what is asked is answered from the model at that moment.
class MessageAccessible : public QAccessibleInterface, public QAccessibleActionInterface
{
public:
    MessageAccessible(ChatView &view, int row)
        : m_view(&view)
        , m_row(row)
    {
    }

    bool isValid() const override { return m_view && m_row < m_view->messageCount(); }
    QObject *object() const override { return nullptr; }
    QAccessibleInterface *parent() const override { return QAccessible::queryAccessibleInterface(m_view); }
    QAccessibleInterface *child(int) const override { return nullptr; }
    QAccessibleInterface *childAt(int, int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface *) const override { return -1; }
    QAccessible::Role role() const override { return QAccessible::ListItem; }
    int row() const { return m_row; }

    QString text(QAccessible::Text kind) const override
    {
        if (!isValid())
            return {};
        if (kind == QAccessible::Description)
            return m_view->messageTrouble(m_row);
        return kind == QAccessible::Name ? m_view->messageText(m_row) : QString();
    }

    void *interface_cast(QAccessible::InterfaceType type) override
    {
        const bool acts = type == QAccessible::ActionInterface && isValid() && !m_view->actions(m_row).isEmpty();
        return acts ? static_cast<QAccessibleActionInterface *>(this) : nullptr;
    }

    QStringList actionNames() const override
    {
        QStringList names;
        for (const MessageAction action : isValid() ? m_view->actions(m_row) : QList<MessageAction>())
            names << actionName(action);
        return names;
    }

    QString localizedActionName(const QString &name) const override
    {
        for (const MessageAction action : isValid() ? m_view->actions(m_row) : QList<MessageAction>()) {
            if (name == actionName(action))
                return actionText(action);
        }
        return QAccessibleActionInterface::localizedActionName(name);
    }

    void doAction(const QString &name) override
    {
        for (const MessageAction action : isValid() ? m_view->actions(m_row) : QList<MessageAction>()) {
            if (name == actionName(action))
                m_view->act(m_row, action);
        }
    }

    QStringList keyBindingsForAction(const QString &) const override { return {}; }

    void setText(QAccessible::Text, const QString &) override { }

    QRect rect() const override
    {
        if (!isValid())
            return {};
        const QRect local = m_view->bubbleRect(m_row);
        return local.isEmpty() ? QRect() : QRect(m_view->viewport()->mapToGlobal(local.topLeft()), local.size());
    }

    QAccessible::State state() const override
    {
        QAccessible::State state;
        state.readOnly = true;
        state.focusable = true;
        state.invalid = !isValid();
        state.focused = isValid() && m_view->hasFocus() && m_view->currentRow() == m_row;
        state.offscreen = isValid() && m_view->bubbleRect(m_row).isEmpty();
        return state;
    }

private:
    QPointer<ChatView> m_view;
    int m_row;
};

class ChatAccessible : public QAccessibleWidget
{
public:
    explicit ChatAccessible(ChatView &view)
        : QAccessibleWidget(&view, QAccessible::List)
    {
    }

    ~ChatAccessible() override
    {
        for (const auto &[row, id] : m_children)
            QAccessible::deleteAccessibleInterface(id);
    }

    int childCount() const override { return view().messageCount(); }

    QAccessibleInterface *child(int row) const override
    {
        if (row < 0 || row >= childCount())
            return nullptr;
        const auto known = m_children.find(row);
        if (known != m_children.end())
            return QAccessible::accessibleInterface(known->second);
        auto *made = new MessageAccessible(view(), row);
        m_children.emplace(row, QAccessible::registerAccessibleInterface(made));
        return made;
    }

    int indexOfChild(const QAccessibleInterface *child) const override
    {
        const auto *message = dynamic_cast<const MessageAccessible *>(child);
        return message ? message->row() : -1;
    }

    QAccessibleInterface *childAt(int x, int y) const override
    {
        const QPoint point = view().viewport()->mapFromGlobal(QPoint(x, y));
        for (int row = childCount() - 1; row >= 0; --row) {
            const QRect rect = view().bubbleRect(row);
            if (rect.contains(point))
                return child(row);
        }
        return nullptr;
    }

    QAccessibleInterface *focusChild() const override
    {
        return view().hasFocus() ? child(view().currentRow()) : nullptr;
    }

private:
    ChatView &view() const { return *static_cast<ChatView *>(widget()); }

    mutable std::unordered_map<int, QAccessible::Id> m_children;
};

QAccessibleInterface *makeChatAccessible(const QString &className, QObject *object)
{
    auto *view =
        className == QLatin1StringView("conversure::ui::ChatView") ? qobject_cast<ChatView *>(object) : nullptr;
    return view ? new ChatAccessible(*view) : nullptr;
}

void announceChild(ChatView &view, int row, QAccessible::Event kind)
{
    if (!QAccessible::isActive())
        return;
    QAccessibleInterface *list = QAccessible::queryAccessibleInterface(&view);
    QAccessibleInterface *child = list ? list->child(row) : nullptr;
    if (!child)
        return;
    QAccessibleEvent event(child, kind);
    QAccessible::updateAccessibility(&event);
}

} // namespace

void installChatAccessibility()
{
    static const bool installed = [] {
        QAccessible::installFactory(makeChatAccessible);
        return true;
    }();
    Q_UNUSED(installed)
}

void announceMessage(ChatView &view, int row)
{
    announceChild(view, row, QAccessible::ObjectCreated);
}

void announceChange(ChatView &view, int row)
{
    announceChild(view, row, QAccessible::NameChanged);
}

void announceFocus(ChatView &view, int row)
{
    announceChild(view, row, QAccessible::Focus);
}

} // namespace conversure::ui
