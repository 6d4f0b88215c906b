// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAccessible>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>
#include <QWidget>

namespace conversure::test {

/// The visible widget of this kind that a screen reader calls \a name; null when there is none.
template <class Widget>
Widget *named(const QWidget &parent, const QString &name)
{
    const auto widgets = parent.findChildren<Widget *>();
    for (Widget *widget : widgets) {
        QAccessibleInterface *spoken = QAccessible::queryAccessibleInterface(widget);
        const bool isSo = spoken && (spoken->text(QAccessible::Name) == name || widget->accessibleName() == name);
        if (widget->isVisible() && isSo)
            return widget;
    }
    return nullptr;
}

inline QPushButton *button(const QWidget &parent, const char *text)
{
    return named<QPushButton>(parent, QString::fromUtf8(text));
}

inline QLineEdit *line(const QWidget &parent, const char *label)
{
    return named<QLineEdit>(parent, QString::fromUtf8(label));
}

/// Types \a text instead of what stands there, as a person does.
inline void type(const QWidget &parent, const char *label, const QString &text)
{
    QLineEdit *edit = line(parent, label);
    QVERIFY2(edit, label);
    edit->setFocus();
    edit->selectAll();
    QTest::keyClick(edit, Qt::Key_Delete);
    QTest::keyClicks(edit, text);
}

/// What stands below a line, for screen readers.
inline QString below(const QWidget &parent, const char *label)
{
    QLineEdit *edit = line(parent, label);
    return edit ? edit->accessibleDescription() : QString();
}

/// Every control of \a parent that can be reached by Tab has a name.
inline void verifyNames(const QWidget &parent)
{
    const auto widgets = parent.findChildren<QWidget *>();
    for (QWidget *widget : widgets) {
        if (!widget->isVisible() || !(widget->focusPolicy() & Qt::TabFocus) || widget->focusProxy())
            continue;
        QAccessibleInterface *spoken = QAccessible::queryAccessibleInterface(widget);
        QVERIFY2(spoken && !spoken->text(QAccessible::Name).isEmpty(), widget->metaObject()->className());
    }
}

} // namespace conversure::test
