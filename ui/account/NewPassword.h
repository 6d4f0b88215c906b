// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>

namespace conversure::ui {

class FormField;
class PasswordEdit;
class StrengthBar;

/// A password that is being chosen: twice, with what it is worth while it is typed. Says in place what is wrong with
/// it.
class NewPassword : public QWidget
{
    Q_OBJECT

public:
    explicit NewPassword(QWidget *parent = nullptr);

    void setLabels(const QString &first, const QString &second);
    /// Words that others know of this person, which make a password weak.
    void setKnown(const QStringList &known);
    void setReadOnly(bool readOnly);
    void focusFirst();

    QString password() const;
    bool isEmpty() const;
    /// Long enough, and twice the same.
    bool isGood() const;
    /// isGood(); else says what is missing, and goes there.
    bool check();
    /// Says that the store did not take it.
    void setProblem(const QString &problem);
    void wipe();

Q_SIGNALS:
    void changed();
    void returnPressed(); ///< In the second line.

protected:
    void changeEvent(QEvent *event) override;

private:
    void follow();
    void sayDifference(bool whileTyping);

    FormField *m_firstField;
    FormField *m_secondField;
    PasswordEdit *m_first;
    PasswordEdit *m_second;
    StrengthBar *m_bar;
    QStringList m_known;
};

} // namespace conversure::ui
