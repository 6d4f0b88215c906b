// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/ChatView.h"

#include "domain/MessageStatus.h"
#include "models/MessageListModel.h"
#include "ui/inbox/BubblePainter.h"
#include "ui/inbox/ChatAccessible.h"
#include "ui/widgets/Fonts.h"
#include "ui/widgets/Icon.h"
#include "ui/widgets/TextDrawing.h"
#include "ui/widgets/Theme.h"

#include <QPaintEvent>
#include <QPainter>
#include <QPushButton>
#include <QScrollBar>

namespace conversure::ui {

namespace {

using Model = models::MessageListModel;

constexpr int quietMargin = 16;
constexpr int loadingMargin = 48;
constexpr int wheelStep = 20;

} // namespace

ChatView::ChatView(models::MessageListModel &model, QWidget *parent)
    : QAbstractScrollArea(parent)
    , m_model(model)
    , m_bubbles(model)
    , m_flow([this](int row) { return m_bubbles.at(row).height(); })
    , m_pill(new QPushButton(this))
{
    installChatAccessibility();
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn); // appearing, it would change the width of every bubble
    verticalScrollBar()->setSingleStep(wheelStep);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    viewport()->setMouseTracking(true);
    m_pill->setIcon(ui::icon(IconName::ArrowDown));
    m_pill->setFocusPolicy(Qt::TabFocus);
    m_pill->hide();
    connect(m_pill, &QPushButton::clicked, this, &ChatView::goToEnd);
    watchModel();
    retranslate();
    rebuild(false);
}

ChatView::~ChatView() = default;

void ChatView::watchModel()
{
    connect(&m_model, &QAbstractItemModel::modelReset, this, [this] {
        m_selection.clear();
        m_currentRow = m_currentPart = m_hoveredRow = m_hoveredAction = -1;
        m_newBelow = false;
        m_askedAtCount = -1;
        rebuild(false);
    });
    connect(&m_model, &QAbstractItemModel::layoutChanged, this, [this] { rebuild(true); });
    connect(&m_model, &QAbstractItemModel::rowsInserted, this,
        [this](const QModelIndex &, int first, int last) { onRowsInserted(first, last); });
    connect(&m_model, &QAbstractItemModel::rowsRemoved, this,
        [this](const QModelIndex &, int first, int last) { onRowsRemoved(first, last); });
    connect(&m_model, &QAbstractItemModel::rowsMoved, this, [this] { rebuild(true); });
    connect(&m_model, &QAbstractItemModel::dataChanged, this,
        [this](const QModelIndex &from, const QModelIndex &to) { onDataChanged(from.row(), to.row()); });
    connect(&m_model, &Model::loadStateChanged, this, [this] {
        settle();
        viewport()->update();
    });
}

void ChatView::rebuild(bool keepPlace)
{
    const Theme &theme = Theme::of(palette());
    m_bubbles.setGround(viewport()->width(), layoutDirection(), {theme.link, theme.muted}, locale());
    m_flow.reset(estimates(0, m_model.rowCount() - 1), keepPlace);
    settle();
    viewport()->update();
}

void ChatView::onRowsInserted(int first, int last)
{
    const int count = last - first + 1;
    const bool appended = last == m_model.rowCount() - 1 && first > 0;
    m_flow.insert(first, estimates(first, last));
    for (const int neighbour : {first - 1, last + 1}) {
        if (neighbour >= 0 && neighbour < m_flow.size())
            m_flow.invalidate(neighbour);
    }
    m_selection.rowsInserted(first, count);
    if (m_currentRow >= first)
        m_currentRow += count;
    bool inbound = false;
    for (int row = first; row <= last && !inbound; ++row)
        inbound = m_model.index(row, 0).data(Model::DirectionRole).toInt() == static_cast<int>(Direction::Inbound);
    if (appended && inbound && !m_flow.isAtEnd())
        m_newBelow = true;
    settle();
    viewport()->update();
    for (int row = first; appended && row <= last; ++row)
        announceMessage(*this, row);
    if (appended && inbound)
        Q_EMIT inboundAppended();
}

