// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QList>

class QLabel;

namespace conversure::ui {

/// The keyboard shortcuts, drawn from the table of actions. Not modal: it can stay open beside the inbox.
class HelpSheet : public QDialog
{
    Q_OBJECT

public:
    explicit HelpSheet(QWidget *parent = nullptr);

protected:
    void changeEvent(QEvent *event) override;

private:
    void rebuild();
    void recolour();

    QList<QLabel *> m_keys;
};

} // namespace conversure::ui
