// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"

#include <QWidget>

class QPushButton;

namespace conversure::models {
class ComposeModel;
}

namespace conversure::ui {

class ElidedLabel;
class InkLabel;
class TemplateCard;

/// Stands where text is written while the service window is closed: since when, and the templates that are likely
/// wanted. Takes the focus itself, so that who was typing presses nothing by the next key.
class ClosedPanel : public QWidget
{
    Q_OBJECT

public:
    static constexpr int mostCards = 3;

    /// \a model must outlive the panel.
    explicit ClosedPanel(models::ComposeModel &model, QWidget *parent = nullptr);

    void setTyped(const QString &text); ///< What waits for the window to open; empty: nothing.

Q_SIGNALS:
    void templateChosen(conversure::TemplateId id);
    void allWanted();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void showModel();
    void showCards();
    void retranslate();

    models::ComposeModel &m_model;
    InkLabel *m_since;
    InkLabel *m_hint;
    ElidedLabel *m_typed;
    QList<TemplateCard *> m_cards;
    QList<TemplateId> m_shown; ///< By card.
    QPushButton *m_all;
    QString m_typedText;
};

} // namespace conversure::ui
