// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/ClosedPanel.h"

#include "models/ComposeModel.h"
#include "ui/inbox/TemplateCard.h"
#include "ui/widgets/ElidedLabel.h"
#include "ui/widgets/Ink.h"
#include "ui/widgets/ProxyStyle.h"
#include "ui/widgets/Theme.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace conversure::ui {

namespace {

using List = models::TemplateListModel;

constexpr int frameMargin = 12; // as around the field
constexpr int sideMargin = frameMargin + 12;
constexpr int cardWidth = 160;

} // namespace

ClosedPanel::ClosedPanel(models::ComposeModel &model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_since(new InkLabel(Ink::Text, this))
    , m_hint(new InkLabel(Ink::Muted, this))
    , m_typed(new ElidedLabel(TextRole::Preview, ElidedLabel::Tone::Muted, this))
    , m_all(new QPushButton(this))
{
    setFocusPolicy(Qt::StrongFocus);
    m_since->setFont(ui::font(TextRole::BodyStrong));
    m_since->setWordWrap(true);
    m_hint->setWordWrap(true);
    m_all->setAutoDefault(false);
    auto *row = new QHBoxLayout;
    row->setSpacing(measure::unit);
    for (int i = 0; i < mostCards; ++i) {
        auto *card = new TemplateCard(this);
        connect(card, &TemplateCard::clicked, this, [this, i] { Q_EMIT templateChosen(m_shown.value(i)); });
        row->addWidget(card);
        m_cards << card;
    }
    auto *below = new QHBoxLayout;
    below->setSpacing(12);
    below->addWidget(m_typed, 1);
    below->addWidget(m_all);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(sideMargin, 14, sideMargin, 20);
    rows->setSpacing(2);
    rows->addWidget(m_since);
    rows->addWidget(m_hint);
    rows->addSpacing(10);
    rows->addLayout(row);
    rows->addSpacing(8);
    rows->addLayout(below);
    connect(m_all, &QPushButton::clicked, this, &ClosedPanel::allWanted);
    connect(&model, &models::ComposeModel::changed, this, &ClosedPanel::showModel);
    connect(&model.templates(), &List::changed, this, &ClosedPanel::showCards);
    retranslate();
    showCards();
}

void ClosedPanel::setTyped(const QString &text)
{
    m_typedText = text.simplified();
    retranslate();
}

void ClosedPanel::showModel()
{
    QString hint = m_model.closedHint();
    if (m_shown.isEmpty() && m_model.templates().isEmpty())
        hint += u' ' + tr("There are none yet; an administrator makes them in WhatsApp Manager.");
    else if (m_shown.isEmpty())
        hint += u' ' + tr("None can be sent at the moment; the list says why.");
    m_since->setText(m_model.closedSentence());
    m_hint->setText(hint);
}

void ClosedPanel::showCards()
{
    const int room = std::clamp((width() - 2 * sideMargin + measure::unit) / (cardWidth + measure::unit), 1, mostCards);
    m_shown = m_model.templates().suggested(room);
    for (int i = 0; i < mostCards; ++i) {
        TemplateCard *card = m_cards.at(i);
        card->setVisible(i < m_shown.size());
        if (i >= m_shown.size())
            continue;
        const TemplateRow *row = m_model.templates().find(m_shown.at(i));
        const TemplateText text = conversure::render(*row, models::prefilled(*row, m_model.facts()));
        card->setTemplate(row->name, text.body.simplified());
    }
    showModel();
}

void ClosedPanel::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    showCards();
}

void ClosedPanel::paintEvent(QPaintEvent *)
{
    const QRectF frame = QRectF(rect()).adjusted(frameMargin, 3, -frameMargin, -frameMargin + 3);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(Theme::of(palette()).line, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), measure::unit, measure::unit);
    if (hasFocus())
        paintFocusRing(painter, frame, measure::unit - 1, palette());
}

void ClosedPanel::keyPressEvent(QKeyEvent *event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && m_all->hasFocus())
        m_all->click();
    else
        QWidget::keyPressEvent(event);
}

void ClosedPanel::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) {
        retranslate();
        showCards();
    }
}

void ClosedPanel::retranslate()
{
    setAccessibleName(tr("The service window is closed"));
    m_all->setText(tr("All templates…"));
    m_typed->setText(m_typedText.isEmpty() ? QString() : tr("Your text is kept: %1").arg(m_typedText));
}

} // namespace conversure::ui
