// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>

namespace conversure::models {
class ComposeModel;
}

namespace conversure::ui {

class StatusNote;

/// The line over what is being written: how long free text goes, whether the lead wants marketing, what is left of
/// today. While it is on the screen it tells its model when time has passed.
class ComposerStrip : public QWidget
{
    Q_OBJECT

public:
    /// \a model must outlive the strip.
    explicit ComposerStrip(models::ComposeModel &model, QWidget *parent = nullptr);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void showModel();
    void wait();

    models::ComposeModel &m_model;
    StatusNote *m_window;
    StatusNote *m_marketing;
    StatusNote *m_quota;
    QTimer m_tick{this};
};

} // namespace conversure::ui
