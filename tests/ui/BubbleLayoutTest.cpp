// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "ui/inbox/BubbleLayout.h"
#include "ui/inbox/BubblePainter.h"
#include "ui/widgets/Theme.h"

#include <QApplication>
#include <QImage>
#include <QPainter>

using namespace conversure;
using namespace conversure::ui;

namespace {

constexpr int pane = 700;
const QString arabic = QStringLiteral("شكراً لك");

BubbleLayout layOut(const QString &text, bool outbound = false, Qt::LayoutDirection direction = Qt::LeftToRight)
{
    BubbleContent content;
    content.text = text;
    content.time = QStringLiteral("10:42");
    content.outbound = outbound;
    return BubbleLayout(content, pane, direction, {Theme::day().link, Theme::day().muted});
}

QImage paint(const BubbleLayout &layout, const BubbleState &state = {})
{
    QImage image(pane, layout.height() + 20, QImage::Format_ARGB32_Premultiplied);
    image.fill(Theme::day().window);
    QPainter painter(&image);
    paintBubble(painter, layout, QPoint(0, 0), state, Theme::day().palette());
    return image;
}

/// How many pixels of \a rect are nearly as dark as the text.
int inkIn(const QImage &image, const QRect &rect)
{
    int ink = 0;
    for (int y = rect.top(); y <= rect.bottom(); ++y) {
        for (int x = rect.left(); x <= rect.right(); ++x)
            ink += image.rect().contains(x, y) && qGray(image.pixel(x, y)) < 90 ? 1 : 0;
    }
    return ink;
}

} // namespace

class BubbleLayoutTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void inboundLeadsAndOutboundTrails()
    {
        for (const Qt::LayoutDirection direction : {Qt::LeftToRight, Qt::RightToLeft}) {
            const BubbleLayout in = layOut(QStringLiteral("Hello"), false, direction);
            const BubbleLayout out = layOut(QStringLiteral("Hello"), true, direction);
            const BubbleLayout &left = direction == Qt::LeftToRight ? in : out;
            const BubbleLayout &right = direction == Qt::LeftToRight ? out : in;
            QCOMPARE(left.bubble().left(), 16);
            QCOMPARE(right.bubble().right(), pane - 16 - 1);
        }
    }

    void everythingIsInsideTheBubble_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("one word") << QStringLiteral("Hi");
        QTest::newRow("long") << QStringLiteral("A sentence that goes on ").repeated(20);
        QTest::newRow("one endless word") << QStringLiteral("x").repeated(400);
        QTest::newRow("arabic") << arabic;
        QTest::newRow("long arabic") << QStringLiteral("هل يمكننا زيارة الشقة غداً ").repeated(12);
        QTest::newRow("mixed") << QStringLiteral("السعر 2,400,000 AED نهائي 👍");
        QTest::newRow("lines") << QStringLiteral("one\ntwo\n\nfour");
    }

    void everythingIsInsideTheBubble()
    {
        QFETCH(QString, text);
        for (const Qt::LayoutDirection direction : {Qt::LeftToRight, Qt::RightToLeft}) {
            for (const bool outbound : {false, true}) {
                BubbleContent content;
                content.text = text;
                content.time = QStringLiteral("10:42");
                content.notice = QStringLiteral("It was not sent. Try again.");
                content.actions = QStringList{QStringLiteral("Try again"), QStringLiteral("It was not sent")};
                content.outbound = outbound;
                const BubbleLayout layout(content, pane, direction, {Theme::day().link, Theme::day().muted});
                for (const QRect &part :
                    {layout.textRect(), layout.timeRect(), layout.noticeRect(), layout.actionRects().front()})
                    QVERIFY2(layout.bubble().contains(part), qPrintable(text));
                QVERIFY(outbound == !layout.tickRect().isEmpty());
                QVERIFY(!layout.timeRect().intersects(layout.noticeRect()));
                QVERIFY(!layout.noticeRect().intersects(layout.actionRects().front()));
                QVERIFY(layout.bubble().width() <= pane * 72 / 100);
            }
        }
    }

    void theTimeStandsBesideAShortText()
    {
        const BubbleLayout layout = layOut(QStringLiteral("Thanks"));
        QVERIFY(layout.timeRect().left() > layout.textRect().right());
        QVERIFY(layout.timeRect().top() < layout.textRect().bottom());
    }

    void theTimeStandsAtTheFreeEndOfTheLastLine()
    {
        for (const bool outbound : {false, true}) {
            const BubbleLayout in = layOut(arabic, outbound);
            QVERIFY(in.timeRect().right() < in.textRect().left());
            QVERIFY(in.timeRect().top() < in.textRect().bottom());
            QVERIFY(!in.tickRect().intersects(in.textRect()));
            const BubbleLayout latin = layOut(QStringLiteral("Thanks"), outbound, Qt::RightToLeft);
            QVERIFY(latin.timeRect().left() > latin.textRect().right());
            QVERIFY(latin.timeRect().top() < latin.textRect().bottom());
            QVERIFY(!latin.tickRect().intersects(latin.textRect()));
        }
    }

    void theTimeNeverCoversTheText()
    {
        for (int words = 1; words < 40; ++words) {
            const BubbleLayout layout = layOut(QStringLiteral("word ").repeated(words).trimmed());
            const QTextLine last = layout.text().lineAt(layout.text().lineCount() - 1);
            const QRectF lastLine = last.naturalTextRect().translated(layout.textOrigin());
            QVERIFY2(!lastLine.intersects(QRectF(layout.timeRect()).adjusted(0, 4, 0, -4)),
                qPrintable(QString::number(words)));
        }
    }

    void aShortArabicTextIsDrawnInsideItsBubble()
    {
        for (const Qt::LayoutDirection direction : {Qt::LeftToRight, Qt::RightToLeft}) {
            for (const bool outbound : {false, true}) {
                const BubbleLayout layout = layOut(arabic, outbound, direction);
                const QImage image = paint(layout);
                const int inside = inkIn(image, layout.textRect());
                const int everywhere = inkIn(image, image.rect());
                QVERIFY2(inside > 40, qPrintable(QString::number(inside)));
                // What is left is the time's digits at most.
                QVERIFY(everywhere - inside <= inkIn(image, layout.timeRect().adjusted(-2, -2, 2, 2)));
            }
        }
    }

    void arabicEndsAtTheRightOfItsBubble()
    {
        const BubbleLayout layout = layOut(arabic + u'\n' + arabic.repeated(4));
        QCOMPARE(layout.textRect().right(), layout.bubble().right() - 12);
        const QTextLine first = layout.text().lineAt(0);
        const qreal right = first.naturalTextRect().right() + layout.textOrigin().x();
        QVERIFY2(qAbs(right - layout.textRect().right()) <= 2,
            qPrintable(QStringLiteral("%1 %2").arg(right).arg(layout.textRect().right())));
    }

    void linksAreHttpOnly()
    {
        const auto links = findLinks(QStringLiteral("See https://example.com/a_b?c=1, http://example.org. Not "
                                                    "file:///etc/passwd nor javascript:alert(1) or ftp://x"));
        QCOMPARE(links.size(), size_t(2));
        QCOMPARE(links[0].url, QUrl(QStringLiteral("https://example.com/a_b?c=1")));
        QCOMPARE(links[1].url, QUrl(QStringLiteral("http://example.org")));
    }

    void aLinkIsFoundUnderThePointer()
    {
        const BubbleLayout layout = layOut(QStringLiteral("Look https://example.com now"));
        const QTextLine line = layout.text().lineAt(0);
        const qreal x = layout.textOrigin().x() + line.cursorToX(10);
        const qreal y = layout.textOrigin().y() + line.height() / 2;
        QCOMPARE(layout.linkAt({x, y}), 0);
        QCOMPARE(layout.linkAt({layout.textOrigin().x() + 2, y}), -1);
    }

    void aFailureIsOutlined()
    {
        BubbleState failed;
        failed.status = MessageStatus::Failed;
        const BubbleLayout layout = layOut(QStringLiteral("Hello"), true);
        const QPoint edge(layout.bubble().center().x(), layout.bubble().top());
        const QColor color(paint(layout, failed).pixel(edge));
        QVERIFY(color.red() > 2 * color.green());
    }

    void emojiAreColoured()
    {
        const BubbleLayout layout = layOut(QStringLiteral("😂👍"));
        const QImage image = paint(layout);
        int coloured = 0;
        for (int y = layout.textRect().top(); y <= layout.textRect().bottom(); ++y) {
            for (int x = layout.textRect().left(); x <= layout.textRect().right(); ++x)
                coloured += QColor(image.pixel(x, y)).saturation() > 150 ? 1 : 0;
        }
        QVERIFY2(coloured > 60, qPrintable(QString::number(coloured)));
    }
};

CONVERSURE_TEST(BubbleLayoutTest)
#include "BubbleLayoutTest.moc"
