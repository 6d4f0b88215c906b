// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Avatar.h"

#include "ui/widgets/Fonts.h"
#include "ui/widgets/Icon.h"
#include "ui/widgets/Theme.h"

#include <QPainter>

namespace conversure::ui {

namespace {

QString firstLetter(const QString &word)
{
    for (qsizetype i = 0; i < word.size(); ++i) {
        if (word.at(i).isLetter())
            return word.mid(i, 1).toUpper();
        if (word.at(i).isHighSurrogate())
            ++i;
    }
    return {};
}

} // namespace

quint32 stableHash(const QByteArray &bytes)
{
    quint32 hash = 2166136261u; // FNV-1a
    for (const char byte : bytes)
        hash = (hash ^ static_cast<quint8>(byte)) * 16777619u;
    return hash ^ (hash >> 15);
}

QString initials(const QString &name)
{
    QStringList letters;
    const QStringList words = name.split(u' ', Qt::SkipEmptyParts);
    for (const QString &word : words) {
        const QString letter = firstLetter(word);
        if (!letter.isEmpty())
            letters << letter;
    }
    if (letters.isEmpty())
        return {};
    // Two Arabic letters side by side would join into something that is nobody's initials.
    if (letters.size() == 1 || letters.first().isRightToLeft())
        return letters.first();
    return letters.first() + letters.last();
}

void paintAvatar(QPainter &painter, const QRect &rect, const QString &name, const QByteArray &key, const Theme &theme)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.avatars.at(stableHash(key) % theme.avatars.size()));
    painter.drawEllipse(rect);
    const QString letters = initials(name);
    if (letters.isEmpty()) {
        const int size = rect.width() / 2;
        const QPixmap pixmap = iconPixmap(IconName::User, theme.onAvatar, size, painter.device()->devicePixelRatioF());
        painter.drawPixmap(rect.center().x() - size / 2 + 1, rect.center().y() - size / 2 + 1, pixmap);
    } else {
        QFont letterFont = font(TextRole::BodyStrong);
        letterFont.setPixelSize(rect.width() * 3 / 8);
        painter.setFont(letterFont);
        painter.setPen(theme.onAvatar);
        painter.drawText(rect, Qt::AlignCenter, letters);
    }
    painter.restore();
}

Avatar::Avatar(int diameter, QWidget *parent)
    : QWidget(parent)
    , m_diameter(diameter)
{
    setFixedSize(diameter, diameter);
}

void Avatar::setSubject(const QString &name, const QByteArray &key)
{
    m_name = name;
    m_key = key;
    update();
}

void Avatar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paintAvatar(painter, rect(), m_name, m_key, Theme::of(palette()));
}

} // namespace conversure::ui
