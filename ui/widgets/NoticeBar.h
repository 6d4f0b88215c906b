// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPalette>
#include <QWidget>

class QLabel;
class QSpacerItem;
class QToolButton;

namespace conversure::ui {

/// One calm line that says what happened and what to do, with a button that puts it away. Hidden while it says nothing;
/// a new sentence replaces the old one.
class NoticeBar : public QWidget
{
    Q_OBJECT

public:
    enum class Tone { Warning, Danger, Success };

    explicit NoticeBar(Tone tone, QWidget *parent = nullptr);

    void setSentence(const QString &sentence); ///< Empty hides the bar.
    /// The same sentence with another figure in it: nobody is told again.
    void setFigure(const QString &sentence);
    QString sentence() const;
    void setDismissible(bool dismissible); ///< False for what goes away by itself.
    void setRounded(bool rounded); ///< Inside a form, instead of across a pane.

Q_SIGNALS:
    void dismissed();

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void setMargins();
    void retranslate();
    void recolour();

    Tone m_tone;
    bool m_rounded = false;
    QLabel *m_label;
    QToolButton *m_close;
    QSpacerItem *m_end; ///< Owned by the layout.
};

} // namespace conversure::ui
