// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/ChatView.h"

#include "models/MessageListModel.h"
#include "ui/inbox/ChatAccessible.h"

#include <QApplication>
#include <QClipboard>
#include <QDateTime>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QScrollBar>
#include <QTextBoundaryFinder>
#include <QToolTip>

namespace conversure::ui {

namespace {

using Model = models::MessageListModel;

QString fullStamp(const QModelIndex &index, const QLocale &locale)
{
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(index.data(Model::SortAtRole).toLongLong() / 1000);
    const QString word = models::statusWord(static_cast<MessageStatus>(index.data(Model::StatusRole).toInt()));
    return QStringLiteral("%1 %2\n%3")
        .arg(locale.toString(time, QLocale::LongFormat), time.timeZoneAbbreviation(), word);
}

} // namespace

ChatView::Hit ChatView::hitAt(const QPoint &point)
{
    Hit hit;
    const MessageFlow::Row *row = m_flow.rowAt(point.y());
    if (!row)
        return hit;
    const BubbleLayout &layout = m_bubbles.at(row->row);
    const QPoint inside = point - QPoint(0, row->top);
    if (!layout.bubble().contains(inside))
        return hit;
    hit.row = row->row;
    hit.link = layout.linkAt(inside);
    hit.action = layout.actionAt(inside);
    hit.text = layout.textRect().contains(inside);
    hit.footer = layout.timeRect().united(layout.tickRect()).contains(inside);
    return hit;
}

std::optional<MessageSelection::Place> ChatView::placeAt(const QPoint &point)
{
    const std::vector<MessageFlow::Row> &rows = m_flow.visible();
    if (rows.empty())
        return std::nullopt;
    const auto it =
        std::find_if(rows.begin(), rows.end(), [&](const MessageFlow::Row &row) { return point.y() < row.bottom(); });
    const MessageFlow::Row row = it == rows.end() ? rows.back() : *it;
    const BubbleLayout &layout = m_bubbles.at(row.row);
    const QPoint inside = point - QPoint(0, row.top);
    if (inside.y() > layout.textRect().bottom())
        return MessageSelection::Place{row.row, static_cast<int>(layout.text().text().size())};
    return MessageSelection::Place{row.row, layout.positionAt(inside)};
}

void ChatView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    const QPoint point = event->position().toPoint();
    m_pressed = hitAt(point);
    m_currentRow = m_currentPart = -1;
    const std::optional<MessageSelection::Place> place = placeAt(point);
    if (place && event->modifiers().testFlag(Qt::ShiftModifier)) {
        m_selection.extend(*place);
    } else if (place) {
        m_selection.clear();
        m_selection.begin(*place);
    }
    m_selecting = place && m_pressed.action < 0;
    viewport()->update();
}

void ChatView::mouseMoveEvent(QMouseEvent *event)
{
    m_lastMouse = event->position().toPoint();
    updateHover(m_lastMouse);
    if (!m_selecting || !event->buttons().testFlag(Qt::LeftButton))
        return;
    if (const auto place = placeAt(m_lastMouse)) {
        m_selection.extend(*place);
        viewport()->update();
    }
    if (viewport()->rect().contains(m_lastMouse))
        m_edgeScrollTimer.stop();
    else if (!m_edgeScrollTimer.isActive())
        m_edgeScrollTimer.start(30, this);
}

void ChatView::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_edgeScrollTimer.stop();
    m_selecting = false;
    const Hit released = hitAt(event->position().toPoint());
    const bool sameThing =
        released.row == m_pressed.row && released.link == m_pressed.link && released.action == m_pressed.action;
    if (m_selection.isEmpty() && sameThing)
        activate(released);
    m_pressed = {};
}

void ChatView::mouseDoubleClickEvent(QMouseEvent *event)
{
    const auto place = placeAt(event->position().toPoint());
    if (event->button() != Qt::LeftButton || !place)
        return;
    const QString text = m_bubbles.at(place->row).text().text();
    QTextBoundaryFinder finder(QTextBoundaryFinder::Word, text);
    finder.setPosition(place->position);
    const qsizetype start = finder.isAtBoundary() ? place->position : finder.toPreviousBoundary();
    finder.setPosition(place->position);
    const qsizetype end = finder.toNextBoundary();
    m_selection.begin({place->row, static_cast<int>(std::max<qsizetype>(0, start))});
    m_selection.extend({place->row, static_cast<int>(end < 0 ? text.size() : end)});
    viewport()->update();
}

