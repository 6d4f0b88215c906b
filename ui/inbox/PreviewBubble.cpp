// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/PreviewBubble.h"

#include "ui/inbox/TextFlow.h"
#include "ui/widgets/Fonts.h"
#include "ui/widgets/TextDrawing.h"
#include "ui/widgets/Theme.h"

#include <QEvent>
#include <QFontMetrics>
#include <QJsonObject>
#include <QPainter>
#include <QPainterPath>
#include <QRegularExpression>
#include <QStyle>

namespace conversure::ui {

namespace {

constexpr int paddingX = 12;
constexpr int paddingY = 9;
constexpr int partGap = 5;
constexpr int mediaHeight = 96;
constexpr int mediaMargin = 4;
constexpr int buttonHeight = 34;
constexpr int glyphSize = 16;
constexpr int narrowest = 180;
constexpr int widest = 420;

QString textOf(const QJsonObject &object, const char *key)
{
    return object.value(QLatin1StringView(key)).toString();
}

QJsonObject componentOf(const TemplateRow &row, const QString &part)
{
    for (const QJsonValue &value : row.components) {
        if (textOf(value.toObject(), "type").compare(part, Qt::CaseInsensitive) == 0)
            return value.toObject();
    }
    return {};
}

IconName buttonGlyph(const QString &kind)
{
    if (kind == QLatin1StringView("URL"))
        return IconName::ExternalLink;
    if (kind == QLatin1StringView("PHONE_NUMBER") || kind == QLatin1StringView("VOICE_CALL"))
        return IconName::Phone;
    return kind == QLatin1StringView("COPY_CODE") ? IconName::Copy : IconName::Reply;
}

std::optional<IconName> mediaGlyph(const QString &format)
{
    if (format == QLatin1StringView("IMAGE"))
        return IconName::Image;
    if (format == QLatin1StringView("VIDEO"))
        return IconName::Video;
    if (format == QLatin1StringView("DOCUMENT"))
        return IconName::FileText;
    return std::nullopt;
}

/// A part with its values, and where they stand.
struct Filled {
    struct Place {
        int start = 0;
        int length = 0;
        QString key;
        bool missing = false;
    };
    QString text;
    QList<Place> places;
};

Filled filledText(const QString &text, const QString &part, const TemplateValues &values)
{
    static const QRegularExpression variable(QStringLiteral("\\{\\{\\s*([A-Za-z0-9_]+)\\s*\\}\\}"));
    Filled out;
    qsizetype done = 0;
    for (auto found = variable.globalMatch(text); found.hasNext();) {
        const QRegularExpressionMatch match = found.next();
        const QString value = cleanValue(values.value(part, match.captured(1)));
        out.text += QStringView(text).mid(done, match.capturedStart() - done);
        const QString shown = value.isEmpty() ? match.captured() : value;
        out.places.append(
            {static_cast<int>(out.text.size()), static_cast<int>(shown.size()), match.captured(1), value.isEmpty()});
        out.text += shown;
        done = match.capturedEnd();
    }
    out.text += QStringView(text).mid(done);
    return out;
}

} // namespace

PreviewBubble::PreviewBubble(QWidget *parent)
    : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void PreviewBubble::setTemplate(const TemplateRow &row, const TemplateValues &values)
{
    m_row = row;
    m_values = values;
    m_buttons.clear();
    const QJsonArray buttons =
        componentOf(row, QStringLiteral("buttons")).value(QLatin1StringView("buttons")).toArray();
    for (const QJsonValue &value : buttons) {
        const QJsonObject button = value.toObject();
        m_buttons.append({buttonGlyph(textOf(button, "type")), textOf(button, "text")});
    }
    const std::optional<IconName> glyph = mediaGlyph(textOf(componentOf(row, QStringLiteral("header")), "format"));
    m_media.reset();
    if (glyph)
        m_media = Button{*glyph, conversure::render(row, values).header};
    relayout();
}

void PreviewBubble::clear()
{
    m_row.reset();
    m_buttons.clear();
    m_media.reset();
    relayout();
}

void PreviewBubble::setCurrent(const TemplateField &field)
{
    if (field == m_current)
        return;
    m_current = field;
    relayout();
}

QString PreviewBubble::text() const
{
    if (!m_row)
        return {};
    const TemplateText text = conversure::render(*m_row, m_values);
    QStringList parts{text.header, text.body, text.footer};
    parts << text.buttons;
    parts.removeAll(QString());
    return parts.join(u'\n');
}

void PreviewBubble::relayout()
{
    m_laidOutFor = -1;
    updateGeometry();
    update();
}

std::unique_ptr<QTextLayout> PreviewBubble::layoutOf(const QString &part) const
{
    const Theme &theme = Theme::of(palette());
    const Filled filled = filledText(textOf(componentOf(*m_row, part), "text"), part, m_values);
    const bool footer = part == QLatin1StringView("footer");
    const TextRole role = footer              ? TextRole::Chip
        : part == QLatin1StringView("header") ? TextRole::BodyStrong
                                              : TextRole::Body;
    auto layout = std::make_unique<QTextLayout>(withLineSeparators(filled.text), ui::font(role));
    QList<QTextLayout::FormatRange> formats;
    if (footer) {
        QTextCharFormat quiet;
        quiet.setForeground(theme.muted);
        formats.append({0, static_cast<int>(filled.text.size()), quiet});
    }
    for (const Filled::Place &place : filled.places) {
        const bool current = part == m_current.part && place.key == m_current.key;
        if (!current && !place.missing)
            continue;
        QTextCharFormat format;
        format.setForeground(current ? theme.onAccent : theme.warn);
        format.setBackground(current ? theme.accent : theme.warnGround);
        formats.append({place.start, place.length, format});
    }
    layout->setFormats(formats);
    return layout;
}

void PreviewBubble::addText(const QString &part, int inner) const
{
    if (textOf(componentOf(*m_row, part), "text").isEmpty())
        return;
    Part added;
    added.layout = layoutOf(part);
    const QSize size = flowText(*added.layout, inner);
    const int top = m_parts.empty() ? 0 : m_parts.back().rect.bottom() + 1 + partGap;
    added.rect = QRect(QPoint(0, top), size);
    m_parts.push_back(std::move(added));
}

void PreviewBubble::layOut(int width) const
{
    if (width == m_laidOutFor)
        return;
    m_laidOutFor = width;
    m_parts.clear();
    m_buttonRects.clear();
    m_mediaRect = m_bubble = {};
    if (!m_row)
        return;
    const int limit = std::clamp(width, narrowest, widest);
    for (const QLatin1StringView part :
        {QLatin1StringView("header"), QLatin1StringView("body"), QLatin1StringView("footer")}) {
        if (!m_media || part != QLatin1StringView("header"))
            addText(part, limit - 2 * paddingX);
    }
    int natural = m_media || !m_buttons.isEmpty() ? std::min(limit, 260) - 2 * paddingX : 0;
    for (const Part &part : m_parts)
        natural = std::max(natural, part.rect.width());
    const int bubbleWidth = natural + 2 * paddingX;
    // A message of ours stands at the trailing side.
    const int left = layoutDirection() == Qt::RightToLeft ? 0 : width - bubbleWidth;
    int y = 0;
    if (m_media) {
        m_mediaRect = QRect(left + mediaMargin, mediaMargin, bubbleWidth - 2 * mediaMargin, mediaHeight);
        y = m_mediaRect.bottom() + 1 - paddingY / 2;
    }
    y += paddingY;
    const int textTop = y;
    for (Part &part : m_parts) {
        const bool rightToLeft = part.layout->text().isRightToLeft();
        const int x = left + paddingX + (rightToLeft ? natural - part.rect.width() : 0);
        part.rect.moveTopLeft({x, textTop + part.rect.top()});
        part.origin =
            part.rect.topLeft() + QPointF(flowShift(*part.layout, part.rect.width(), limit - 2 * paddingX), 0);
        y = part.rect.bottom() + 1;
    }
    y += paddingY;
    for (qsizetype i = 0; i < m_buttons.size(); ++i) {
        m_buttonRects.emplace_back(left, y, bubbleWidth, buttonHeight);
        y += buttonHeight;
    }
    m_bubble = QRect(left, 0, bubbleWidth, y);
}

int PreviewBubble::heightForWidth(int width) const
{
    layOut(width);
    return m_bubble.height();
}

QSize PreviewBubble::sizeHint() const
{
    return {widest, heightForWidth(widest)};
}

void PreviewBubble::paintEvent(QPaintEvent *)
{
    layOut(width());
    if (!m_row)
        return;
    const Theme &theme = Theme::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.bubbleOut);
    painter.drawRoundedRect(m_bubble, measure::bubbleRadius, measure::bubbleRadius);
    paintMedia(painter);
    painter.setPen(theme.text);
    for (const Part &part : m_parts)
        part.layout->draw(&painter, part.origin);
    paintButtons(painter);
}

