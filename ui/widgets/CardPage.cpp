// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/CardPage.h"

#include "ui/widgets/Fonts.h"
#include "ui/widgets/Ink.h"
#include "ui/widgets/Theme.h"

#include <QApplication>
#include <QKeyEvent>
#include <QPushButton>
#include <QScrollArea>
#include <QTimer>
#include <QVBoxLayout>

namespace conversure::ui {

namespace {

constexpr int margin = 24;

} // namespace

CardPage::CardPage(int width, QWidget *parent)
    : QWidget(parent)
    , m_width(width)
    , m_card(new QWidget)
    , m_column(new QVBoxLayout(m_card))
    , m_above(new QSpacerItem(0, 0, QSizePolicy::Minimum, QSizePolicy::Fixed))
    , m_title(new InkLabel(Ink::Text, m_card))
    , m_subtitle(new InkLabel(Ink::Muted, m_card))
{
    m_title->setFont(ui::font(TextRole::Display));
    m_title->setWordWrap(true);
    m_subtitle->setWordWrap(true);
    m_card->installEventFilter(this);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(4);
    m_column->addWidget(m_title);
    m_column->addWidget(m_subtitle);
    m_column->addSpacing(20);

    // Stretches instead of an alignment, which would not ask the card for the height that its width needs.
    auto *row = new QHBoxLayout;
    row->addStretch();
    row->addWidget(m_card);
    row->addStretch();
    auto *sheet = new QWidget;
    auto *rows = new QVBoxLayout(sheet);
    rows->setContentsMargins(margin, margin, margin, margin);
    rows->setSpacing(0);
    rows->addSpacerItem(m_above);
    rows->addLayout(row);
    rows->addStretch();

    auto *scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(sheet);
    scroll->viewport()->setAutoFillBackground(false);
    sheet->setAutoFillBackground(false);
    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(scroll);
    connect(qApp, &QApplication::focusChanged, this, [this, scroll](QWidget *, QWidget *now) {
        if (!now || !m_card->isAncestorOf(now))
            return;
        // After the layout, which may have something to do.
        QTimer::singleShot(0, now, [now, scroll] { scroll->ensureWidgetVisible(now, 0, margin); });
    });
}

void CardPage::setTexts(const QString &title, const QString &subtitle)
{
    m_title->setText(title);
    m_subtitle->setText(subtitle);
    m_subtitle->setVisible(!subtitle.isEmpty());
}

void CardPage::place()
{
    m_card->setFixedWidth(std::min(m_width, std::max(0, width() - 2 * margin - measure::scrollBar)));
    int height = m_column->totalHeightForWidth(m_card->width());
    if (m_late && !m_late->isHidden()) {
        const int late =
            m_late->hasHeightForWidth() ? m_late->heightForWidth(m_card->width()) : m_late->sizeHint().height();
        height -= late + m_column->spacing();
    }
    const int room = std::max(0, this->height() - height - 2 * margin);
    const int above = room * 2 / 5;
    if (m_above->sizeHint().height() == above)
        return;
    m_above->changeSize(0, above, QSizePolicy::Minimum, QSizePolicy::Fixed);
    m_card->parentWidget()->layout()->invalidate();
}

void CardPage::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    place();
}

/// Enter presses the button that has the focus; outside dialogs Qt leaves that to the space bar.
void CardPage::keyPressEvent(QKeyEvent *event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    auto *button = enter ? qobject_cast<QPushButton *>(QApplication::focusWidget()) : nullptr;
    if (button && m_card->isAncestorOf(button))
        button->click();
    else
        QWidget::keyPressEvent(event);
}

bool CardPage::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_card && event->type() == QEvent::LayoutRequest)
        place();
    return QWidget::eventFilter(watched, event);
}

void CardPage::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange || event->type() == QEvent::FontChange)
        place();
}

} // namespace conversure::ui
