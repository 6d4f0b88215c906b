// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Fonts.h"

#include <QApplication>
#include <QFontDatabase>
#include <QPainter>
#include <QPixmap>
#include <QRawFont>

namespace conversure::ui {

namespace {

bool drawsEmojiAsOutlines(const QFont &font)
{
    const QRawFont raw = QRawFont::fromFont(font);
    constexpr uint heart = 0x2764;
    constexpr uint smile = 0x1F600;
    return !raw.familyName().contains(QLatin1StringView("Emoji"))
        && (raw.supportsCharacter(heart) || raw.supportsCharacter(smile));
}

QStringList makeFamilies()
{
    QStringList families{
        QStringLiteral("Noto Sans"), QStringLiteral("Noto Sans Arabic"), QStringLiteral("Noto Color Emoji")};
    const QFont desktop = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    const QString resolved = QRawFont::fromFont(desktop).familyName();
    if (resolved.isEmpty() || families.contains(resolved))
        return families;
    if (drawsEmojiAsOutlines(desktop))
        families.append(resolved);
    else
        families.prepend(resolved);
    return families;
}

int pixelSize(TextRole role)
{
    switch (role) {
    case TextRole::Body:
    case TextRole::BodyStrong:
        return 13;
    case TextRole::Preview:
        return 12;
    case TextRole::Chip:
        return 11;
    case TextRole::Title:
        return 15;
    case TextRole::Display:
        return 22;
    }
    return 13;
}

bool isStrong(TextRole role)
{
    return role == TextRole::BodyStrong || role == TextRole::Title || role == TextRole::Display;
}

} // namespace

QFont font(TextRole role)
{
    static const QStringList families = makeFamilies();
    QFont font;
    font.setFamilies(families);
    font.setPixelSize(pixelSize(role));
    font.setWeight(isStrong(role) ? QFont::DemiBold : QFont::Normal);
    return font;
}

void warmFonts()
{
    QPixmap nowhere(8, 8);
    QPainter painter(&nowhere);
    painter.setFont(font(TextRole::Body));
    painter.drawText(0, 8, QStringLiteral("Aя ع 🙂"));
}

void applyFonts()
{
    QApplication::setFont(font(TextRole::Body));
}

} // namespace conversure::ui