void ChatView::onRowsRemoved(int first, int last)
{
    const int count = last - first + 1;
    m_flow.remove(first, count);
    for (const int neighbour : {first - 1, first}) {
        if (neighbour >= 0 && neighbour < m_flow.size())
            m_flow.invalidate(neighbour);
    }
    m_selection.rowsRemoved(first, count);
    if (m_currentRow > last)
        m_currentRow -= count;
    else if (m_currentRow >= first)
        m_currentRow = m_currentPart = -1;
    m_hoveredRow = m_hoveredAction = -1;
    settle();
    viewport()->update();
}

void ChatView::onDataChanged(int first, int last)
{
    for (int row = first; row <= last && row < m_flow.size(); ++row)
        m_flow.invalidate(row);
    settle();
    viewport()->update();
    for (int row = first; row <= last && row < m_flow.size(); ++row)
        announceChange(*this, row);
}

std::vector<int> ChatView::estimates(int first, int last) const
{
    std::vector<int> heights;
    heights.reserve(static_cast<size_t>(std::max(0, last - first + 1)));
    for (int row = first; row <= last; ++row)
        heights.push_back(m_bubbles.estimate(row));
    return heights;
}

void ChatView::settle()
{
    m_flow.setViewport(viewport()->height(), topMargin(), quietMargin);
    m_flow.settle();
    syncScrollBar();
    if (m_flow.isAtEnd())
        m_newBelow = false;
    placePill();
    askForOlderIfNear();
    if (m_wasAtEnd != m_flow.isAtEnd()) {
        m_wasAtEnd = m_flow.isAtEnd();
        Q_EMIT atEndChanged(m_wasAtEnd);
    }
}

void ChatView::syncScrollBar()
{
    m_syncing = true;
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setRange(0, m_flow.maximum());
    verticalScrollBar()->setValue(m_flow.value());
    m_syncing = false;
}

void ChatView::goToEnd()
{
    m_flow.goToEnd();
    settle();
    viewport()->update();
}

void ChatView::scrollContentsBy(int, int dy)
{
    if (m_syncing)
        return;
    const std::vector<MessageFlow::Row> before = m_flow.visible();
    if (std::abs(dy) < 3 * viewport()->height())
        m_flow.scrollBy(dy);
    else
        m_flow.jumpTo(verticalScrollBar()->value());
    settle();
    afterScroll(before);
}

void ChatView::afterScroll(const std::vector<MessageFlow::Row> &before)
{
    // The distance really moved, which differs from the bar's when a clamp at either end cut it short.
    for (const MessageFlow::Row &old : before) {
        const MessageFlow::Row *now = m_flow.visibleRow(old.row);
        if (now && now->height == old.height) {
            viewport()->scroll(0, now->top - old.top);
            return;
        }
    }
    viewport()->update();
}

int ChatView::topMargin() const
{
    return m_model.reachedStart() ? quietMargin : loadingMargin;
}

void ChatView::askForOlderIfNear()
{
    const bool near = m_flow.value() < 2 * viewport()->height();
    if (!near || !m_model.isLoaded() || m_model.reachedStart() || m_model.rowCount() == 0)
        return;
    if (m_askedAtCount == m_model.rowCount() && !m_askAgain.hasExpired())
        return;
    m_askedAtCount = m_model.rowCount();
    m_askAgain.setRemainingTime(3000); // a request that failed is repeated by the next scroll
    m_olderTimer.start(0, this); // not from inside a change of the model
}

void ChatView::placePill()
{
    const QSize size = m_pill->sizeHint();
    m_pill->setGeometry(QRect(QPoint((width() - size.width()) / 2, height() - size.height() - quietMargin), size));
    m_pill->setVisible(m_newBelow);
}

