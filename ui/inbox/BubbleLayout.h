// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QRect>
#include <QString>
#include <QStringList>
#include <QTextLayout>
#include <QUrl>

#include <memory>
#include <vector>

namespace conversure::ui {

/// What a bubble shows, as text.
struct BubbleContent {
    QString label; ///< Stands small over the text; empty for most.
    QString text;
    int headerLength = 0; ///< So many characters of the text are a heading …
    int footerLength = 0; ///< … and so many at its end a footer.
    QString time;
    QString notice; ///< Why it failed and what to do; empty for most.
    QStringList actions; ///< What its buttons say.
    QString day; ///< Stands above the bubble when a new day begins.
    bool outbound = false;
    bool startsGroup = true; ///< Another sender or more than five minutes since the message before.
    bool endsGroup = true;
};

/// The colours that are part of a text's layout.
struct BubbleInks {
    QColor link;
    QColor muted;
};

/// The geometry of one message: text, width and direction in, rectangles out. Coordinates are relative to the row's top
/// left corner. Knows nothing of models and does not paint.
class BubbleLayout
{
public:
    struct Link {
        int start = 0;
        int length = 0;
        QUrl url;
    };

    BubbleLayout(BubbleContent content, int paneWidth, Qt::LayoutDirection direction, const BubbleInks &inks);

    const BubbleContent &content() const { return m_content; }
    int height() const { return m_height; }
    QRect bubble() const { return m_bubble; }
    QRect textRect() const { return m_text; } ///< What the glyphs of the text fill.
    QRect timeRect() const { return m_time; }
    QRect tickRect() const { return m_tick; } ///< Empty for inbound.
    QRect noticeRect() const { return m_notice; }
    QRect labelRect() const { return m_label; }
    const std::vector<QRect> &actionRects() const { return m_actions; }
    int actionAt(const QPoint &point) const; ///< Index into actionRects(), −1 for none.
    QRect dayRect() const { return m_day; }
    bool senderIsRight() const { return m_senderIsRight; }

    const QTextLayout &text() const { return *m_textLayout; }
    const QTextLayout *notice() const { return m_noticeLayout.get(); }
    QPointF textOrigin() const { return m_textOrigin; } ///< Where to draw text().
    QPointF noticeOrigin() const { return m_noticeOrigin; }

    /// The character position in text() nearest to a point of the row.
    int positionAt(const QPointF &point) const;
    const std::vector<Link> &links() const { return m_links; }
    int linkAt(const QPointF &point) const; ///< Index into links(), −1 for none.

    /// A quick guess of height() from the number of characters, for rows that have not been laid out.
    static int estimate(qsizetype characters, int paneWidth);

private:
    void placeDay(int paneWidth);
    void placeLabel(int width);
    QList<QTextLayout::FormatRange> textFormats(const BubbleInks &inks) const;
    void layOutText(int width, const BubbleInks &inks);
    void layOutNotice(int width);
    void placeActions(int width);
    void placeFooter(int textLimit);
    void placeBubble(int paneWidth);
    void moveInside(const QPoint &origin, int innerWidth);

    BubbleContent m_content;
    Qt::LayoutDirection m_direction;
    std::unique_ptr<QTextLayout> m_textLayout;
    std::unique_ptr<QTextLayout> m_noticeLayout;
    std::vector<Link> m_links;
    QRect m_bubble, m_label, m_text, m_time, m_tick, m_notice, m_day;
    std::vector<QRect> m_actions;
    QPointF m_textOrigin, m_noticeOrigin;
    int m_innerWidth = 0;
    int m_innerHeight = 0;
    int m_height = 0;
    bool m_senderIsRight = false;
    bool m_footerLeads = false; ///< Time and tick stand before the last line instead of after it.
};

/// The http and https addresses in a text; nothing else is ever a link.
std::vector<BubbleLayout::Link> findLinks(const QString &text);

} // namespace conversure::ui
