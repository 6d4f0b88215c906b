// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QToolButton;

namespace conversure::ui {

class ElidedLabel;

/// Over the chat: who it is with, which of our numbers it runs over, and the way back and to the lead panel.
class ChatHeader : public QWidget
{
    Q_OBJECT

public:
    explicit ChatHeader(QWidget *parent = nullptr);

    void setConversation(const QString &leadName, const QString &numberLabel);
    void setBackShown(bool shown);
    void setPanelShown(bool shown);

Q_SIGNALS:
    void backRequested();
    void panelToggled();

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void retranslate();

    ElidedLabel *m_name;
    ElidedLabel *m_about;
    QToolButton *m_back;
    QToolButton *m_panel;
};

} // namespace conversure::ui
