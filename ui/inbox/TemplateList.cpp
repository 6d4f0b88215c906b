// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/TemplateList.h"

#include "models/TemplateListModel.h"
#include "ui/widgets/Fonts.h"
#include "ui/widgets/ProxyStyle.h"
#include "ui/widgets/TextDrawing.h"
#include "ui/widgets/Theme.h"

#include <QFontMetrics>
#include <QKeyEvent>
#include <QPainter>
#include <QStyledItemDelegate>

namespace conversure::ui {

namespace {

using Model = models::TemplateListModel;

constexpr int rowHeight = 52;
constexpr int sideMargin = 12;
constexpr int lineGap = 2;
constexpr int partGap = 12;

class TemplateDelegate : public QStyledItemDelegate
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
        const bool usable = index.data(Model::UsableRole).toBool();
        const QRect inner = option.rect.adjusted(sideMargin, 0, -sideMargin, 0);
        const int first = QFontMetrics(font(TextRole::Body)).height();
        const int second = QFontMetrics(font(TextRole::Preview)).height();
        const int top = inner.top() + (inner.height() - first - lineGap - second) / 2;
        const QString below = index.data(usable ? Model::PreviewRole : Model::ReasonRole).toString();
        paintLine(*painter, option, QRect(inner.left(), top, inner.width(), first), TextRole::Body,
            usable ? theme.text : theme.muted, index.data(Model::NameRole).toString(),
            index.data(Model::LanguageRole).toString());
        paintLine(*painter, option, QRect(inner.left(), top + first + lineGap, inner.width(), second),
            TextRole::Preview, usable ? theme.muted : theme.warn, below, index.data(Model::CategoryRole).toString());
        painter->restore();
    }

private:
    static void paintGround(QPainter &painter, const QStyleOptionViewItem &option, const Theme &theme)
    {
        const QRectF ground = QRectF(option.rect).adjusted(4, 1, -4, -1);
        const bool selected = option.state & QStyle::State_Selected;
        if (selected || option.state & QStyle::State_MouseOver) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(selected ? theme.selected : theme.hover);
            painter.drawRoundedRect(ground, measure::controlRadius, measure::controlRadius);
        }
        if (option.state & QStyle::State_HasFocus)
            paintFocusRing(painter, ground, measure::controlRadius - 1, option.palette);
    }

    /// Words at the leading end, and small ones at the trailing end.
    static void paintLine(QPainter &painter, const QStyleOptionViewItem &option, const QRect &line, TextRole role,
        const QColor &ink, const QString &text, const QString &small)
    {
        const QFont smallFont = font(TextRole::Chip);
        const int smallWidth = std::min(line.width() / 2, QFontMetrics(smallFont).horizontalAdvance(small) + 2);
        const QRect end(line.right() - smallWidth + 1, line.top(), smallWidth, line.height());
        const QRect start(line.left(), line.top(), line.width() - smallWidth - partGap, line.height());
        const auto visual = [&](const QRect &rect) { return QStyle::visualRect(option.direction, option.rect, rect); };
        drawLine(
            painter, visual(start), QStyle::visualAlignment(option.direction, Qt::AlignLeft), font(role), ink, text);
        drawLine(painter, visual(end), QStyle::visualAlignment(option.direction, Qt::AlignRight), smallFont,
            Theme::of(option.palette).muted, small);
    }
};

} // namespace

TemplateList::TemplateList(models::TemplateListModel &model, QWidget *parent)
    : QListView(parent)
    , m_model(model)
{
    setModel(&model);
    setItemDelegate(new TemplateDelegate(this));
    setUniformItemSizes(true);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFrameShape(NoFrame);
    setEditTriggers(NoEditTriggers);
    setSelectionMode(SingleSelection);
    setMouseTracking(true);
    setTabKeyNavigation(false);
    viewport()->setAttribute(Qt::WA_Hover);
    connect(this, &QListView::doubleClicked, this, &TemplateList::taken);
    retranslate();
}

TemplateId TemplateList::current() const
{
    return currentIndex().data(Model::IdRole).value<TemplateId>();
}

void TemplateList::select(TemplateId id)
{
    const QModelIndex index = m_model.indexOf(id);
    if (index.isValid())
        setCurrentIndex(index);
}

void TemplateList::ensureCurrent()
{
    if (!currentIndex().isValid() && m_model.rowCount() > 0)
        setCurrentIndex(m_model.index(0, 0));
}

void TemplateList::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QListView::currentChanged(current, previous);
    Q_EMIT currentTemplateChanged();
}

void TemplateList::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        Q_EMIT taken();
    else if (event->key() == Qt::Key_Escape)
        event->ignore(); // whoever holds the list goes back
    else
        QListView::keyPressEvent(event);
}

void TemplateList::changeEvent(QEvent *event)
{
    QListView::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

void TemplateList::retranslate()
{
    setAccessibleName(tr("Templates"));
}

} // namespace conversure::ui
