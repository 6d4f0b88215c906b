// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "ui/widgets/Avatar.h"
#include "ui/widgets/Icon.h"
#include "ui/widgets/TextDrawing.h"
#include "ui/widgets/Theme.h"

#include <QImage>
#include <QPainter>

#include <cmath>

using namespace conversure::ui;

namespace {

double channel(double value)
{
    return value <= 0.03928 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double luminance(const QColor &color)
{
    return 0.2126 * channel(color.redF()) + 0.7152 * channel(color.greenF()) + 0.0722 * channel(color.blueF());
}

double contrast(const QColor &a, const QColor &b)
{
    const double lighter = std::max(luminance(a), luminance(b));
    const double darker = std::min(luminance(a), luminance(b));
    return (lighter + 0.05) / (darker + 0.05);
}

struct Pair {
    const char *name;
    QColor ink, ground;
};

QList<Pair> textPairs(const Theme &t)
{
    QList<Pair> pairs;
    for (const QColor &ground :
        {t.window, t.base, t.raised, t.hover, t.selected, t.bubbleIn, t.bubbleOut, t.noteGround}) {
        pairs << Pair{"text", t.text, ground} << Pair{"muted", t.muted, ground};
    }
    for (const QColor &ground : {t.window, t.base, t.raised, t.hover})
        pairs << Pair{"faint", t.faint, ground};
    for (const QColor &ground : {t.base, t.hover, t.selected})
        pairs << Pair{"accent", t.accent, ground} << Pair{"danger", t.danger, ground};
    for (const QColor &ground : {t.bubbleIn, t.bubbleOut}) {
        pairs << Pair{"link", t.link, ground} << Pair{"tick", t.readTick, ground} << Pair{"danger", t.danger, ground}
              << Pair{"warn", t.warn, ground};
    }
    pairs << Pair{"on accent", t.onAccent, t.accent} << Pair{"danger", t.danger, t.dangerGround}
          << Pair{"warn", t.warn, t.warnGround} << Pair{"ok", t.ok, t.window} << Pair{"info", t.info, t.window};
    for (const QColor &ground : t.avatars)
        pairs << Pair{"initials", t.onAvatar, ground};
    return pairs;
}

} // namespace

class ThemeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyTextPairIsReadable()
    {
        for (const Theme *theme : {&Theme::day(), &Theme::night()}) {
            const auto pairs = textPairs(*theme);
            for (const Pair &pair : pairs) {
                const double ratio = contrast(pair.ink, pair.ground);
                QVERIFY2(ratio >= 4.5,
                    qPrintable(QStringLiteral("%1 %2 on %3: %4")
                                   .arg(QLatin1StringView(pair.name), pair.ink.name(), pair.ground.name())
                                   .arg(ratio)));
            }
        }
    }

    void thePaletteKnowsItsTheme()
    {
        QCOMPARE(&Theme::of(Theme::day().palette()), &Theme::day());
        QCOMPARE(&Theme::of(Theme::night().palette()), &Theme::night());
    }

    void initialsAreOfPeople()
    {
        QCOMPARE(initials(QStringLiteral("Layla Haddad")), QStringLiteral("LH"));
        QCOMPARE(initials(QStringLiteral("Hamad bin Rashid Al Falasi")), QStringLiteral("HF"));
        QCOMPARE(initials(QStringLiteral("Екатерина Волкова")), QStringLiteral("ЕВ"));
        QCOMPARE(initials(QStringLiteral("نور عبد الله")), QStringLiteral("ن"));
        QCOMPARE(initials(QStringLiteral("🙂 Anna")), QStringLiteral("A"));
        QCOMPARE(initials(QStringLiteral("+971 50 ••• ••33")), QString());
    }

    void iconsAreThereAndTinted()
    {
        for (int name = 0; name <= static_cast<int>(IconName::User); ++name) {
            const QImage image = iconPixmap(static_cast<IconName>(name), Qt::red, 20, 1.0).toImage();
            int red = 0;
            for (int y = 0; y < image.height(); ++y) {
                for (int x = 0; x < image.width(); ++x)
                    red += qRed(image.pixel(x, y)) > 100 && qBlue(image.pixel(x, y)) == 0 ? 1 : 0;
            }
            QVERIFY2(red > 15, qPrintable(QString::number(name)));
        }
    }

    void aTintedIconCanBeMirrored()
    {
        const QImage plain = iconPixmap(IconName::Back, Qt::black, 20, 1.0).toImage();
        const QImage mirrored = iconPixmap(IconName::Back, Qt::black, 20, 1.0, true).toImage();
        QCOMPARE(mirrored, plain.mirrored(true, false));
    }

    void dotsOfArabicAreOnTheLeft()
    {
        QImage image(120, 30, QImage::Format_ARGB32_Premultiplied);
        image.fill(Qt::white);
        QPainter painter(&image);
        const Qt::LayoutDirection before = painter.layoutDirection();
        const QString text = QStringLiteral("هل يمكننا زيارة الشقة غداً أو بعد غد في الصباح");
        drawLine(painter, image.rect(), Qt::AlignLeft, QFont(QStringLiteral("Noto Sans Arabic"), 12), Qt::black, text);
        QCOMPARE(painter.layoutDirection(), before);
        painter.end();
        // Three dots on the base line and nothing above them: the left edge has little ink, the right edge has much.
        const auto ink = [&image](int from, int to) {
            int dark = 0;
            for (int y = 0; y < image.height(); ++y) {
                for (int x = from; x < to; ++x)
                    dark += qGray(image.pixel(x, y)) < 128 ? 1 : 0;
            }
            return dark;
        };
        QVERIFY(ink(0, 10) < ink(110, 120) / 2 + 6);
    }
};

CONVERSURE_TEST(ThemeTest)
#include "ThemeTest.moc"
