// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLineEdit;
class QPushButton;

namespace conversure::models {
class ComposeModel;
}

namespace conversure::ui {

class ConfirmBar;
class FormField;
class InkLabel;
class StatusNote;

/// Whether the lead wants marketing, and the way to note otherwise; asks first. What the lead said to WhatsApp itself
/// only the lead can take back.
class ConsentSection : public QWidget
{
    Q_OBJECT

public:
    /// \a model must outlive the section.
    explicit ConsentSection(models::ComposeModel &model, QWidget *parent = nullptr);

Q_SIGNALS:
    void optOutRequested(const QString &remark);
    void liftRequested(const QString &remark); ///< The remark says why.

protected:
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void showModel();
    void ask();
    void answer();
    void endAsking();
    bool isOut() const;

    models::ComposeModel &m_model;
    StatusNote *m_state;
    InkLabel *m_detail;
    QPushButton *m_change;
    FormField *m_reason;
    QLineEdit *m_remark;
    ConfirmBar *m_question;
    bool m_asksToLift = false;
    int m_askedAbout = 0; ///< How it stood when it was asked.
};

} // namespace conversure::ui
