// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/ConversationList.h"

#include "models/ConversationListModel.h"
#include "ui/inbox/ConversationDelegate.h"
#include "ui/widgets/Fonts.h"
#include "ui/widgets/TextDrawing.h"
#include "ui/widgets/Theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>

namespace conversure::ui {

namespace {

using Model = models::ConversationListModel;

constexpr int pointerRestMs = 30'000;
constexpr int afterPressMs = 500;
constexpr int chipRefreshMs = 30'000;

} // namespace

ConversationList::ConversationList(models::ConversationListModel &model, QWidget *parent)
    : QListView(parent)
    , m_model(model)
    , m_delegate(new ConversationDelegate(this))
{
    setModel(&model);
    setItemDelegate(m_delegate);
    setUniformItemSizes(true);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    setFrameShape(NoFrame);
    setEditTriggers(NoEditTriggers);
    setSelectionMode(SingleSelection);
    setMouseTracking(true);
    viewport()->setAttribute(Qt::WA_Hover);
    verticalScrollBar()->setBackgroundRole(QPalette::Base);
    verticalScrollBar()->setAutoFillBackground(true);
    verticalScrollBar()->setSingleStep(measure::rowHeight / 3);

    m_restTimer.setObjectName(QStringLiteral("pointerRest"));
    m_restTimer.setSingleShot(true);
    m_restTimer.setInterval(pointerRestMs);
    connect(&m_restTimer, &QTimer::timeout, this, &ConversationList::updateHold);
    m_pressTimer.setSingleShot(true);
    m_pressTimer.setInterval(afterPressMs);
    connect(&m_pressTimer, &QTimer::timeout, this, &ConversationList::updateHold);
    m_chipTimer.start(chipRefreshMs);
    connect(&m_chipTimer, &QTimer::timeout, this, &ConversationList::onTick);
    connect(this, &QAbstractItemView::clicked, this, &ConversationList::activateIndex);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &ConversationList::fetchAhead);
    const auto onNewRows = [this] {
        showSelection();
        showCurrent();
        countNumbers();
    };
    connect(&model, &QAbstractItemModel::modelReset, this, onNewRows);
    connect(&model, &QAbstractItemModel::rowsInserted, this, onNewRows);
    retranslate();
    showCurrent();
    countNumbers();
}

void ConversationList::select(ConversationId id)
{
    m_open = id;
    if (id.isNull())
        clearSelection();
    showSelection();
}

void ConversationList::showSelection()
{
    const QModelIndex index = m_open.isNull() ? QModelIndex() : m_model.indexOf(m_open);
    if (!index.isValid() || selectionModel()->isSelected(index))
        return;
    selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect);
}

void ConversationList::showCurrent()
{
    if (!currentIndex().isValid() && m_model.rowCount() > 0)
        selectionModel()->setCurrentIndex(m_model.index(0, 0), QItemSelectionModel::NoUpdate);
}

void ConversationList::activateIndex(const QModelIndex &index)
{
    if (!index.isValid())
        return;
    const auto id = index.data(Model::IdRole).value<ConversationId>();
    select(id);
    Q_EMIT conversationActivated(id);
}

void ConversationList::openNeighbour(int step, bool unreadOnly)
{
    const QModelIndex open = m_open.isNull() ? QModelIndex() : m_model.indexOf(m_open);
    int row = open.isValid() ? open.row() + step : step > 0 ? 0 : m_model.rowCount() - 1;
    for (; row >= 0 && row < m_model.rowCount(); row += step) {
        const QModelIndex index = m_model.index(row, 0);
        if (unreadOnly && index.data(Model::UnreadRole).toLongLong() <= 0)
            continue;
        scrollTo(index);
        activateIndex(index);
        return;
    }
}

void ConversationList::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        activateIndex(currentIndex());
        return;
    }
    if (event->modifiers().testFlag(Qt::AltModifier)) {
        event->ignore(); // Alt+arrows belong to the window
        return;
    }
    m_delegate->setFocusShown(true);
    QListView::keyPressEvent(event);
    viewport()->update();
}

