// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/Panel.h"

#include <QString>

class QLineEdit;
class QPushButton;

namespace conversure::ui {

class InkLabel;

/// A link that is shown once: to copy, with what to tell whoever gets it.
class LinkPanel : public Panel
{
    Q_OBJECT

public:
    explicit LinkPanel(QWidget *parent = nullptr);

    void showLink(const QString &title, const QString &link, const QString &advice);
    QString link() const;
    void wipe();

protected:
    void changeEvent(QEvent *event) override;

private:
    void retranslate();

    InkLabel *m_title;
    QLineEdit *m_link;
    QPushButton *m_copy;
    InkLabel *m_advice;
    bool m_copied = false;
};

} // namespace conversure::ui
