// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/NoticeBar.h"

#include "ui/widgets/Icon.h"
#include "ui/widgets/Theme.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QToolButton>

namespace conversure::ui {

NoticeBar::NoticeBar(Tone tone, QWidget *parent)
    : QWidget(parent)
    , m_tone(tone)
    , m_label(new QLabel(this))
    , m_close(new QToolButton(this))
{
    m_label->setWordWrap(true);
    m_label->setTextFormat(Qt::PlainText);
    m_label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_close->setIcon(ui::icon(IconName::Close));
    m_close->setAutoRaise(true);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(8, 4, 8, 4); // equal, since margins are not mirrored
    layout->addSpacing(8);
    layout->addWidget(m_label, 1);
    layout->addWidget(m_close, 0, Qt::AlignTop);
    connect(m_close, &QToolButton::clicked, this, [this] {
        setSentence({});
        Q_EMIT dismissed();
    });
    retranslate();
    recolour();
    hide();
}

void NoticeBar::setSentence(const QString &sentence)
{
    m_label->setText(sentence);
    setVisible(!sentence.isEmpty());
    if (sentence.isEmpty())
        return;
    QAccessibleEvent event(m_label, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

QString NoticeBar::sentence() const
{
    return m_label->text();
}

void NoticeBar::setDismissible(bool dismissible)
{
    m_close->setVisible(dismissible);
}

void NoticeBar::setRounded(bool rounded)
{
    m_rounded = rounded;
    layout()->setContentsMargins(rounded ? QMargins(4, 4, 4, 4) : QMargins(8, 4, 8, 4));
    update();
}

void NoticeBar::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_tone == Tone::Danger ? theme.dangerGround : theme.warnGround);
    const int radius = m_rounded ? measure::controlRadius : 0;
    painter.drawRoundedRect(rect(), radius, radius);
}

void NoticeBar::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    if (event->type() == QEvent::PaletteChange)
        recolour();
}

void NoticeBar::retranslate()
{
    m_close->setAccessibleName(tr("Dismiss"));
    m_close->setToolTip(tr("Dismiss"));
}

void NoticeBar::recolour()
{
    const Theme &theme = Theme::of(palette());
    const QColor ink = m_tone == Tone::Danger ? theme.danger : theme.warn;
    if (m_label->palette().color(QPalette::WindowText) == ink)
        return;
    QPalette inked = m_label->palette();
    inked.setColor(QPalette::WindowText, ink);
    m_label->setPalette(inked);
}

} // namespace conversure::ui