void ChatView::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_olderTimer.timerId()) {
        m_olderTimer.stop();
        Q_EMIT olderWanted();
    } else if (event->timerId() == m_edgeScrollTimer.timerId()) {
        const int beyond = m_lastMouse.y() < 0 ? m_lastMouse.y() : std::max(0, m_lastMouse.y() - viewport()->height());
        verticalScrollBar()->setValue(verticalScrollBar()->value() + std::clamp(beyond, -60, 60));
        if (const auto place = placeAt(m_lastMouse))
            m_selection.extend(*place);
        viewport()->update();
    } else {
        QAbstractScrollArea::timerEvent(event);
    }
}

void ChatView::updateHover(const QPoint &point)
{
    const Hit hit = hitAt(point);
    const int row = hit.action >= 0 ? hit.row : -1;
    if (row != m_hoveredRow || hit.action != m_hoveredAction) {
        m_hoveredRow = row;
        m_hoveredAction = hit.action;
        viewport()->update();
    }
    if (hit.link >= 0)
        viewport()->setCursor(Qt::PointingHandCursor);
    else if (hit.text)
        viewport()->setCursor(Qt::IBeamCursor);
    else
        viewport()->unsetCursor();
}

bool ChatView::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const Hit hit = hitAt(help->pos());
        if (hit.footer)
            QToolTip::showText(help->globalPos(), fullStamp(m_model.index(hit.row, 0), locale()), viewport());
        else
            QToolTip::hideText();
        return true;
    }
    if (event->type() == QEvent::Leave && m_hoveredAction >= 0) {
        m_hoveredRow = m_hoveredAction = -1;
        viewport()->update();
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void ChatView::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy)) {
        copy();
    } else if (event->matches(QKeySequence::SelectAll)) {
        selectAll();
    } else if (event->key() == Qt::Key_Up && event->modifiers() == Qt::NoModifier) {
        moveCurrent(-1);
    } else if (event->key() == Qt::Key_Down && event->modifiers() == Qt::NoModifier) {
        moveCurrent(1);
    } else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        activateCurrent();
    } else if (!handleScrollKey(*event)) {
        event->ignore(); // not to the base class, whose arrow keys scroll
    }
}

bool ChatView::handleScrollKey(const QKeyEvent &event)
{
    switch (event.key()) {
    case Qt::Key_PageUp:
        verticalScrollBar()->triggerAction(QAbstractSlider::SliderPageStepSub);
        return true;
    case Qt::Key_PageDown:
        verticalScrollBar()->triggerAction(QAbstractSlider::SliderPageStepAdd);
        return true;
    case Qt::Key_Home:
        verticalScrollBar()->setValue(0);
        return true;
    case Qt::Key_End:
        goToEnd();
        return true;
    default:
        return false;
    }
}

void ChatView::moveCurrent(int step)
{
    if (m_model.rowCount() == 0 || m_flow.visible().empty())
        return;
    const int next = m_currentRow < 0 ? m_flow.visible().back().row : m_currentRow + step;
    setCurrent(std::clamp(next, 0, m_model.rowCount() - 1), -1);
}

void ChatView::setCurrent(int row, int part)
{
    m_currentRow = row;
    m_currentPart = part;
    if (row >= 0) {
        m_flow.reveal(row);
        settle();
        announceFocus(*this, row);
    }
    viewport()->update();
}

int ChatView::partCount(int row)
{
    const BubbleLayout &layout = m_bubbles.at(row);
    return static_cast<int>(layout.links().size() + layout.actionRects().size());
}

bool ChatView::focusNextPrevChild(bool next)
{
    if (m_currentRow >= 0 && m_currentRow < m_model.rowCount() && hasFocus()) {
        const int part = m_currentPart + (next ? 1 : -1);
        if (part >= -1 && part < partCount(m_currentRow)) {
            setCurrent(m_currentRow, part);
            return true;
        }
    }
    return QAbstractScrollArea::focusNextPrevChild(next);
}

