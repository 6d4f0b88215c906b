// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAccessible>
#include <QAction>
#include <QApplication>
#include <QGenericPlugin>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QLocalSocket>
#include <QMenu>
#include <QPlainTextEdit>
#include <QTest>

namespace conversure::test {

namespace {

QString spoken(QWidget *widget, QAccessible::Text kind)
{
    QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(widget);
    return interface ? interface->text(kind) : QString();
}

/// The visible widget of this kind that a screen reader calls \a name.
template <class Widget>
Widget *named(const QString &name)
{
    const QWidgetList all = QApplication::allWidgets();
    for (QWidget *widget : all) {
        auto *typed = qobject_cast<Widget *>(widget);
        if (typed && widget->isVisible()
            && (spoken(widget, QAccessible::Name) == name || widget->accessibleName() == name))
            return typed;
    }
    return nullptr;
}

/// What can be used before what only names it.
QWidget *anyNamed(const QString &name)
{
    if (auto *edit = named<QLineEdit>(name))
        return edit;
    if (auto *button = named<QAbstractButton>(name))
        return button;
    if (auto *view = named<QAbstractItemView>(name))
        return view;
    return named<QWidget>(name);
}

QString textOf(QWidget *widget)
{
    if (auto *edit = qobject_cast<QLineEdit *>(widget))
        return edit->displayText(); // as it is seen: a password in dots
    if (auto *label = qobject_cast<QLabel *>(widget))
        return label->text();
    const QString value = spoken(widget, QAccessible::Value);
    return value.isEmpty() ? spoken(widget, QAccessible::Description) : value;
}

QString titleOf(const QAction *action)
{
    return QString(action->text()).remove(u'&');
}

} // namespace

/// Works the widgets of the program that has loaded it, for a test in another process: one line of JSON is what to do,
/// one line is what became of it. Nothing here waits; the test looks again.
class RemoteHands : public QObject
{
    Q_OBJECT

public:
    explicit RemoteHands(const QString &server)
    {
        connect(&m_socket, &QLocalSocket::readyRead, this, [this] {
            while (m_socket.canReadLine())
                obey(QJsonDocument::fromJson(m_socket.readLine()).object());
        });
        m_socket.connectToServer(server);
    }

private:
    void obey(const QJsonObject &order)
    {
        const QString act = order[QStringLiteral("do")].toString();
        const QString name = order[QStringLiteral("name")].toString();
        QJsonObject answer;
        if (act == QStringLiteral("look"))
            answer = look(anyNamed(name));
        else if (act == QStringLiteral("said"))
            answer.insert(QStringLiteral("texts"), QJsonArray::fromStringList(said()));
        else if (act == QStringLiteral("rows"))
            answer.insert(QStringLiteral("texts"), QJsonArray::fromStringList(rows(named<QAbstractItemView>(name))));
        else if (act == QStringLiteral("parts"))
            answer.insert(QStringLiteral("texts"), QJsonArray::fromStringList(parts(named<QWidget>(name))));
        else
            answer.insert(QStringLiteral("done"), does(act, name, order[QStringLiteral("text")].toString()));
        m_socket.write(QJsonDocument(answer).toJson(QJsonDocument::Compact) + '\n');
        m_socket.flush();
    }

    bool does(const QString &act, const QString &name, const QString &text)
    {
        if (act == QStringLiteral("type"))
            return type(name, text);
        if (act == QStringLiteral("draft") || act == QStringLiteral("send"))
            return write(named<QPlainTextEdit>(name), text, act == QStringLiteral("send"));
        if (act == QStringLiteral("press"))
            return press(named<QAbstractButton>(name));
        if (act == QStringLiteral("choose"))
            return choose(name);
        if (act == QStringLiteral("pick"))
            return pick(named<QAbstractItemView>(name), text);
        return act == QStringLiteral("close") && close();
    }

    static QJsonObject look(QWidget *widget)
    {
        if (!widget)
            return {{QStringLiteral("found"), false}};
        return {{QStringLiteral("found"), true}, {QStringLiteral("enabled"), widget->isEnabled()},
            {QStringLiteral("text"), textOf(widget)},
            {QStringLiteral("below"), spoken(widget, QAccessible::Description)}};
    }

