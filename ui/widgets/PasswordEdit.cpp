// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/PasswordEdit.h"

#include "ui/widgets/Icon.h"

#include <QAction>
#include <QEvent>

namespace conversure::ui {

PasswordEdit::PasswordEdit(QWidget *parent)
    : QLineEdit(parent)
    , m_reveal(addAction(icon(IconName::Eye), TrailingPosition))
{
    setEchoMode(Password);
    setLayoutDirection(Qt::LeftToRight);
    setInputMethodHints(Qt::ImhHiddenText | Qt::ImhSensitiveData | Qt::ImhNoAutoUppercase | Qt::ImhNoPredictiveText);
    connect(m_reveal, &QAction::triggered, this, [this] { setRevealed(!isRevealed()); });
    retranslate();
}

void PasswordEdit::setRevealed(bool revealed)
{
    if (revealed == isRevealed())
        return;
    setEchoMode(revealed ? Normal : Password);
    m_reveal->setIcon(icon(revealed ? IconName::EyeOff : IconName::Eye));
    retranslate();
    Q_EMIT revealedChanged(revealed);
}

void PasswordEdit::wipe()
{
    setRevealed(false);
    setText({}); // unlike clear(), this empties the history of undo, too
}

void PasswordEdit::changeEvent(QEvent *event)
{
    QLineEdit::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

void PasswordEdit::retranslate()
{
    const QString text = isRevealed() ? tr("Hide password") : tr("Show password");
    m_reveal->setText(text);
    m_reveal->setToolTip(text);
}

} // namespace conversure::ui
