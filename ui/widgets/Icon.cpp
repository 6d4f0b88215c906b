// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Icon.h"

#include "ui/widgets/Theme.h"

#include <QFile>
#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

namespace conversure::ui {

namespace {

QString fileName(IconName name)
{
    switch (name) {
    case IconName::ArrowDown:
        return QStringLiteral("arrow-down");
    case IconName::Back:
        return QStringLiteral("arrow-left");
    case IconName::Ban:
        return QStringLiteral("ban");
    case IconName::Check:
        return QStringLiteral("check");
    case IconName::CheckCheck:
        return QStringLiteral("check-check");
    case IconName::ChevronDown:
        return QStringLiteral("chevron-down");
    case IconName::CircleAlert:
        return QStringLiteral("circle-alert");
    case IconName::CircleQuestion:
        return QStringLiteral("circle-question-mark");
    case IconName::Clock:
        return QStringLiteral("clock");
    case IconName::Close:
        return QStringLiteral("x");
    case IconName::Copy:
        return QStringLiteral("copy");
    case IconName::ExternalLink:
        return QStringLiteral("external-link");
    case IconName::Eye:
        return QStringLiteral("eye");
    case IconName::EyeOff:
        return QStringLiteral("eye-off");
    case IconName::FileText:
        return QStringLiteral("file-text");
    case IconName::Image:
        return QStringLiteral("image");
    case IconName::Menu:
        return QStringLiteral("menu");
    case IconName::PanelRight:
        return QStringLiteral("panel-right");
    case IconName::Phone:
        return QStringLiteral("phone");
    case IconName::Reply:
        return QStringLiteral("reply");
    case IconName::Search:
        return QStringLiteral("search");
    case IconName::Template:
        return QStringLiteral("layout-template");
    case IconName::User:
        return QStringLiteral("user");
    case IconName::Video:
        return QStringLiteral("video");
    }
    return {};
}

bool points(IconName name)
{
    return name == IconName::Back || name == IconName::PanelRight || name == IconName::Reply;
}

QByteArray tintedSvg(IconName name, const QColor &color)
{
    QFile file(QStringLiteral(":/conversure/icons/%1.svg").arg(fileName(name)));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QByteArray svg = file.readAll();
    svg.replace("currentColor", color.name().toLatin1());
    svg.replace("stroke-width=\"2\"", "stroke-width=\"1.75\"");
    return svg;
}

QPixmap render(IconName name, const QColor &color, int size, qreal devicePixelRatio, bool mirrored)
{
    const int pixels = qRound(size * devicePixelRatio);
    QImage image(pixels, pixels, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QSvgRenderer renderer(tintedSvg(name, color));
    QPainter painter(&image);
    renderer.render(&painter);
    painter.end();
    if (mirrored)
        image = image.mirrored(true, false);
    image.setDevicePixelRatio(devicePixelRatio);
    return QPixmap::fromImage(image);
}

/// Resolves colour and direction when painted, so that buttons need not listen for palette and direction changes.
class TintedIconEngine : public QIconEngine
{
public:
    explicit TintedIconEngine(IconName name)
        : m_name(name)
    {
    }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        const QPixmap pixmap = scaled(rect.size(), mode, painter->device()->devicePixelRatioF());
        painter->drawPixmap(rect.topLeft(), pixmap);
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State) override { return scaled(size, mode, 1.0); }

    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State, qreal scale) override
    {
        return scaled(size / scale, mode, scale);
    }

    QIconEngine *clone() const override { return new TintedIconEngine(m_name); }

private:
    QPixmap scaled(const QSize &size, QIcon::Mode mode, qreal ratio) const
    {
        const Theme &theme = Theme::of(QGuiApplication::palette());
        const QColor color = mode == QIcon::Disabled ? theme.faint : theme.muted;
        const bool mirrored = points(m_name) && QGuiApplication::isRightToLeft();
        return iconPixmap(m_name, color, std::min(size.width(), size.height()), ratio, mirrored);
    }

    IconName m_name;
};

} // namespace

QPixmap iconPixmap(IconName name, const QColor &color, int size, qreal devicePixelRatio, bool mirrored)
{
    const QString key = QStringLiteral("conversure-icon/%1/%2/%3/%4/%5")
                            .arg(fileName(name), color.name())
                            .arg(size)
                            .arg(devicePixelRatio)
                            .arg(mirrored);
    QPixmap pixmap;
    if (!QPixmapCache::find(key, &pixmap)) {
        pixmap = render(name, color, size, devicePixelRatio, mirrored);
        QPixmapCache::insert(key, pixmap);
    }
    return pixmap;
}

QIcon icon(IconName name)
{
    return QIcon(new TintedIconEngine(name));
}

} // namespace conversure::ui
