// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/account/Forms.h"

#include <QLineEdit>
#include <QRegularExpression>

namespace conversure::ui {

QLineEdit *newEmailEdit()
{
    auto *edit = new QLineEdit;
    edit->setInputMethodHints(Qt::ImhEmailCharactersOnly | Qt::ImhNoAutoUppercase);
    edit->setLayoutDirection(Qt::LeftToRight);
    edit->setMaxLength(254);
    return edit;
}

bool looksLikeEmail(const QString &text)
{
    static const QRegularExpression shape(QStringLiteral("^[^@\\s]+@[^@\\s]+$"));
    return shape.match(text.trimmed()).hasMatch();
}

} // namespace conversure::ui
