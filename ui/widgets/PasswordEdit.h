// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLineEdit>

namespace conversure::ui {

/// A line for a password, hidden until its eye is pressed. Reads left to right in any language.
class PasswordEdit : public QLineEdit
{
    Q_OBJECT

public:
    explicit PasswordEdit(QWidget *parent = nullptr);

    void setRevealed(bool revealed);
    bool isRevealed() const { return echoMode() == Normal; }
    /// Empty, hidden, and with nothing to undo.
    void wipe();

Q_SIGNALS:
    void revealedChanged(bool revealed);

protected:
    void changeEvent(QEvent *event) override;

private:
    void retranslate();

    QAction *m_reveal;
};

} // namespace conversure::ui