void ConversationList::focusInEvent(QFocusEvent *event)
{
    m_delegate->setFocusShown(event->reason() != Qt::MouseFocusReason);
    QListView::focusInEvent(event);
    showCurrent();
    viewport()->update();
}

QItemSelectionModel::SelectionFlags ConversationList::selectionCommand(const QModelIndex &, const QEvent *) const
{
    return QItemSelectionModel::NoUpdate; // only an opened conversation is selected
}

bool ConversationList::viewportEvent(QEvent *event)
{
    switch (event->type()) {
    case QEvent::MouseMove:
    case QEvent::MouseButtonPress:
    case QEvent::MouseButtonRelease:
    case QEvent::Wheel:
    case QEvent::Leave:
        onPointer(event);
        break;
    default:
        break;
    }
    return QListView::viewportEvent(event);
}

void ConversationList::onPointer(QEvent *event)
{
    if (event->type() == QEvent::Leave) {
        m_restTimer.stop();
        m_buttonDown = false;
    } else {
        const auto *mouse = static_cast<QSinglePointEvent *>(event);
        if (event->type() == QEvent::MouseButtonPress) {
            m_buttonDown = true;
            m_pressTimer.start();
            m_delegate->setFocusShown(false);
        }
        if (event->type() == QEvent::MouseButtonRelease)
            m_buttonDown = false;
        if (mouse->globalPosition().toPoint() != m_lastPointer || event->type() != QEvent::MouseMove)
            m_restTimer.start();
        m_lastPointer = mouse->globalPosition().toPoint();
    }
    updateHold();
}

void ConversationList::updateHold()
{
    // The timer of the pointer runs only while it is inside, and what happens in another window is not aimed at here.
    const bool aiming = m_restTimer.isActive() && isActiveWindow();
    m_model.setOrderHeld(m_buttonDown || m_pressTimer.isActive() || aiming);
}

void ConversationList::onTick()
{
    const QDate today = QDate::currentDate();
    if (std::exchange(m_day, today) != today)
        m_model.refreshTexts(); // what came today came yesterday now
    viewport()->update();
    Q_EMIT ticked();
}

void ConversationList::countNumbers()
{
    // With a single number of ours the bar would say the same on every row: leave it out.
    NumberId first;
    bool several = false;
    for (int row = 0; row < m_model.rowCount() && !several; ++row) {
        const auto number = m_model.index(row, 0).data(Model::NumberIdRole).value<NumberId>();
        if (first.isNull())
            first = number;
        several = number != first;
    }
    m_delegate->setNumberBar(several);
    viewport()->update();
}

void ConversationList::fetchAhead()
{
    const QScrollBar *bar = verticalScrollBar();
    if (bar->value() > bar->maximum() - 3 * viewport()->height() && m_model.canFetchMore({}))
        m_model.fetchMore({});
}

void ConversationList::paintEvent(QPaintEvent *event)
{
    QListView::paintEvent(event);
    if (m_model.rowCount() > 0)
        return;
    QPainter painter(viewport());
    const QRect place(16, 24, viewport()->width() - 32, 20);
    drawLine(painter, place, Qt::AlignHCenter, ui::font(TextRole::Body), Theme::of(palette()).muted,
        tr("No conversations yet"));
    drawLine(painter, place.translated(0, 24), Qt::AlignHCenter, ui::font(TextRole::Preview),
        Theme::of(palette()).muted, tr("The first message of a lead appears here."));
}

void ConversationList::changeEvent(QEvent *event)
{
    QListView::changeEvent(event);
    switch (event->type()) {
    case QEvent::ActivationChange:
        if (!isActiveWindow())
            m_buttonDown = false;
        updateHold();
        break;
    case QEvent::LanguageChange:
        retranslate();
        m_model.refreshTexts();
        [[fallthrough]];
    case QEvent::PaletteChange:
    case QEvent::FontChange:
    case QEvent::LocaleChange:
    case QEvent::LayoutDirectionChange:
        m_delegate->forgetPictures();
        viewport()->update();
        break;
    default:
        break;
    }
}

void ConversationList::retranslate()
{
    setAccessibleName(tr("Conversations"));
}

} // namespace conversure::ui
