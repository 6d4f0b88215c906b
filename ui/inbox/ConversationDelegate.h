// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCache>
#include <QPixmap>
#include <QStyledItemDelegate>
#include <QUuid>

namespace conversure {
class Clock;
}

namespace conversure::ui {

/// Everything that decides how a row looks; the key of its cached picture.
struct RowLook {
    QUuid conversation;
    qint64 revision = 0;
    QString time;
    QString window; ///< "3 h" before the service window closes; empty while that is far, or past.
    int width = 0;
    bool selected = false;
    bool hovered = false;
    bool focused = false;
    bool numberBar = false;
    bool rightToLeft = false;
    qreal ratio = 1;

    friend bool operator==(const RowLook &a, const RowLook &b) = default;
};
size_t qHash(const RowLook &look, size_t seed = 0);

/// How long the 24-hour service window stays open, in the short form of the chip; empty above four hours and once
/// closed.
QString windowChipText(qint64 closesAtMicroseconds, qint64 nowMicroseconds);

/// Paints the rows of the conversation list; keeps the pictures of painted rows.
class ConversationDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit ConversationDelegate(QObject *parent = nullptr);

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

    bool helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option,
        const QModelIndex &index) override;
    /// Who it is and which of our numbers it runs over, which the colour bar only hints at.
    static QString toolTipText(const QModelIndex &index);

    /// After a change of palette, font or language.
    void forgetPictures() { m_pictures.clear(); }
    void setNumberBar(bool shown) { m_numberBar = shown; }
    void setFocusShown(bool shown) { m_focusShown = shown; }

private:
    RowLook lookOf(const QStyleOptionViewItem &option, const QModelIndex &index) const;

    mutable QCache<RowLook, QPixmap> m_pictures;
    bool m_numberBar = false;
    bool m_focusShown = false;
};

} // namespace conversure::ui
