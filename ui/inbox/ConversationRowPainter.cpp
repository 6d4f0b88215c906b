// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/ConversationRowPainter.h"

#include "domain/Ids.h"
#include "domain/MessageStatus.h"
#include "models/ConversationListModel.h"
#include "ui/inbox/BubblePainter.h"
#include "ui/inbox/ConversationDelegate.h"
#include "ui/widgets/Avatar.h"
#include "ui/widgets/Fonts.h"
#include "ui/widgets/ProxyStyle.h"
#include "ui/widgets/TextDrawing.h"
#include "ui/widgets/Theme.h"

#include <QFontMetrics>
#include <QPainter>
#include <QPalette>
#include <QStyle>

namespace conversure::ui {

namespace {

using Model = models::ConversationListModel;

constexpr int inset = 8; // of the ground behind a selected row
constexpr int avatarSize = 40;
constexpr int avatarLeft = 16;
constexpr int textLeft = 68;
constexpr int rightMargin = 20;
constexpr int lineGap = 3;
constexpr int partGap = 8;
constexpr int tickSize = 14;
constexpr int badgeHeight = 18;

/// The places of one row, in a left-to-right window; Row::visual turns them.
struct Row {
    QPainter &painter;
    QSize size;
    const RowLook &look;
    const QModelIndex &index;
    const QPalette &palette;
    const Theme &theme;

