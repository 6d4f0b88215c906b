// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/CardPage.h"

#include <QString>

class QPushButton;
class QVBoxLayout;

namespace conversure::ui {

class InkButton;
class NoticeBar;

/// A page to fill in: fields, one sentence when something went wrong, one button that does it, and the way back (Esc).
/// While it works, everything stays readable and nothing can be pressed twice.
class FormPage : public CardPage
{
    Q_OBJECT

public:
    explicit FormPage(int width, QWidget *parent = nullptr);

    /// Ready again, with a sentence about what went wrong; none when empty.
    void showProblem(const QString &sentence);
    QString sentence() const;
    void setBusy(bool busy);
    bool isBusy() const { return m_busy; }

Q_SIGNALS:
    void backRequested();

protected:
    /// One part after the other; hidden ones leave no gap.
    void addField(QWidget *field);
    /// Below all fields.
    void addFoot();
    NoticeBar *notice() const { return m_notice; }
    QPushButton *primary() const { return m_primary; }
    InkButton *back() const { return m_back; }
    /// Something was typed or isBusy() changed: what may be pressed, and what is said on the buttons?
    virtual void updateControls() = 0;
    virtual void retranslate() = 0;

    void changeEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    QVBoxLayout *m_fields; ///< Owned by the column.
    NoticeBar *m_notice;
    QPushButton *m_primary;
    InkButton *m_back;
    bool m_busy = false;
};

} // namespace conversure::ui
