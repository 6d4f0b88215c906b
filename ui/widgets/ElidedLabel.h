// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/Fonts.h"

#include <QPalette>
#include <QWidget>

namespace conversure::ui {

/// One line of text that gives way: shortened at the end of the text, in full as a tool tip.
class ElidedLabel : public QWidget
{
    Q_OBJECT

public:
    enum class Tone { Text, Muted };

    explicit ElidedLabel(TextRole role, Tone tone = Tone::Text, QWidget *parent = nullptr);

    void setText(const QString &text);
    QString text() const { return m_text; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void updateToolTip();

    TextRole m_role;
    Tone m_tone;
    QString m_text;
};

} // namespace conversure::ui
