// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QHBoxLayout;

namespace conversure::ui {

class ElidedLabel;

/// The 48-px head of a pane: its title, and room for one button.
class PaneHeader : public QWidget
{
    Q_OBJECT

public:
    explicit PaneHeader(QWidget *parent = nullptr);
    void setTitle(const QString &title);
    void setCornerWidget(QWidget *widget);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    ElidedLabel *m_title;
    QHBoxLayout *m_layout;
};

} // namespace conversure::ui
