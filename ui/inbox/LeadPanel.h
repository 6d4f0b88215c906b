// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QScrollArea>

class QGridLayout;
class QLabel;
class QToolButton;

namespace conversure::models {
class LeadModel;
}

namespace conversure::ui {

class Avatar;
class Chip;

/// Who the open conversation is with: name, telephone, stage, and one line for each field that is known.
class LeadPanel : public QScrollArea
{
    Q_OBJECT

public:
    /// \a model must outlive the panel.
    explicit LeadPanel(models::LeadModel &model, QWidget *parent = nullptr);

protected:
    void changeEvent(QEvent *event) override;

private:
    void build();
    void showHeader();
    void showFields();
    QLabel *makeValue(const QString &text, bool reference);
    void alignTexts();
    void retranslate();
    void recolour();

    models::LeadModel &m_model;
    QWidget *m_content;
    Avatar *m_avatar;
    QLabel *m_name;
    QLabel *m_phone;
    QToolButton *m_copy;
    Chip *m_stage;
    QWidget *m_fields;
};

} // namespace conversure::ui
