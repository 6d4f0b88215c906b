// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/Panel.h"

#include <QListView>
#include <QUuid>

namespace conversure::ui {

/// A short list of things that are said in two lines and a chip (models::CardRole). One row is chosen by keyboard or
/// pointer; what can be done with it stands below the list.
class CardList : public QListView
{
    Q_OBJECT

public:
    explicit CardList(QWidget *parent = nullptr);

    void setModel(QAbstractItemModel *model) override;
    QUuid chosen() const; ///< Null: none.
    QSize sizeHint() const override;

Q_SIGNALS:
    void chosenChanged();
    void deletePressed(); ///< The key.

protected:
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;
    void dataChanged(const QModelIndex &from, const QModelIndex &to, const QList<int> &roles) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
};

/// The frame of a list.
class ListPanel : public Panel
{
    Q_OBJECT

public:
    /// Takes \a list over.
    explicit ListPanel(CardList *list, QWidget *parent = nullptr);
};

} // namespace conversure::ui
