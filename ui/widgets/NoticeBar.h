// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPalette>
#include <QWidget>

class QLabel;
class QToolButton;

namespace conversure::ui {

/// One calm line that says what happened and what to do, with a button that puts it away. Hidden while it says nothing;
/// a new sentence replaces the old one.
class NoticeBar : public QWidget
{
    Q_OBJECT

public:
    enum class Tone { Warning, Danger };

    explicit NoticeBar(Tone tone, QWidget *parent = nullptr);

    void setSentence(const QString &sentence); ///< Empty hides the bar.
    QString sentence() const;
    void setDismissible(bool dismissible); ///< False for what goes away by itself.
    void setRounded(bool rounded); ///< Inside a form, instead of across a pane.

Q_SIGNALS:
    void dismissed();

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void retranslate();
    void recolour();

    Tone m_tone;
    bool m_rounded = false;
    QLabel *m_label;
    QToolButton *m_close;
};

} // namespace conversure::ui
