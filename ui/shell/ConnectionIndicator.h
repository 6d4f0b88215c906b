// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace conversure::models {
class ConnectionModel;
}

namespace conversure::ui {

/// The state of the connection in the status bar: a dot and a word. Named "Connection" for screen readers, who read the
/// word as its text and what it means as its description.
class ConnectionIndicator : public QWidget
{
    Q_OBJECT

public:
    /// \a model must outlive the indicator.
    explicit ConnectionIndicator(models::ConnectionModel &model, QWidget *parent = nullptr);

    QString text() const;
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void follow();

    models::ConnectionModel &m_model;
    QString m_shown;
};

} // namespace conversure::ui
