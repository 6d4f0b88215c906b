// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Template.h"
#include "ui/widgets/Icon.h"

#include <QTextLayout>
#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

namespace conversure::ui {

/// The bubble of a template: picture or heading, body, footer, and its buttons below hairlines.
class PreviewBubble : public QWidget
{
    Q_OBJECT

public:
    explicit PreviewBubble(QWidget *parent = nullptr);

    void setTemplate(const TemplateRow &row, const TemplateValues &values);
    void clear();
    void setCurrent(const TemplateField &field);
    QString text() const; ///< All that it says, for screen readers.

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    struct Button {
        IconName glyph;
        QString text;
    };
    struct Part {
        std::unique_ptr<QTextLayout> layout;
        QRect rect;
        QPointF origin;
    };

    void layOut(int width) const;
    void addText(const QString &part, int inner) const;
    std::unique_ptr<QTextLayout> layoutOf(const QString &part) const;
    void relayout();
    void paintMedia(QPainter &painter) const;
    void paintButtons(QPainter &painter) const;

    std::optional<TemplateRow> m_row;
    TemplateValues m_values;
    TemplateField m_current;
    QList<Button> m_buttons;
    std::optional<Button> m_media; ///< Its kind and its name.

    mutable int m_laidOutFor = -1;
    mutable std::vector<Part> m_parts;
    mutable QRect m_bubble;
    mutable QRect m_mediaRect;
    mutable std::vector<QRect> m_buttonRects;
};

} // namespace conversure::ui
