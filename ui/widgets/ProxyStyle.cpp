// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ProxyStyle.h"

#include "ui/widgets/ChoicePainting.h"
#include "ui/widgets/Theme.h"

#include <QPainter>
#include <QPainterPath>
#include <QStyleFactory>
#include <QStyleOption>

namespace conversure::ui {

namespace {

void paintFramed(QPainter &painter, const QRect &rect, const QColor &fill, const QColor &border)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(border, 1));
    painter.setBrush(fill);
    painter.drawRoundedRect(
        QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), measure::controlRadius, measure::controlRadius);
    painter.restore();
}

bool isPrimary(const QStyleOption *option)
{
    const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option);
    return button && button->features.testFlag(QStyleOptionButton::DefaultButton)
        && button->state.testFlag(QStyle::State_Enabled);
}

QColor pressedOrHovered(const QColor &color, const QStyleOption &option)
{
    if (option.state & QStyle::State_Sunken)
        return color.darker(115);
    return option.state & QStyle::State_MouseOver ? color.darker(107) : color;
}

void paintPushButton(QPainter &painter, const QStyleOption &option, const Theme &theme)
{
    if (isPrimary(&option)) {
        const QColor fill = pressedOrHovered(theme.accent, option);
        paintFramed(painter, option.rect, fill, fill);
        return;
    }
    const bool lively = option.state & (QStyle::State_Sunken | QStyle::State_MouseOver);
    const bool enabled = option.state & QStyle::State_Enabled;
    paintFramed(painter, option.rect, !enabled ? theme.window : lively ? theme.hover : theme.raised, theme.line);
}

void paintToolButton(QPainter &painter, const QStyleOption &option, const Theme &theme)
{
    const bool enabled = option.state & QStyle::State_Enabled;
    if (enabled && option.state & (QStyle::State_Sunken | QStyle::State_On | QStyle::State_MouseOver))
        paintFramed(painter, option.rect, theme.hover, theme.hover);
}

void paintScrollBar(QPainter &painter, const QStyle &style, const QStyleOptionSlider &option, const QWidget *widget)
{
    if (option.maximum <= option.minimum)
        return;
    const Theme &theme = Theme::of(option.palette);
    const QRect slider = style.subControlRect(QStyle::CC_ScrollBar, &option, QStyle::SC_ScrollBarSlider, widget);
    const bool lively = option.state & QStyle::State_MouseOver || option.activeSubControls & QStyle::SC_ScrollBarSlider;
    QColor color = theme.faint;
    color.setAlphaF(lively ? 0.75F : 0.35F);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    const QRectF thumb = QRectF(slider).adjusted(2, 2, -2, -2);
    const qreal radius = std::min(thumb.width(), thumb.height()) / 2;
    painter.drawRoundedRect(thumb, radius, radius);
    painter.restore();
}

QRect scrollBarPart(const QStyleOptionSlider &option, QStyle::SubControl part)
{
    const bool horizontal = option.orientation == Qt::Horizontal;
    const int length = horizontal ? option.rect.width() : option.rect.height();
    const int range = option.maximum - option.minimum;
    constexpr int shortest = 32;
    const qint64 share = range > 0 ? qint64(length) * option.pageStep / (qint64(range) + option.pageStep) : length;
    const int thumb = std::clamp(static_cast<int>(share), std::min(shortest, length), length);
    const int start = QStyle::sliderPositionFromValue(
        option.minimum, option.maximum, option.sliderPosition, length - thumb, option.upsideDown);
    const auto slice = [&](int from, int size) {
        return horizontal ? QRect(option.rect.x() + from, option.rect.y(), size, option.rect.height())
                          : QRect(option.rect.x(), option.rect.y() + from, option.rect.width(), size);
    };
    switch (part) {
    case QStyle::SC_ScrollBarGroove:
        return option.rect;
    case QStyle::SC_ScrollBarSlider:
        return slice(start, thumb);
    case QStyle::SC_ScrollBarSubPage:
        return slice(0, start);
    case QStyle::SC_ScrollBarAddPage:
        return slice(start + thumb, length - start - thumb);
    default:
        return {};
    }
}

} // namespace

void paintFocusRing(QPainter &painter, const QRectF &rect, qreal radius, const QPalette &palette)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(Theme::of(palette).accent, measure::focusRing));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius);
    painter.restore();
}

ProxyStyle::ProxyStyle()
    : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion")))
{
}

