// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/StatusNote.h"

#include "ui/widgets/Fonts.h"
#include "ui/widgets/TextDrawing.h"
#include "ui/widgets/Theme.h"

#include <QAccessibleWidget>
#include <QFontMetrics>
#include <QPainter>
#include <QStyle>

namespace conversure::ui {

namespace {

constexpr int padding = 6;
constexpr int glyphSize = 14;
constexpr int gap = 5;
constexpr int meterWidth = 40;
constexpr int meterHeight = 4;

QAccessibleInterface *makeNoteAccessible(const QString &className, QObject *object)
{
    if (className != QLatin1StringView("conversure::ui::StatusNote"))
        return nullptr;
    auto *note = qobject_cast<StatusNote *>(object);
    // Without a name of its own, as in ElidedLabel.
    return note ? new QAccessibleWidget(note, QAccessible::StaticText) : nullptr;
}

void installNoteAccessibility()
{
    static const bool installed = [] {
        QAccessible::installFactory(makeNoteAccessible);
        return true;
    }();
    Q_UNUSED(installed)
}

} // namespace

StatusNote::StatusNote(std::optional<IconName> glyph, QWidget *parent)
    : QWidget(parent)
    , m_glyph(glyph)
{
    installNoteAccessibility();
    setFont(ui::font(TextRole::Chip));
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    hide();
}

void StatusNote::setNote(const QString &text, Tone tone, const QString &detail)
{
    setToolTip(detail);
    setAccessibleDescription(detail);
    if (text == m_text && tone == m_tone)
        return;
    m_text = text;
    m_tone = tone;
    setAccessibleName(text);
    setVisible(!text.isEmpty());
    updateGeometry();
    update();
}

void StatusNote::setShare(double share)
{
    if (qFuzzyCompare(share, m_share))
        return;
    m_share = share;
    updateGeometry();
    update();
}

int StatusNote::widthOfParts() const
{
    return 2 * padding + (m_glyph ? glyphSize + gap : 0) + (m_share >= 0 ? gap + 2 + meterWidth : 0);
}

QSize StatusNote::sizeHint() const
{
    const QFontMetrics metrics(font());
    return {widthOfParts() + metrics.horizontalAdvance(m_text) + 2, std::max(metrics.height(), glyphSize) + 6};
}

QSize StatusNote::minimumSizeHint() const
{
    return {std::min(sizeHint().width(), widthOfParts() + QFontMetrics(font()).averageCharWidth() * 4),
        sizeHint().height()};
}

QColor StatusNote::ink() const
{
    const Theme &theme = Theme::of(palette());
    switch (m_tone) {
    case Tone::Quiet:
        break;
    case Tone::Warning:
        return theme.warn;
    case Tone::Danger:
        return theme.danger;
    }
    return theme.muted;
}

void StatusNote::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_tone != Tone::Quiet) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_tone == Tone::Warning ? theme.warnGround : theme.dangerGround);
        painter.drawRoundedRect(rect(), 4, 4);
    }
    QRect words = rect().adjusted(padding, 0, -padding, 0);
    const auto visual = [this](const QRect &part) { return QStyle::visualRect(layoutDirection(), rect(), part); };
    if (m_glyph) {
        const QRect glyph(words.left(), (height() - glyphSize) / 2, glyphSize, glyphSize);
        painter.drawPixmap(visual(glyph).topLeft(), iconPixmap(*m_glyph, ink(), glyphSize, devicePixelRatioF()));
        words.setLeft(glyph.right() + 1 + gap);
    }
    if (m_share >= 0) {
        const QRect meter(words.right() - meterWidth + 1, (height() - meterHeight) / 2, meterWidth, meterHeight);
        paintMeter(painter, visual(meter));
        words.setRight(meter.left() - gap - 2);
    }
    drawLine(painter, visual(words), QStyle::visualAlignment(layoutDirection(), Qt::AlignLeft), font(), ink(), m_text);
}

void StatusNote::paintMeter(QPainter &painter, const QRect &rect) const
{
    const Theme &theme = Theme::of(palette());
    constexpr qreal round = meterHeight / 2.0;
    QColor track = theme.faint;
    track.setAlphaF(0.25F);
    painter.setPen(Qt::NoPen);
    painter.setBrush(track);
    painter.drawRoundedRect(rect, round, round);
    const int filled = m_share > 0 ? std::max(meterHeight, qRound(m_share * rect.width())) : 0;
    if (filled == 0)
        return;
    painter.setBrush(m_tone == Tone::Quiet ? theme.accent : ink());
    const QRect part(rect.left(), rect.top(), filled, rect.height());
    painter.drawRoundedRect(QStyle::visualRect(layoutDirection(), rect, part), round, round);
}

} // namespace conversure::ui
