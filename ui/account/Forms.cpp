// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/account/Forms.h"

#include "ui/widgets/Fonts.h"

#include <QFontDatabase>
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

QLineEdit *newCodeEdit()
{
    auto *edit = new QLineEdit;
    edit->setInputMethodHints(Qt::ImhPreferUppercase | Qt::ImhNoPredictiveText);
    edit->setLayoutDirection(Qt::LeftToRight);
    QFont letters = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    letters.setPixelSize(ui::font(TextRole::Body).pixelSize());
    edit->setFont(letters);
    edit->setMaxLength(200);
    return edit;
}

bool looksLikeEmail(const QString &text)
{
    static const QRegularExpression shape(QStringLiteral("^[^@\\s]+@[^@\\s]+$"));
    return shape.match(text.trimmed()).hasMatch();
}

} // namespace conversure::ui
