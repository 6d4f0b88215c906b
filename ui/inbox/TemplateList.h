// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"

#include <QListView>

namespace conversure::models {
class TemplateListModel;
}

namespace conversure::ui {

/// The templates to choose from. Its current row is the one that is looked at; Enter, or a double click, takes it.
class TemplateList : public QListView
{
    Q_OBJECT

public:
    /// \a model must outlive the list.
    explicit TemplateList(models::TemplateListModel &model, QWidget *parent = nullptr);

    TemplateId current() const; ///< Null: none.
    void select(TemplateId id);
    /// The first row is looked at when none is.
    void ensureCurrent();

Q_SIGNALS:
    void currentTemplateChanged();
    void taken();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;

private:
    void retranslate();

    models::TemplateListModel &m_model;
};

} // namespace conversure::ui
