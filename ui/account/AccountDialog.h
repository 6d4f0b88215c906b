// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QHBoxLayout;
class QPushButton;
class QVBoxLayout;

namespace conversure::ui {

class NoticeBar;

/// A dialog over the window: what it adds, one sentence when something went wrong or well, and buttons. Goes with its
/// window; Esc closes it.
class AccountDialog : public QDialog
{
    Q_OBJECT

public:
    explicit AccountDialog(QWidget *parent = nullptr);

    void showProblem(const QString &sentence); ///< Empty: none.
    QString sentence() const; ///< The one that is shown, good or bad.

protected:
    QVBoxLayout *column() const { return m_column; }
    void showSuccess(const QString &sentence);
    /// A problem with a time in it that runs: told once, whatever the figure, and it goes by itself.
    void showCountdown(const QString &sentence);
    /// As low as its words allow at its width.
    void fit();
    /// Notices and a row for buttons, with Close (or Cancel) in it; call after what the dialog adds.
    QHBoxLayout *addFoot();
    QPushButton *closeButton() const { return m_close; }
    virtual void retranslate() = 0;

    void changeEvent(QEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool event(QEvent *event) override;

private:
    int heightFor(int wide) const;

    QVBoxLayout *m_column;
    NoticeBar *m_problem;
    NoticeBar *m_success;
    QPushButton *m_close;
};

} // namespace conversure::ui
