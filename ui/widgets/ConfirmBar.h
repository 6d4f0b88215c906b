// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QPushButton;

namespace conversure::ui {

class InkLabel;

/// A question in place about what cannot be taken back, with its one answer that does it and one that does not. Hidden
/// while nothing is asked; Esc is no.
class ConfirmBar : public QWidget
{
    Q_OBJECT

public:
    explicit ConfirmBar(QWidget *parent = nullptr);

    /// \a action: what the button does, as a verb. The focus goes to the harmless answer.
    void ask(const QString &question, const QString &action, bool takesFocus = true);
    void dismiss();
    void setReady(bool ready); ///< False: something has to be said before it can be done.
    bool isAsking() const { return !isHidden(); }

Q_SIGNALS:
    void confirmed();
    void declined();

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void retranslate();

    InkLabel *m_question;
    QPushButton *m_no;
    QPushButton *m_yes;
};

} // namespace conversure::ui
