// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace conversure::ui {

/// What stands where nothing is: a sentence and what one can do.
class EmptyState : public QWidget
{
    Q_OBJECT

public:
    explicit EmptyState(QWidget *parent = nullptr);
    void setTexts(const QString &title, const QString &hint);
    void setAction(const QString &action); ///< Empty: no button.

Q_SIGNALS:
    void actionRequested();

protected:
    void changeEvent(QEvent *event) override;

private:
    void recolour();

    QLabel *m_title;
    QLabel *m_hint;
    QPushButton *m_action;
};

} // namespace conversure::ui
