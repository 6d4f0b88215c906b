// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/account/CardList.h"

#include "models/CardRoles.h"
#include "ui/widgets/Fonts.h"
#include "ui/widgets/ProxyStyle.h"
#include "ui/widgets/TextDrawing.h"
#include "ui/widgets/Theme.h"

#include <QFontMetrics>
#include <QKeyEvent>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace conversure::ui {

namespace {

constexpr int rowHeight = 56;
constexpr int sideMargin = 12;
constexpr int lineGap = 2;
constexpr int chipHeight = 20;
constexpr int chipPadding = 8;

class CardDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override { return {160, rowHeight}; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const Theme &theme = Theme::of(option.palette);
        paintGround(*painter, option, theme);
        const QRect inner = option.rect.adjusted(sideMargin, 0, -sideMargin, 0);
        const int chipWidth = paintChip(*painter, option, inner, theme, index.data(models::CardChipRole).toString());

        const bool dimmed = index.data(models::CardDimmedRole).toBool();
        const QString detail = index.data(models::CardDetailRole).toString();
        const QFont titleFont = font(TextRole::Body);
        const QFont detailFont = font(TextRole::Preview);
        const int first = QFontMetrics(titleFont).height();
        const int second = detail.isEmpty() ? 0 : QFontMetrics(detailFont).height();
        const int top = inner.top() + (inner.height() - first - second - (second > 0 ? lineGap : 0)) / 2;
        const int width = inner.width() - chipWidth;
        const auto line = [&](int y, int height, const QFont &with, const QColor &color, const QString &text) {
            drawLine(*painter, QStyle::visualRect(option.direction, inner, QRect(inner.left(), y, width, height)),
                QStyle::visualAlignment(option.direction, Qt::AlignLeft), with, color, text);
        };
        line(top, first, titleFont, dimmed ? theme.muted : theme.text, index.data(models::CardTitleRole).toString());
        line(top + first + lineGap, second, detailFont, theme.muted, detail);
        painter->restore();
    }

private:
    static void paintGround(QPainter &painter, const QStyleOptionViewItem &option, const Theme &theme)
    {
        const QRectF ground = QRectF(option.rect).adjusted(4, 2, -4, -2);
        const bool selected = option.state & QStyle::State_Selected;
        if (selected || option.state & QStyle::State_MouseOver) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(selected ? theme.selected : theme.hover);
            painter.drawRoundedRect(ground, measure::controlRadius, measure::controlRadius);
        }
        if (option.state & QStyle::State_HasFocus)
            paintFocusRing(painter, ground, measure::controlRadius - 1, option.palette);
    }

    /// How much of the line's end it took.
    static int paintChip(QPainter &painter, const QStyleOptionViewItem &option, const QRect &inner, const Theme &theme,
        const QString &text)
    {
        if (text.isEmpty())
            return 0;
        const QFont chipFont = font(TextRole::Chip);
        const int width = QFontMetrics(chipFont).horizontalAdvance(text) + 2 * chipPadding;
        const QRect chip = QStyle::visualRect(option.direction, inner,
            QRect(inner.right() - width + 1, inner.center().y() - chipHeight / 2 + 1, width, chipHeight));
        const bool selected = option.state & QStyle::State_Selected;
        painter.setPen(QPen(theme.line, 1));
        painter.setBrush(selected ? theme.base : theme.window);
        painter.drawRoundedRect(QRectF(chip).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
        drawLine(painter, chip, Qt::AlignHCenter, chipFont, theme.muted, text);
        return width + measure::unit;
    }
};

} // namespace

CardList::CardList(QWidget *parent)
    : QListView(parent)
{
    setItemDelegate(new CardDelegate(this));
    setUniformItemSizes(true);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFrameShape(NoFrame);
    viewport()->setAutoFillBackground(false);
    setEditTriggers(NoEditTriggers);
    setSelectionMode(SingleSelection);
    setMouseTracking(true);
    viewport()->setAttribute(Qt::WA_Hover);
}

void CardList::setModel(QAbstractItemModel *model)
{
    QListView::setModel(model);
    connect(selectionModel(), &QItemSelectionModel::selectionChanged, this, &CardList::chosenChanged);
}

QUuid CardList::chosen() const
{
    const QModelIndexList rows = selectedIndexes();
    return rows.isEmpty() ? QUuid() : rows.first().data(models::CardIdRole).toUuid();
}

QSize CardList::sizeHint() const
{
    return {440, 4 * rowHeight};
}

void CardList::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QListView::currentChanged(current, previous);
    Q_EMIT chosenChanged();
}

void CardList::dataChanged(const QModelIndex &from, const QModelIndex &to, const QList<int> &roles)
{
    QListView::dataChanged(from, to, roles);
    Q_EMIT chosenChanged(); // what can be done with a row may be another thing now
}

void CardList::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Delete && !chosen().isNull()) {
        Q_EMIT deletePressed();
        return;
    }
    if (event->key() == Qt::Key_Escape) {
        event->ignore(); // the dialog's
        return;
    }
    QListView::keyPressEvent(event);
}

void CardList::focusInEvent(QFocusEvent *event)
{
    if (!currentIndex().isValid() && model() && model()->rowCount() > 0)
        setCurrentIndex(model()->index(0, 0));
    QListView::focusInEvent(event);
}

ListPanel::ListPanel(CardList *list, QWidget *parent)
    : Panel(parent)
{
    constexpr int insideTheCorners = 2;
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(insideTheCorners, insideTheCorners, insideTheCorners, insideTheCorners);
    layout->addWidget(list);
}

} // namespace conversure::ui