void ChatView::focusInEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusInEvent(event);
    const bool byKeyboard = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason
        || event->reason() == Qt::ShortcutFocusReason;
    if (byKeyboard && m_currentRow < 0)
        moveCurrent(0);
    viewport()->update();
}

void ChatView::focusOutEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

void ChatView::activateCurrent()
{
    if (m_currentRow < 0 || m_currentRow >= m_model.rowCount())
        return;
    const int links = static_cast<int>(m_bubbles.at(m_currentRow).links().size());
    Hit hit;
    hit.row = m_currentRow;
    if (m_currentPart >= 0 && m_currentPart < links)
        hit.link = m_currentPart;
    else
        hit.action = std::max(0, m_currentPart - links); // of the bubble as a whole its first button
    activate(hit);
}

void ChatView::activate(const Hit &hit)
{
    if (hit.row < 0)
        return;
    if (hit.link >= 0)
        Q_EMIT linkActivated(m_bubbles.at(hit.row).links()[static_cast<size_t>(hit.link)].url);
    else if (const QList<MessageAction> known = actions(hit.row); hit.action >= 0 && hit.action < known.size())
        act(hit.row, known.at(hit.action));
}

QString ChatView::selectedText() const
{
    if (m_selection.isEmpty())
        return {};
    QStringList parts;
    for (int row = m_selection.first().row; row <= m_selection.last().row && row < m_model.rowCount(); ++row) {
        const QString text = m_model.index(row, 0).data(Model::TextRole).toString();
        const auto range = m_selection.inRow(row, static_cast<int>(text.size()));
        parts << text.mid(range.start, range.end - range.start);
    }
    return parts.join(u'\n');
}

void ChatView::copy()
{
    QString text = selectedText();
    if (text.isEmpty() && m_currentRow >= 0)
        text = m_model.index(m_currentRow, 0).data(Model::TextRole).toString();
    if (!text.isEmpty())
        QApplication::clipboard()->setText(text);
}

void ChatView::selectAll()
{
    if (m_model.rowCount() == 0)
        return;
    const int last = m_model.rowCount() - 1;
    m_selection.begin({0, 0});
    m_selection.extend({last, static_cast<int>(m_model.index(last, 0).data(Model::TextRole).toString().size())});
    viewport()->update();
}

void ChatView::contextMenuEvent(QContextMenuEvent *event)
{
    if (event->reason() == QContextMenuEvent::Keyboard) {
        Hit hit;
        hit.row = m_currentRow;
        const QRect rect = m_currentRow >= 0 ? bubbleRect(m_currentRow) : viewport()->rect();
        showMenu(viewport()->mapToGlobal(rect.center()), hit);
        return;
    }
    showMenu(event->globalPos(), hitAt(event->pos()));
}

void ChatView::showMenu(const QPoint &globalPosition, const Hit &hit)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QString selected = selectedText();
    const auto offerCopy = [&](const QString &title, const QString &text) {
        connect(
            menu->addAction(title), &QAction::triggered, this, [text] { QApplication::clipboard()->setText(text); });
    };
    if (!selected.isEmpty())
        offerCopy(tr("Copy selection"), selected);
    if (hit.row >= 0)
        offerCopy(tr("Copy message"), m_model.index(hit.row, 0).data(Model::TextRole).toString());
    if (hit.link >= 0)
        offerCopy(tr("Copy link"), m_bubbles.at(hit.row).links()[static_cast<size_t>(hit.link)].url.toString());
    for (const MessageAction action : hit.row >= 0 ? actions(hit.row) : QList<MessageAction>()) {
        const MessageId id = idAt(hit.row);
        connect(menu->addAction(actionText(action)), &QAction::triggered, this,
            [this, id, action] { Q_EMIT actionRequested(id, action); });
    }
    if (menu->isEmpty())
        menu->deleteLater();
    else
        menu->popup(globalPosition);
}

MessageId ChatView::idAt(int row) const
{
    return m_model.index(row, 0).data(Model::IdRole).value<MessageId>();
}

} // namespace conversure::ui
