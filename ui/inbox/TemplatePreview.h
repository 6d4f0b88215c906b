// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Template.h"

#include <QScrollArea>

namespace conversure::ui {

class PreviewBubble;

/// A template as the lead will see it, with what has been filled in so far. What is missing stands out, and so does
/// what is being filled in.
class TemplatePreview : public QScrollArea
{
    Q_OBJECT

public:
    explicit TemplatePreview(QWidget *parent = nullptr);

    void setTemplate(const TemplateRow &row, const TemplateValues &values);
    void clear();
    /// The field that is being filled in; a default-made one for none.
    void setCurrent(const TemplateField &field);

protected:
    void paintEvent(QPaintEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void describe();
    void retranslate();

    PreviewBubble *m_bubble;
};

} // namespace conversure::ui
