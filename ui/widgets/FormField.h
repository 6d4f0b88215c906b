// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace conversure::ui {

class InkLabel;

/// A control with its label above and one line below, which says what to know or what is wrong with it. The label is
/// the control's accessible name, the line its description.
class FormField : public QWidget
{
    Q_OBJECT

public:
    /// Takes \a control over.
    explicit FormField(QWidget *control, QWidget *parent = nullptr);

    void setLabel(const QString &label);
    /// Between the control and the line.
    void addBelow(QWidget *part);
    void setHint(const QString &hint); ///< Shown while there is no problem. A field that may have one keeps its place.
    void setWanting(bool wanting); ///< Nothing is wrong yet, but the hint says what is still to do.
    void setProblem(const QString &problem); ///< Empty: none.
    QString problem() const { return m_problem; }
    QString line() const; ///< What stands below now.

private:
    void speak();

    QWidget *m_control;
    InkLabel *m_label;
    InkLabel *m_line;
    QString m_hint;
    QString m_problem;
    bool m_wanting = false;
};

} // namespace conversure::ui