    QRect visual(const QRect &rect) const
    {
        return QStyle::visualRect(
            look.rightToLeft ? Qt::RightToLeft : Qt::LeftToRight, QRect(QPoint(0, 0), size), rect);
    }
    Qt::Alignment leading() const { return look.rightToLeft ? Qt::AlignRight : Qt::AlignLeft; }
    QString text(int role) const { return index.data(role).toString(); }
    qint64 unread() const { return index.data(Model::UnreadRole).toLongLong(); }
    bool outbound() const { return index.data(Model::DirectionRole).toInt() == static_cast<int>(Direction::Outbound); }
    MessageStatus status() const { return static_cast<MessageStatus>(index.data(Model::StatusRole).toInt()); }
    bool failed() const { return outbound() && status() == MessageStatus::Failed; }
};

void paintGround(const Row &row)
{
    row.painter.fillRect(QRect(QPoint(0, 0), row.size), row.theme.base);
    const QRectF ground = QRectF(QPointF(0, 0), row.size).adjusted(inset, 1, -inset, -1);
    if (row.look.selected || row.look.hovered) {
        row.painter.setPen(Qt::NoPen);
        row.painter.setBrush(row.look.selected ? row.theme.selected : row.theme.hover);
        row.painter.drawRoundedRect(ground, inset, inset);
    }
    if (row.look.numberBar) {
        const QByteArray number = row.index.data(Model::NumberIdRole).value<NumberId>().value.toRfc4122();
        row.painter.setPen(Qt::NoPen);
        row.painter.setBrush(row.theme.avatars.at(stableHash(number) % row.theme.avatars.size()));
        row.painter.drawRoundedRect(row.visual(QRect(2, 14, 3, row.size.height() - 28)), 1.5, 1.5);
    }
    if (row.look.focused)
        paintFocusRing(row.painter, ground, inset - 1, row.palette);
}

void paintFirstLine(const Row &row, const QRect &line)
{
    const QFont timeFont = font(TextRole::Chip);
    const int timeWidth = QFontMetrics(timeFont).horizontalAdvance(row.look.time) + 2;
    const QRect time(line.right() - timeWidth + 1, line.top(), timeWidth, line.height());
    const QRect name(line.left(), line.top(), line.width() - timeWidth - partGap, line.height());
    const QFont nameFont = font(row.unread() > 0 ? TextRole::BodyStrong : TextRole::Body);
    drawLine(row.painter, row.visual(name), row.leading(), nameFont, row.theme.text, row.text(Model::LeadNameRole));
    const Qt::Alignment trailing = row.look.rightToLeft ? Qt::AlignLeft : Qt::AlignRight;
    drawLine(row.painter, row.visual(time), trailing, timeFont, row.theme.muted, row.look.time);
}

/// Returns how much of the line's end it took.
int paintBadge(const Row &row, const QRect &line)
{
    if (row.unread() <= 0)
        return 0;
    const QString count = row.unread() > 99 ? QStringLiteral("99+") : QString::number(row.unread());
    const QFont badgeFont = font(TextRole::Chip);
    const int width = std::max(badgeHeight, QFontMetrics(badgeFont).horizontalAdvance(count) + 10);
    const QRect badge =
        row.visual(QRect(line.right() - width + 1, line.center().y() - badgeHeight / 2 + 1, width, badgeHeight));
    row.painter.setPen(Qt::NoPen);
    row.painter.setBrush(row.theme.accent);
    row.painter.drawRoundedRect(badge, badgeHeight / 2.0, badgeHeight / 2.0);
    drawLine(row.painter, badge, Qt::AlignHCenter, badgeFont, row.theme.onAccent, count);
    return width + partGap;
}

int paintWindowChip(const Row &row, const QRect &line)
{
    if (row.look.window.isEmpty())
        return 0;
    const QFont chipFont = font(TextRole::Chip);
    const int width = QFontMetrics(chipFont).horizontalAdvance(row.look.window) + 12;
    const QRect chip =
        row.visual(QRect(line.right() - width + 1, line.center().y() - badgeHeight / 2 + 1, width, badgeHeight));
    row.painter.setPen(Qt::NoPen);
    row.painter.setBrush(row.theme.warnGround);
    row.painter.drawRoundedRect(chip, 4, 4);
    drawLine(row.painter, chip, Qt::AlignHCenter, chipFont, row.theme.warn, row.look.window);
    return width + partGap;
}

void paintPrefixed(const Row &row, const QRect &line, const QString &prefix, const QColor &color, const QString &rest)
{
    const QFont previewFont = font(TextRole::Preview);
    const int width = std::min(line.width(), QFontMetrics(previewFont).horizontalAdvance(prefix) + 2);
    drawLine(row.painter, row.visual(QRect(line.topLeft(), QSize(width, line.height()))), row.leading(), previewFont,
        color, prefix);
    drawLine(
        row.painter, row.visual(line.adjusted(width + 4, 0, 0, 0)), row.leading(), previewFont, row.theme.muted, rest);
}

void paintPreview(const Row &row, QRect line)
{
    const QString draft = row.look.selected ? QString() : row.text(Model::DraftRole).simplified();
    if (!draft.isEmpty()) {
        paintPrefixed(row, line, ConversationDelegate::tr("Draft:"), row.theme.accent, draft);
        return;
    }
    if (row.failed()) {
        paintPrefixed(row, line, ConversationDelegate::tr("Not sent:"), row.theme.danger, row.text(Model::PreviewRole));
        return;
    }
    if (row.outbound()) {
        const QRect tick(line.left(), line.center().y() - tickSize / 2 + 1, tickSize, tickSize);
        paintTicks(row.painter, row.visual(tick), row.status(), row.theme.muted, row.palette);
        line.setLeft(tick.right() + 5);
    }
    const QColor color = row.unread() > 0 ? row.theme.text : row.theme.muted;
    drawLine(
        row.painter, row.visual(line), row.leading(), font(TextRole::Preview), color, row.text(Model::PreviewRole));
}

} // namespace

void paintConversationRow(
    QPainter &painter, const QSize &size, const RowLook &look, const QModelIndex &index, const QPalette &palette)
{
    const Row row{painter, size, look, index, palette, Theme::of(palette)};
    painter.setRenderHint(QPainter::Antialiasing);
    paintGround(row);
    const QRect avatar(avatarLeft, (size.height() - avatarSize) / 2, avatarSize, avatarSize);
    const QByteArray key = index.data(Model::LeadIdRole).value<LeadId>().value.toRfc4122();
    paintAvatar(painter, row.visual(avatar), row.text(Model::LeadNameRole), key, row.theme);

    const int first = QFontMetrics(font(TextRole::Body)).height();
    const int second = std::max(badgeHeight, QFontMetrics(font(TextRole::Preview)).height());
    const int top = (size.height() - first - lineGap - second) / 2;
    const int width = size.width() - textLeft - rightMargin;
    paintFirstLine(row, QRect(textLeft, top, width, first));
    QRect line(textLeft, top + first + lineGap, width, second);
    line.setRight(line.right() - paintBadge(row, line));
    line.setRight(line.right() - paintWindowChip(row, line));
    paintPreview(row, line);
}

} // namespace conversure::ui
