// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QScrollArea>

class QGridLayout;
class QLabel;
class QToolButton;

namespace conversure::models {
class ComposeModel;
class LeadModel;
} // namespace conversure::models

namespace conversure::ui {

class Avatar;
class Chip;
class ConsentSection;

/// Who the open conversation is with: name, telephone, stage, one line for each field that is known, and whether
/// marketing may go.
class LeadPanel : public QScrollArea
{
    Q_OBJECT

public:
    /// The models must outlive the panel.
    LeadPanel(models::LeadModel &model, models::ComposeModel &compose, QWidget *parent = nullptr);

Q_SIGNALS:
    void optOutRequested(const QString &remark);
    void liftRequested(const QString &remark);

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
    ConsentSection *m_consent;
};

} // namespace conversure::ui
