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
#include <QSpacerItem>
#include <QToolButton>

namespace conversure::ui {

namespace {

struct ToneColors {
    QColor ink, ground;
};

ToneColors colorsOf(NoticeBar::Tone tone, const Theme &theme)
{
    switch (tone) {
    case NoticeBar::Tone::Warning:
        break;
    case NoticeBar::Tone::Danger:
        return {theme.danger, theme.dangerGround};
    case NoticeBar::Tone::Success:
        return {theme.text, theme.selected};
    }
    return {theme.warn, theme.warnGround};
}

} // namespace

NoticeBar::NoticeBar(Tone tone, QWidget *parent)
    : QWidget(parent)
    , m_tone(tone)
    , m_label(new QLabel(this))
    , m_close(new QToolButton(this))
    , m_end(new QSpacerItem(0, 0))
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
    layout->addSpacerItem(m_end);
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

void NoticeBar::setFigure(const QString &sentence)
{
    m_label->setText(sentence);
}

QString NoticeBar::sentence() const
{
    return m_label->text();
}

void NoticeBar::setDismissible(bool dismissible)
{
    m_close->setVisible(dismissible);
    setMargins();
}

void NoticeBar::setRounded(bool rounded)
{
    m_rounded = rounded;
    setMargins();
    update();
}

void NoticeBar::setMargins()
{
    const bool alone = m_close->isHidden(); // the button brings room of its own
    layout()->setContentsMargins(m_rounded ? QMargins(4, alone ? 8 : 4, 4, alone ? 8 : 4) : QMargins(8, 4, 8, 4));
    m_end->changeSize(alone ? 8 : 0, 0);
    layout()->invalidate();
}

void NoticeBar::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colorsOf(m_tone, theme).ground);
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
    const QColor ink = colorsOf(m_tone, Theme::of(palette())).ink;
    if (m_label->palette().color(QPalette::WindowText) == ink)
        return;
    QPalette inked = m_label->palette();
    inked.setColor(QPalette::WindowText, ink);
    m_label->setPalette(inked);
}

} // namespace conversure::ui
