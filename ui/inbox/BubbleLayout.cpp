// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/BubbleLayout.h"

#include "ui/inbox/TextFlow.h"
#include "ui/widgets/Fonts.h"
#include "ui/widgets/Theme.h"

#include <QFontMetrics>
#include <QRegularExpression>
#include <QStyle>
#include <QTextCharFormat>

#include <algorithm>
#include <cmath>

namespace conversure::ui {

namespace {

constexpr int paneMargin = 16;
constexpr int paddingX = 12;
constexpr int paddingTop = 7;
constexpr int paddingBottom = 7;
constexpr int footerGap = 10; // between the last line and a time beside it
constexpr int tickSize = 14;
constexpr int tickGap = 4;
constexpr int groupGap = 10;
constexpr int messageGap = 2;
constexpr int daySpace = 44;
constexpr int noticeGap = 6;
constexpr int actionHeight = 28;
constexpr int actionGap = 8;
constexpr int labelGap = 3;

int bubbleLimit(int paneWidth)
{
    const int column = std::min(paneWidth - 2 * paneMargin, measure::columnMaxWidth);
    return std::max(120, std::min({measure::bubbleMaxWidth, paneWidth * 72 / 100, column}));
}

bool endsAddress(QChar c)
{
    static const QString outside = QStringLiteral(".,;:!?)]}'\"»…،؛؟");
    return !outside.contains(c);
}

} // namespace

std::vector<BubbleLayout::Link> findLinks(const QString &text)
{
    static const QRegularExpression address(
        QStringLiteral("\\bhttps?://[^\\s<>\"]+"), QRegularExpression::CaseInsensitiveOption);
    std::vector<BubbleLayout::Link> links;
    auto matches = address.globalMatch(text);
    while (matches.hasNext()) {
        const QRegularExpressionMatch match = matches.next();
        QString found = match.captured();
        while (!found.isEmpty() && !endsAddress(found.back()))
            found.chop(1);
        const QUrl url(found, QUrl::StrictMode);
        if (url.isValid() && !url.host().isEmpty())
            links.push_back({static_cast<int>(match.capturedStart()), static_cast<int>(found.size()), url});
    }
    return links;
}

BubbleLayout::BubbleLayout(BubbleContent content, int paneWidth, Qt::LayoutDirection direction, const BubbleInks &inks)
    : m_content(std::move(content))
    , m_direction(direction)
{
    const int textLimit = bubbleLimit(paneWidth) - 2 * paddingX;
    placeDay(paneWidth);
    placeLabel(textLimit);
    layOutText(textLimit, inks);
    placeFooter(textLimit);
    layOutNotice(textLimit);
    placeActions(textLimit);
    placeBubble(paneWidth);
}

void BubbleLayout::placeDay(int paneWidth)
{
    if (m_content.day.isEmpty())
        return;
    const QFontMetrics metrics(font(TextRole::Chip));
    const QSize size(metrics.horizontalAdvance(m_content.day) + 24, metrics.height() + 6);
    m_day = QRect(QPoint((paneWidth - size.width()) / 2, (daySpace - size.height()) / 2), size);
}

void BubbleLayout::placeLabel(int width)
{
    if (m_content.label.isEmpty())
        return;
    const QFontMetrics metrics(font(TextRole::Chip));
    m_label = QRect(0, 0, std::min(width, metrics.horizontalAdvance(m_content.label) + 2), metrics.height());
    m_innerHeight = m_label.height() + labelGap;
}

QList<QTextLayout::FormatRange> BubbleLayout::textFormats(const BubbleInks &inks) const
{
    QList<QTextLayout::FormatRange> formats;
    const int length = static_cast<int>(m_content.text.size());
    if (m_content.headerLength > 0) {
        QTextCharFormat heading;
        heading.setFontWeight(QFont::DemiBold);
        formats.append({0, std::min(m_content.headerLength, length), heading});
    }
    if (m_content.footerLength > 0) {
        QTextCharFormat footer;
        footer.setForeground(inks.muted);
        footer.setProperty(QTextFormat::FontPixelSize, font(TextRole::Chip).pixelSize());
        const int footerLength = std::min(m_content.footerLength, length);
        formats.append({length - footerLength, footerLength, footer});
    }
    for (const Link &link : m_links) {
        QTextCharFormat format;
        format.setForeground(inks.link);
        format.setFontUnderline(true);
        formats.append({link.start, link.length, format});
    }
    return formats;
}

void BubbleLayout::layOutText(int width, const BubbleInks &inks)
{
    const int top = m_innerHeight;
    m_textLayout = std::make_unique<QTextLayout>(withLineSeparators(m_content.text), font(TextRole::Body));
    m_links = findLinks(m_content.text);
    m_textLayout->setFormats(textFormats(inks));
    const QSize size = flowText(*m_textLayout, width);
    m_text = QRect(QPoint(0, top), size);
    m_textOrigin = QPointF(flowShift(*m_textLayout, size.width(), width), top);
    m_innerWidth = std::max(size.width(), m_label.width());
    m_innerHeight = top + size.height();
}

void BubbleLayout::placeFooter(int textLimit)
{
    const QFontMetrics metrics(font(TextRole::Chip));
    const int timeWidth = metrics.horizontalAdvance(m_content.time);
    const int width = timeWidth + (m_content.outbound ? tickGap + tickSize : 0);
    const QTextLine last = m_textLayout->lineAt(m_textLayout->lineCount() - 1);
    const int lastWidth = static_cast<int>(std::ceil(last.naturalTextWidth()));
    const bool textIsRtl = m_textLayout->text().isRightToLeft();
    const bool beside = lastWidth + footerGap + width <= textLimit;
    // A line against the window's direction has its free end where the window's lines begin.
    m_footerLeads = beside && textIsRtl != (m_direction == Qt::RightToLeft);
    int top = m_innerHeight + 1;
    if (beside) {
        m_innerWidth = std::max(m_innerWidth, lastWidth + footerGap + width);
        top = m_text.top() + qRound(last.y() + last.ascent()) - metrics.ascent();
        m_innerHeight = std::max(m_innerHeight, top + metrics.height());
    } else {
        m_innerWidth = std::max(m_innerWidth, width);
        m_innerHeight = top + metrics.height();
    }
    m_time = QRect(0, top, timeWidth, metrics.height()); // horizontally placed once the width is known
    if (m_content.outbound)
        m_tick = QRect(0, top + (metrics.height() - tickSize) / 2, tickSize, tickSize);
}

void BubbleLayout::layOutNotice(int width)
{
    if (!m_content.notice.isEmpty()) {
        m_noticeLayout = std::make_unique<QTextLayout>(withLineSeparators(m_content.notice), font(TextRole::Preview));
        const QSize size = flowText(*m_noticeLayout, width);
        m_notice = QRect(QPoint(0, m_innerHeight + noticeGap), size);
        m_noticeOrigin = QPointF(flowShift(*m_noticeLayout, size.width(), width), m_notice.top());
        m_innerWidth = std::max(m_innerWidth, size.width());
        m_innerHeight = m_notice.bottom() + 1;
    }
}

void BubbleLayout::placeActions(int width)
{
    const QFontMetrics metrics(font(TextRole::Preview));
    QPoint next(0, m_innerHeight + noticeGap);
    for (const QString &action : m_content.actions) {
        const QSize size(metrics.horizontalAdvance(action) + 24, actionHeight);
        if (next.x() > 0 && next.x() + size.width() > width)
            next = QPoint(0, next.y() + actionHeight + actionGap);
        m_actions.emplace_back(next, size);
        next.rx() += size.width() + actionGap;
        m_innerWidth = std::max(m_innerWidth, m_actions.back().right() + 1);
        m_innerHeight = m_actions.back().bottom() + 2;
    }
}

void BubbleLayout::placeBubble(int paneWidth)
{
    const int column = std::min(paneWidth - 2 * paneMargin, measure::columnMaxWidth);
    const int left = (paneWidth - column) / 2;
    const int above = !m_content.day.isEmpty() ? daySpace : m_content.startsGroup ? groupGap : messageGap;
    const QSize size(m_innerWidth + 2 * paddingX, m_innerHeight + paddingTop + paddingBottom);
    m_senderIsRight = m_content.outbound == (m_direction == Qt::LeftToRight);
    m_bubble = QRect(QPoint(m_senderIsRight ? left + column - size.width() : left, above), size);
    m_height = above + size.height();
    moveInside(m_bubble.topLeft() + QPoint(paddingX, paddingTop), m_innerWidth);
}

void BubbleLayout::moveInside(const QPoint &origin, int innerWidth)
{
    const QRect inner(0, 0, innerWidth, 1);
    const auto visual = [&](const QRect &rect) {
        QRect moved = QStyle::visualRect(m_direction, inner, rect);
        moved.moveTop(rect.top());
        return moved.translated(origin);
    };
    const int tickSpace = m_content.outbound ? tickSize + tickGap : 0;
    const int footer = m_footerLeads ? 0 : innerWidth - m_time.width() - tickSpace;
    m_time.moveLeft(footer);
    m_tick.moveLeft(footer + m_time.width() + tickGap);
    m_time = visual(m_time);
    if (m_content.outbound)
        m_tick = visual(m_tick);
    // Text stands at the side its own script begins on, whatever the window's direction.
    const auto alignText = [&](QRect &rect, QPointF &point, const QTextLayout &layout) {
        const int shift = layout.text().isRightToLeft() ? innerWidth - rect.width() : 0;
        rect.translate(origin + QPoint(shift, 0));
        point += origin + QPointF(shift, 0);
    };
    alignText(m_text, m_textOrigin, *m_textLayout);
    if (m_noticeLayout)
        alignText(m_notice, m_noticeOrigin, *m_noticeLayout);
    if (!m_label.isEmpty())
        m_label = visual(m_label);
    for (QRect &action : m_actions)
        action = visual(action);
}

int BubbleLayout::actionAt(const QPoint &point) const
{
    const auto found =
        std::find_if(m_actions.begin(), m_actions.end(), [&](const QRect &rect) { return rect.contains(point); });
    return found == m_actions.end() ? -1 : static_cast<int>(found - m_actions.begin());
}

int BubbleLayout::positionAt(const QPointF &point) const
{
    const QPointF inside = point - m_textOrigin;
    for (int i = 0; i < m_textLayout->lineCount(); ++i) {
        const QTextLine line = m_textLayout->lineAt(i);
        if (inside.y() < line.y() + line.height() || i + 1 == m_textLayout->lineCount())
            return inside.y() < 0 ? 0 : line.xToCursor(inside.x());
    }
    return 0;
}

int BubbleLayout::linkAt(const QPointF &point) const
{
    if (m_links.empty() || !m_text.contains(point.toPoint()))
        return -1;
    const QPointF inside = point - m_textOrigin;
    for (int i = 0; i < m_textLayout->lineCount(); ++i) {
        const QTextLine line = m_textLayout->lineAt(i);
        if (inside.y() < line.y() || inside.y() >= line.y() + line.height() || !line.naturalTextRect().contains(inside))
            continue;
        const int position = line.xToCursor(inside.x(), QTextLine::CursorOnCharacter);
        for (size_t k = 0; k < m_links.size(); ++k) {
            if (position >= m_links[k].start && position < m_links[k].start + m_links[k].length)
                return static_cast<int>(k);
        }
    }
    return -1;
}

int BubbleLayout::estimate(qsizetype characters, int paneWidth)
{
    const int perLine = std::max(8, (bubbleLimit(paneWidth) - 2 * paddingX) / 7);
    const int lines = 1 + static_cast<int>(characters) / perLine;
    return lines * 18 + paddingTop + paddingBottom + messageGap;
}

} // namespace conversure::ui