    /// All that a person, or their screen reader, is told at this moment.
    static QStringList said()
    {
        QStringList texts;
        const QWidgetList all = QApplication::allWidgets();
        for (QWidget *widget : all) {
            if (!widget->isVisible())
                continue;
            for (const QAccessible::Text kind :
                {QAccessible::Name, QAccessible::Description, QAccessible::Value, QAccessible::Help})
                texts << spoken(widget, kind);
            texts << widget->toolTip() << widget->windowTitle();
            if (auto *view = qobject_cast<QAbstractItemView *>(widget))
                texts << rows(view);
        }
        texts.removeAll(QString());
        texts.removeDuplicates();
        return texts;
    }

    static QStringList rows(QAbstractItemView *view)
    {
        QStringList texts;
        for (int row = 0; view && view->model() && row < view->model()->rowCount(); ++row)
            texts << view->model()->index(row, 0).data(Qt::AccessibleTextRole).toString();
        return texts;
    }

    static QStringList parts(QWidget *widget)
    {
        QStringList texts;
        QAccessibleInterface *interface = widget ? QAccessible::queryAccessibleInterface(widget) : nullptr;
        for (int i = 0; interface && i < interface->childCount(); ++i)
            texts << interface->child(i)->text(QAccessible::Name);
        return texts;
    }

    static bool type(const QString &name, const QString &text)
    {
        auto *edit = named<QLineEdit>(name);
        if (!edit || !edit->isEnabled() || edit->isReadOnly())
            return false;
        edit->setFocus();
        edit->selectAll();
        QTest::keyClick(edit, Qt::Key_Delete);
        QTest::keyClicks(edit, text);
        return true;
    }

    static bool write(QPlainTextEdit *editor, const QString &text, bool send)
    {
        if (!editor || !editor->isEnabled() || editor->isReadOnly())
            return false;
        QTest::keyClicks(editor, text);
        if (send)
            QTest::keyClick(editor, Qt::Key_Return);
        return true;
    }

    static bool press(QAbstractButton *button)
    {
        if (!button || !button->isEnabled())
            return false;
        button->setFocus();
        QTest::keyClick(button, Qt::Key_Space);
        return true;
    }

    static bool choose(const QString &name)
    {
        const QWidgetList all = QApplication::allWidgets();
        for (QWidget *widget : all) {
            auto *menu = qobject_cast<QMenu *>(widget);
            if (!menu || !menu->isVisible())
                continue;
            const QList<QAction *> actions = menu->actions();
            for (QAction *action : actions) {
                if (titleOf(action) != name || !action->isVisible() || !action->isEnabled())
                    continue;
                menu->setActiveAction(action);
                QTest::keyClick(menu, Qt::Key_Return);
                return true;
            }
        }
        return false;
    }

    /// A click on the row whose spoken text begins so.
    static bool pick(QAbstractItemView *view, const QString &text)
    {
        const QStringList spokenRows = rows(view);
        for (qsizetype row = 0; row < spokenRows.size(); ++row) {
            if (!spokenRows[row].startsWith(text))
                continue;
            const QModelIndex index = view->model()->index(static_cast<int>(row), 0);
            view->scrollTo(index);
            QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(index).center());
            return true;
        }
        return false;
    }

    /// As the window manager does it, once this order is answered.
    bool close()
    {
        const auto closeAll = [] {
            const QWidgetList windows = QApplication::topLevelWidgets();
            for (QWidget *window : windows) {
                if (window->isVisible() && !window->parentWidget())
                    window->close();
            }
        };
        return QMetaObject::invokeMethod(this, closeAll, Qt::QueuedConnection);
    }

    QLocalSocket m_socket;
};

class RemoteHandsPlugin : public QGenericPlugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID QGenericPluginFactoryInterface_iid FILE "remote.json")

public:
    QObject *create(const QString &, const QString &server) override { return new RemoteHands(server); }
};

} // namespace conversure::test

#include "RemoteHands.moc"