void ChatView::retranslate()
{
    setAccessibleName(tr("Messages"));
    m_pill->setText(tr("New messages"));
}

void ChatView::resizeEvent(QResizeEvent *event)
{
    if (event->oldSize().width() != event->size().width()) {
        rebuild(true);
        return;
    }
    settle();
    viewport()->update();
}

void ChatView::changeEvent(QEvent *event)
{
    QAbstractScrollArea::changeEvent(event);
    switch (event->type()) {
    case QEvent::LanguageChange:
        retranslate();
        rebuild(true);
        break;
    case QEvent::PaletteChange:
    case QEvent::FontChange:
    case QEvent::LocaleChange:
    case QEvent::LayoutDirectionChange:
        rebuild(true);
        break;
    default:
        break;
    }
}

BubbleState ChatView::stateOf(int row, const BubbleLayout &layout) const
{
    BubbleState state;
    state.status = static_cast<MessageStatus>(m_model.index(row, 0).data(Model::StatusRole).toInt());
    const auto selected = m_selection.inRow(row, static_cast<int>(layout.text().text().size()));
    state.selectionStart = selected.start;
    state.selectionEnd = selected.end;
    state.hoveredAction = row == m_hoveredRow ? m_hoveredAction : -1;
    if (row != m_currentRow || !hasFocus())
        return state;
    const int links = static_cast<int>(layout.links().size());
    state.focused = m_currentPart < 0;
    state.focusedLink = m_currentPart < links ? m_currentPart : -1;
    state.focusedAction = m_currentPart >= links ? m_currentPart - links : -1;
    return state;
}

void ChatView::paintEvent(QPaintEvent *event)
{
    QPainter painter(viewport());
    painter.fillRect(event->rect(), Theme::of(palette()).window);
    if (m_model.rowCount() == 0) {
        if (m_model.isLoaded())
            paintQuietText(painter);
        else if (!m_model.conversation().isNull())
            paintSkeleton(painter, viewport()->size(), layoutDirection(), palette());
        return;
    }
    const std::vector<MessageFlow::Row> rows = m_flow.visible();
    for (const MessageFlow::Row &row : rows) {
        if (row.bottom() + 4 < event->rect().top() || row.top - 4 > event->rect().bottom())
            continue;
        const BubbleLayout &layout = m_bubbles.at(row.row);
        paintBubble(painter, layout, QPoint(0, row.top), stateOf(row.row, layout), palette());
    }
    if (!rows.empty() && rows.front().row == 0 && !m_model.reachedStart())
        paintQuietText(painter);
}

void ChatView::paintQuietText(QPainter &painter)
{
    const bool empty = m_model.rowCount() == 0;
    const QString text = empty ? tr("No messages yet. Write the first one below.") : tr("Loading earlier messages…");
    QRect rect = viewport()->rect();
    if (!empty)
        rect = QRect(0, m_flow.visible().front().top - loadingMargin + quietMargin, rect.width(), 20);
    drawLine(painter, rect, Qt::AlignHCenter, ui::font(empty ? TextRole::Body : TextRole::Chip),
        Theme::of(palette()).muted, text);
}

int ChatView::messageCount() const
{
    return m_model.rowCount();
}

QString ChatView::messageText(int row) const
{
    return m_model.index(row, 0).data(Qt::AccessibleTextRole).toString();
}

QRect ChatView::bubbleRect(int row)
{
    const MessageFlow::Row *visible = m_flow.visibleRow(row);
    return visible ? m_bubbles.at(row).bubble().translated(0, visible->top) : QRect();
}

QString ChatView::messageTrouble(int row) const
{
    return m_model.index(row, 0).data(Model::ErrorSentenceRole).toString();
}

QList<MessageAction> ChatView::actions(int row) const
{
    return actionsOf(m_model.index(row, 0));
}

void ChatView::act(int row, MessageAction action)
{
    if (actions(row).contains(action))
        Q_EMIT actionRequested(idAt(row), action);
}

} // namespace conversure::ui