void ProxyStyle::drawPrimitive(
    PrimitiveElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    const Theme &theme = Theme::of(option->palette);
    switch (element) {
    case PE_PanelButtonCommand:
        paintPushButton(*painter, *option, theme);
        return;
    case PE_PanelButtonTool:
        paintToolButton(*painter, *option, theme);
        return;
    case PE_FrameLineEdit: {
        const bool focused = option->state & State_HasFocus;
        paintFramed(*painter, option->rect, Qt::transparent, theme.line);
        if (focused)
            paintFocusRing(*painter, option->rect, measure::controlRadius - 1, option->palette);
        return;
    }
    case PE_PanelLineEdit: {
        const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option);
        if (!frame || frame->lineWidth == 0)
            return;
        paintFramed(*painter, option->rect, option->palette.color(QPalette::Base), theme.line);
        drawPrimitive(PE_FrameLineEdit, option, painter, widget);
        return;
    }
    case PE_IndicatorCheckBox:
        paintCheckBox(*painter, *option);
        return;
    case PE_IndicatorRadioButton:
        paintRadioButton(*painter, *option);
        return;
    case PE_FrameFocusRect:
        paintFocusRing(*painter, option->rect, measure::controlRadius - 1, option->palette);
        return;
    default:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void ProxyStyle::drawControl(
    ControlElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    if (element == CE_Splitter) {
        painter->fillRect(option->rect, Theme::of(option->palette).line);
        return;
    }
    if (element == CE_PushButtonLabel && isPrimary(option)) {
        QStyleOptionButton button = *qstyleoption_cast<const QStyleOptionButton *>(option);
        button.palette.setColor(QPalette::ButtonText, Theme::of(option->palette).onAccent);
        QProxyStyle::drawControl(element, &button, painter, widget);
        return;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void ProxyStyle::drawComplexControl(
    ComplexControl control, const QStyleOptionComplex *option, QPainter *painter, const QWidget *widget) const
{
    const auto *slider = qstyleoption_cast<const QStyleOptionSlider *>(option);
    if (control == CC_ScrollBar && slider) {
        paintScrollBar(*painter, *this, *slider, widget);
        return;
    }
    const auto *combo = qstyleoption_cast<const QStyleOptionComboBox *>(option);
    if (control == CC_ComboBox && combo) {
        paintComboBox(*painter, *combo);
        return;
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

QRect ProxyStyle::subControlRect(
    ComplexControl control, const QStyleOptionComplex *option, SubControl part, const QWidget *widget) const
{
    const auto *slider = qstyleoption_cast<const QStyleOptionSlider *>(option);
    if (control == CC_ScrollBar && slider)
        return visualRect(option->direction, option->rect, scrollBarPart(*slider, part));
    if (control == CC_ComboBox && part == SC_ComboBoxEditField)
        return visualRect(option->direction, option->rect, option->rect.adjusted(10, 1, -comboArrowWidth, -1));
    if (control == CC_ComboBox && part == SC_ComboBoxArrow)
        return visualRect(option->direction, option->rect,
            QRect(option->rect.right() - comboArrowWidth + 1, option->rect.top(), comboArrowWidth,
                option->rect.height()));
    return QProxyStyle::subControlRect(control, option, part, widget);
}

QRect ProxyStyle::subElementRect(SubElement element, const QStyleOption *option, const QWidget *widget) const
{
    const QRect rect = QProxyStyle::subElementRect(element, option, widget);
    const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option);
    if (element != SE_LineEditContents || !frame || frame->lineWidth == 0)
        return rect;
    constexpr int padding = 8; // and the 2 px a line edit keeps to itself make 10
    return rect.adjusted(padding, 0, -padding, 0);
}

QSize ProxyStyle::sizeFromContents(
    ContentsType type, const QStyleOption *option, const QSize &size, const QWidget *widget) const
{
    QSize result = QProxyStyle::sizeFromContents(type, option, size, widget);
    if (type == CT_PushButton || type == CT_LineEdit || type == CT_ComboBox)
        result.setHeight(std::max(result.height(), measure::controlHeight));
    constexpr int aroundWords = 16;
    if (type == CT_PushButton)
        result.setWidth(std::max(result.width(), size.width() + 2 * aroundWords));
    constexpr int separator = 12;
    if (type == CT_MenuItem && result.height() > separator)
        result.setHeight(std::max(result.height(), 28));
    return result;
}

int ProxyStyle::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    switch (metric) {
    case PM_ScrollBarExtent:
        return measure::scrollBar;
    case PM_SplitterWidth:
        return 1;
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight:
        return 18;
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
        return 0;
    case PM_FocusFrameHMargin:
    case PM_FocusFrameVMargin:
        return measure::focusRing;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int ProxyStyle::styleHint(
    StyleHint hint, const QStyleOption *option, const QWidget *widget, QStyleHintReturn *data) const
{
    switch (hint) {
    case SH_ScrollBar_Transient:
    case SH_EtchDisabledText:
    case SH_ScrollView_FrameOnlyAroundContents:
        return 0;
    default:
        return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

} // namespace conversure::ui
