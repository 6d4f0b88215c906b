// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/Icon.h"

#include <QWidget>

#include <optional>

namespace conversure::ui {

/// A few words about a state, with a glyph and perhaps a meter; gives way by shortening its words. What there is to
/// know beyond them is its tool tip. Hidden while it says nothing.
class StatusNote : public QWidget
{
    Q_OBJECT

public:
    enum class Tone { Quiet, Warning, Danger };

    explicit StatusNote(std::optional<IconName> glyph, QWidget *parent = nullptr);

    void setNote(const QString &text, Tone tone, const QString &detail);
    void setShare(double share); ///< Of the meter, 0 to 1; negative: no meter.
    QString text() const { return m_text; }
    Tone tone() const { return m_tone; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QColor ink() const;
    int widthOfParts() const; ///< Of all but the words.
    void paintMeter(QPainter &painter, const QRect &rect) const;

    std::optional<IconName> m_glyph;
    QString m_text;
    Tone m_tone = Tone::Quiet;
    double m_share = -1;
};

} // namespace conversure::ui
