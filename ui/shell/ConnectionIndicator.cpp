// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/ConnectionIndicator.h"

#include "models/ConnectionModel.h"
#include "ui/widgets/Fonts.h"
#include "ui/widgets/TextDrawing.h"
#include "ui/widgets/Theme.h"

#include <QAccessibleWidget>
#include <QEvent>
#include <QFontMetrics>
#include <QPainter>
#include <QStyle>

namespace conversure::ui {

namespace {

constexpr int dot = 8;
constexpr int gap = 6;

/// A label whose accessible name is what it is about and whose text is the state.
class IndicatorAccessible : public QAccessibleWidget, public QAccessibleTextInterface
{
public:
    explicit IndicatorAccessible(ConnectionIndicator &indicator)
        : QAccessibleWidget(&indicator, QAccessible::StaticText)
    {
    }

    void *interface_cast(QAccessible::InterfaceType type) override
    {
        if (type == QAccessible::TextInterface)
            return static_cast<QAccessibleTextInterface *>(this);
        return QAccessibleWidget::interface_cast(type);
    }

    QString text(QAccessible::Text kind) const override
    {
        return kind == QAccessible::Value ? content() : QAccessibleWidget::text(kind);
    }

    void selection(int, int *start, int *end) const override { *start = *end = 0; }
    int selectionCount() const override { return 0; }
    void addSelection(int, int) override { }
    void removeSelection(int) override { }
    void setSelection(int, int, int) override { }
    int cursorPosition() const override { return 0; }
    void setCursorPosition(int) override { }
    QString text(int start, int end) const override { return content().mid(start, end - start); }
    int characterCount() const override { return static_cast<int>(content().size()); }
    QRect characterRect(int) const override { return rect(); }
    int offsetAtPoint(const QPoint &) const override { return 0; }
    void scrollToSubstring(int, int) override { }
    QString attributes(int, int *start, int *end) const override
    {
        *start = 0;
        *end = characterCount();
        return {};
    }

private:
    QString content() const { return static_cast<const ConnectionIndicator *>(widget())->text(); }
};

QAccessibleInterface *makeIndicatorAccessible(const QString &className, QObject *object)
{
    if (className != QLatin1StringView("conversure::ui::ConnectionIndicator"))
        return nullptr;
    auto *indicator = qobject_cast<ConnectionIndicator *>(object);
    return indicator ? new IndicatorAccessible(*indicator) : nullptr;
}

void installIndicatorAccessibility()
{
    static const bool installed = [] {
        QAccessible::installFactory(makeIndicatorAccessible);
        return true;
    }();
    Q_UNUSED(installed)
}

QColor levelColor(models::ConnectionModel::Level level, const Theme &theme)
{
    switch (level) {
    case models::ConnectionModel::Level::Good:
        return theme.ok;
    case models::ConnectionModel::Level::Busy:
        return theme.info;
    case models::ConnectionModel::Level::Warning:
        return theme.warn;
    case models::ConnectionModel::Level::Bad:
        return theme.danger;
    }
    return theme.muted;
}

} // namespace

ConnectionIndicator::ConnectionIndicator(models::ConnectionModel &model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
{
    installIndicatorAccessibility();
    setFont(ui::font(TextRole::Chip));
    connect(&model, &models::ConnectionModel::changed, this, &ConnectionIndicator::follow);
    follow();
}

QString ConnectionIndicator::text() const
{
    return m_model.text();
}

QSize ConnectionIndicator::sizeHint() const
{
    const QFontMetrics metrics(font());
    return {dot + gap + metrics.horizontalAdvance(text()) + 2, metrics.height()};
}

void ConnectionIndicator::follow()
{
    setAccessibleName(tr("Connection"));
    setAccessibleDescription(m_model.explanation());
    setToolTip(m_model.explanation());
    updateGeometry();
    update();
    const QString before = std::exchange(m_shown, text());
    if (before.isEmpty() || before == m_shown)
        return;
    QAccessibleTextUpdateEvent event(this, 0, before, m_shown);
    QAccessible::updateAccessibility(&event);
}

void ConnectionIndicator::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(levelColor(m_model.level(), theme));
    const QRect circle(0, (height() - dot) / 2 + 1, dot, dot);
    painter.drawEllipse(QStyle::visualRect(layoutDirection(), rect(), circle));
    const QRect words = QStyle::visualRect(layoutDirection(), rect(), rect().adjusted(dot + gap, 0, 0, 0));
    drawLine(painter, words, QStyle::visualAlignment(layoutDirection(), Qt::AlignLeft), font(), theme.muted, text());
}

void ConnectionIndicator::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        follow();
}

} // namespace conversure::ui