void PreviewBubble::paintMedia(QPainter &painter) const
{
    if (!m_media)
        return;
    const Theme &theme = Theme::of(palette());
    QColor ground = theme.text;
    ground.setAlphaF(0.08F);
    painter.setBrush(ground);
    painter.drawRoundedRect(m_mediaRect, measure::bubbleRadius - mediaMargin, measure::bubbleRadius - mediaMargin);
    constexpr int size = 28;
    const QPoint glyph = m_mediaRect.center() - QPoint(size / 2, size / 2 + (m_media->text.isEmpty() ? 0 : 10));
    painter.drawPixmap(glyph, iconPixmap(m_media->glyph, theme.muted, size, devicePixelRatioF()));
    const QRect name(m_mediaRect.left() + paddingX, glyph.y() + size + 4, m_mediaRect.width() - 2 * paddingX, 16);
    drawLine(painter, name, Qt::AlignHCenter, ui::font(TextRole::Chip), theme.muted, m_media->text);
}

void PreviewBubble::paintButtons(QPainter &painter) const
{
    const Theme &theme = Theme::of(palette());
    QColor hairline = theme.text;
    hairline.setAlphaF(0.14F);
    const bool rightToLeft = layoutDirection() == Qt::RightToLeft;
    for (size_t i = 0; i < m_buttonRects.size(); ++i) {
        const QRect rect = m_buttonRects[i];
        const Button &button = m_buttons.at(static_cast<qsizetype>(i));
        painter.fillRect(QRect(rect.left(), rect.top(), rect.width(), 1), hairline);
        const QFont words = ui::font(TextRole::Body);
        const int room = rect.width() - 2 * paddingX - glyphSize - 6;
        const int width = std::min(room, QFontMetrics(words).horizontalAdvance(button.text) + 2);
        const int start = rect.left() + (rect.width() - width - glyphSize - 6) / 2;
        const QRect glyph(start, rect.center().y() - glyphSize / 2 + 1, glyphSize, glyphSize);
        const QRect text(glyph.right() + 7, rect.top() + 1, width, rect.height() - 1);
        painter.drawPixmap(QStyle::visualRect(layoutDirection(), rect, glyph).topLeft(),
            iconPixmap(button.glyph, theme.link, glyphSize, devicePixelRatioF(),
                rightToLeft && button.glyph == IconName::Reply));
        drawLine(painter, QStyle::visualRect(layoutDirection(), rect, text), Qt::AlignHCenter, words, theme.link,
            button.text);
    }
}

void PreviewBubble::resizeEvent(QResizeEvent *)
{
    m_laidOutFor = -1;
}

void PreviewBubble::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange
        || event->type() == QEvent::LayoutDirectionChange)
        relayout();
}

} // namespace conversure::ui
