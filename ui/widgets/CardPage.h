// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QSpacerItem;
class QVBoxLayout;

namespace conversure::ui {

class InkLabel;

/// A page with one narrow column in its middle: a title, a sentence, and what a page adds. Scrolls where the window is
/// too low. What appears later moves nothing that stands above it.
class CardPage : public QWidget
{
    Q_OBJECT

public:
    explicit CardPage(int width, QWidget *parent = nullptr);

protected:
    QVBoxLayout *column() const { return m_column; }
    QWidget *card() const { return m_card; }
    void setTexts(const QString &title, const QString &subtitle);
    /// A part of the column that comes and goes: the column stands as if it were not there.
    void setLate(QWidget *part) { m_late = part; }

    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void place();

    const int m_width;
    QWidget *m_card;
    QWidget *m_late = nullptr;
    QVBoxLayout *m_column;
    QSpacerItem *m_above; ///< Owned by its layout.
    InkLabel *m_title;
    InkLabel *m_subtitle;
};

} // namespace conversure::ui
